package dev.darkroom.task;

import static dev.darkroom.task.Stored.NOW;
import static dev.darkroom.task.Stored.TASK;
import static dev.darkroom.task.Stored.changed;
import static dev.darkroom.task.Stored.changes;
import static dev.darkroom.task.Stored.states;
import static dev.darkroom.task.Stored.task;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DeletingTest {
    private static final Duration RETENTION = Duration.ofDays(37);

    /** An ended task with every possible attribute. */
    private static Item ended() {
        return changed(
                task(CallbackStatus.DELIVERED),
                Change.set(Attribute.FILES, "[]"),
                Change.set(Attribute.PROGRESS, 100),
                Change.set(Attribute.ERROR_MESSAGE, "why"),
                Change.set(Attribute.ERROR_TYPE, "upstream_failed"),
                Change.set(Attribute.EXPIRES_AT, 4_196_800));
    }

    private static Item deleting() {
        return Deleting.begin(new Task(ended()), "author", NOW).apply(ended());
    }

    private static Task deletingSince(Instant lastImage) {
        return new Task(changed(deleting(), Change.set(Attribute.UPDATED_AT, lastImage.toEpochMilli())));
    }

    @Test
    void a_deletion_leaves_what_finds_the_tasks_objects_and_nothing_that_says_what_they_show() {
        assertThat(deleting())
                .isEqualTo(changed(
                        Item.ABSENT,
                        Change.set(Attribute.TASK_ID, TASK.value()),
                        Change.set(Attribute.USER_ID, "judy"),
                        Change.set(
                                Attribute.REQUEST_HASH, Deleting.requestHash(TASK, "{}", "https://example.com/hook")),
                        Change.set(Attribute.STATE, "deleting"),
                        Change.set(Attribute.UPSTREAM_TASK_ID, "upstream-1"),
                        Change.set(Attribute.ERROR_TYPE, "upstream_failed"),
                        Change.set(Attribute.CLAIM_ID, "author"),
                        Change.set(Attribute.CREATED_AT, 999_900_000),
                        Change.set(Attribute.UPDATED_AT, 1_000_000_000),
                        Change.set(Attribute.DUE_AT, 1_000_600_000),
                        Change.set(Attribute.DUE_SHARD, 7),
                        Change.set(Attribute.VERSION, 4)));
    }

    @Test
    void a_user_deletes_ended_tasks_and_an_operator_all_of_a_user() {
        Write byUser = Deleting.begin(new Task(ended()), "author", NOW);
        Write byOperator = OperatorsWrites.deleteWithUser(new Task(ended()), "author", NOW);

        assertThat(states(byUser.condition(), ended())).containsExactly(TaskState.FINISHED, TaskState.FAILED);
        assertThat(states(byOperator.condition(), ended()))
                .containsExactlyElementsOf(
                        Stream.concat(TaskState.OPEN.stream(), Stream.of(TaskState.FINISHED, TaskState.FAILED))
                                .toList());
        for (Write write : new Write[] {byUser, byOperator}) {
            assertThat(write.condition().holds(changed(ended(), Change.set(Attribute.USER_ID, "mallory"))))
                    .isFalse();
            assertThat(write.condition().holds(changed(ended(), Change.set(Attribute.CREATED_AT, 1))))
                    .isFalse();
            assertThat(write.doneBefore().holds(write.apply(ended()))).isTrue();
            assertThat(write.doneBefore().holds(ended())).isFalse();
            assertThat(write.doneBefore().holds(changed(deleting(), Change.set(Attribute.CLAIM_ID, "other"))))
                    .isFalse();
        }
    }

    @ParameterizedTest
    @CsvSource({"359, false", "360, true", "361, true", "0, false", "600, true"})
    void worker_that_saw_an_image_has_ended_by_the_next_removal(long secondsAfter, boolean postponed) {
        Task seen = deletingSince(NOW.minusSeconds(secondsAfter));

        assertThat(Deleting.foundImage(seen, NOW).isPresent()).isEqualTo(postponed);
    }

    @Test
    void an_image_that_was_found_late_postpones_the_last_removal() {
        Task seen = deletingSince(NOW.minusSeconds(700));

        Write found = Deleting.foundImage(seen, NOW).orElseThrow();

        // The due time was already the same.
        assertThat(changes(found, seen.item())).containsExactly("updated_at = 1000000000", "version = 5");
        assertThat(changes(found, changed(seen.item(), Change.set(Attribute.DUE_AT, 1))))
                .contains("due_at = 1000600000");
        assertThat(states(found.condition(), seen.item())).containsExactly(TaskState.DELETING);
        assertThat(found.condition().holds(found.apply(seen.item()))).isFalse();
    }

    @ParameterizedTest
    @CsvSource({"599, false", "600, true"})
    void only_a_removal_that_began_when_all_was_quiet_is_the_last_one(long secondsAfter, boolean last) {
        Task seen = deletingSince(NOW.minusSeconds(secondsAfter));

        assertThat(Deleting.foundNone(seen, NOW, RETENTION).isPresent()).isEqualTo(last);
    }

    @Test
    void a_tombstone_names_nobody() {
        Task seen = deletingSince(NOW.minusSeconds(600));

        Write last = Deleting.foundNone(seen, NOW, RETENTION).orElseThrow();

        assertThat(last.apply(seen.item()))
                .isEqualTo(changed(
                        Item.ABSENT,
                        Change.set(Attribute.TASK_ID, TASK.value()),
                        Change.set(Attribute.REQUEST_HASH, Objects.requireNonNull(seen.requestHash())),
                        Change.set(Attribute.STATE, "deleted"),
                        Change.set(Attribute.UPSTREAM_TASK_ID, "upstream-1"),
                        Change.set(Attribute.ERROR_TYPE, "upstream_failed"),
                        Change.set(Attribute.VERSION, 5),
                        Change.set(Attribute.EXPIRES_AT, 4_196_800)));
        assertThat(states(last.condition(), seen.item())).containsExactly(TaskState.DELETING);
        assertThat(last.condition().holds(deletingSince(NOW).item())).isFalse();
        assertThat(last.doneBefore().holds(last.apply(seen.item()))).isTrue();
        assertThat(last.doneBefore().holds(seen.item())).isFalse();
    }

    @Test
    void a_request_is_recognised_by_task_text_and_callback() {
        String hash = Deleting.requestHash(TASK, "{}", null);

        // printf 'task-0123456789abcdem\n{}\n' | sha256sum
        assertThat(hash).isEqualTo("cca3efbfbec3c8d685b9c9dc99aae95faab24ab6f193f7f3591826cdf25c7ffb");
        assertThat(Deleting.requestHash(TASK, "{}", "https://example.com/hook")).isNotEqualTo(hash);
        assertThat(Deleting.requestHash(TASK, "{ }", null)).isNotEqualTo(hash);
        assertThat(Deleting.requestHash(new TaskId("task-0123456789abcdef"), "{}", null))
                .isNotEqualTo(hash);
    }
}
