package dev.darkroom.task;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.SecureRandom;
import org.junit.jupiter.api.Test;

class TaskIdTest {
    private static TaskId id(String user, String key) {
        return TaskId.of(new UserId(user), key);
    }

    @Test
    void user_and_key_together_name_the_task() {
        assertThat(id("alice", "key")).isEqualTo(id("alice", "key"));
        assertThat(id("alice", "key"))
                .isNotIn(id("bob", "key"), id("alice", "Key"), id("alicek", "ey"), id("alic", "ekey"));
    }

    @Test
    void without_a_key_each_task_has_an_id_of_its_own() {
        SecureRandom random = new SecureRandom();

        assertThat(TaskId.random(random)).isNotEqualTo(TaskId.random(random));
        assertThat(TaskId.parse(TaskId.random(random).value())).isPresent();
    }

    /** A repeated submit must find its task after a deployment, too. */
    @Test
    void an_id_does_not_change_from_version_to_version() {
        assertThat(id("alice", "key").value()).isEqualTo("task-nXLQ4zuf2-2l_XIZIEpXvVeN");
    }
}
