package dev.darkroom.task;

import static dev.darkroom.task.Stored.NOW;
import static dev.darkroom.task.Stored.changed;
import static dev.darkroom.task.Stored.task;
import static dev.darkroom.task.Stored.without;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class OwnershipTest {
    private static final String FIRST = "task-aaaaaaaaaaaaaaaa";
    private static final String OURS = "task-bbbbbbbbbbbbbbbb";
    private static final String LAST = "task-cccccccccccccccc";

    /** Returns a task whose upstream id came from a webhook at this time; null if upstream did not know the id. */
    private static Task named(String id, TaskState state, @Nullable Long at) {
        Item item =
                changed(task(state), Change.set(Attribute.TASK_ID, id), Change.set(Attribute.UPSTREAM_FROM, "webhook"));
        return new Task(
                at == null
                        ? without(item, Attribute.UPSTREAM_AT, Attribute.UPSTREAM_FROM)
                        : changed(item, Change.set(Attribute.UPSTREAM_AT, at)));
    }

    private static Ownership of(Task task, Task... others) {
        return Ownership.of(
                task, Stream.concat(Stream.of(task), Arrays.stream(others)).toList(), NOW);
    }

    @Test
    void only_task_with_an_upstream_id_owns_it_once_earlier_submits_must_have_ended() {
        long heldBack = Ownership.HELD_BACK.toMillis();
        long now = NOW.toEpochMilli();

        assertThat(of(named(OURS, TaskState.SETTLING, now - heldBack))).isEqualTo(new Ownership.Owner());
        assertThat(of(named(OURS, TaskState.SETTLING, now - heldBack + 1)))
                .isEqualTo(new Ownership.NotYet(NOW.plusMillis(1)));
        assertThat(of(named(OURS, TaskState.SETTLING, null))).isEqualTo(new Ownership.Owner());
    }

    @ParameterizedTest
    @CsvSource({
        // other task, named at, owner?
        FIRST + ", 1001, true",
        FIRST + ", 1000, false",
        FIRST + ",  999, false",
        LAST + ",   1001, true",
        LAST + ",   1000, true",
        LAST + ",    999, false",
        LAST + ",       , true"
    })
    void of_two_that_webhooks_named_the_earlier_owns_it_and_at_the_same_time_the_smaller_id(
            String other, @Nullable Long at, boolean owner) {
        Ownership ownership = of(named(OURS, TaskState.SETTLING, 1000L), named(other, TaskState.DUE, at));

        assertThat(ownership).isEqualTo(owner ? new Ownership.Owner() : new Ownership.Taken());
    }

    @Test
    void an_id_that_upstream_did_not_know_comes_after_the_others() {
        assertThat(of(named(OURS, TaskState.SETTLING, null), named(LAST, TaskState.DUE, 1000L)))
                .isEqualTo(new Ownership.Taken());
        assertThat(of(named(OURS, TaskState.SETTLING, null), named(LAST, TaskState.DUE, null)))
                .isEqualTo(new Ownership.Owner());
    }

    @Test
    void a_task_that_was_named_earlier_is_waited_for_as_well() {
        long now = NOW.toEpochMilli();

        assertThat(of(named(OURS, TaskState.SETTLING, now), named(FIRST, TaskState.DUE, now - 1)))
                .isEqualTo(new Ownership.NotYet(NOW.plus(Ownership.HELD_BACK)));
    }

    @Test
    void task_whose_own_submit_named_the_id_owns_it_at_once() {
        Task certain = new Task(changed(task(TaskState.ACCEPTED), Change.set(Attribute.TASK_ID, LAST)));

        assertThat(of(named(OURS, TaskState.SETTLING, NOW.toEpochMilli()), certain))
                .isEqualTo(new Ownership.Taken());
        assertThat(Ownership.isCertain(certain)).isTrue();
        assertThat(Ownership.isCertain(named(OURS, TaskState.SETTLING, 1000L))).isFalse();
    }

    @ParameterizedTest
    @EnumSource(TaskState.class)
    void ended_or_deleted_task_keeps_its_upstream_id(TaskState state) {
        Task other = named(LAST, state, NOW.toEpochMilli());

        assertThat(of(named(OURS, TaskState.SETTLING, 1000L), other))
                .isEqualTo(state.isOpen() ? new Ownership.Owner() : new Ownership.Taken());
    }

    @Test
    void a_task_does_not_compete_with_itself() {
        Task task = named(OURS, TaskState.FINISHED, 1000L);

        assertThat(Ownership.of(task, List.of(task), NOW)).isEqualTo(new Ownership.Owner());
    }
}
