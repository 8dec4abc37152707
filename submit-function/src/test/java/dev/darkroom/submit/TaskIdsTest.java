package dev.darkroom.submit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.darkroom.task.TaskId;
import dev.darkroom.task.UserId;
import java.security.SecureRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TaskIdsTest {
    private static TaskId id(String user, String key) {
        return TaskIds.of(new UserId(user), IdempotencyKey.parse(key).orElseThrow());
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

        assertThat(TaskIds.random(random)).isNotEqualTo(TaskIds.random(random));
        assertThat(TaskId.parse(TaskIds.random(random).value())).isPresent();
    }

    @ParameterizedTest
    @ValueSource(strings = {"!", "~", "a-key_1.2:3", "ORDER#17"})
    void a_key_is_of_visible_ascii_characters(String key) {
        assertThat(IdempotencyKey.parse(key)).contains(new IdempotencyKey(key));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "a key", "key\n", "\u007f", "schl\u00fcssel"})
    void another_text_is_no_key(String text) {
        assertThat(IdempotencyKey.parse(text)).isEmpty();
    }

    @Test
    void a_key_has_at_most_255_characters() {
        assertThat(IdempotencyKey.parse("k".repeat(255))).isPresent();
        assertThat(IdempotencyKey.parse("k".repeat(256))).isEmpty();
    }
}
