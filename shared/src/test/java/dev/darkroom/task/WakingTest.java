package dev.darkroom.task;

import static dev.darkroom.task.Stored.NOW;
import static dev.darkroom.task.Stored.TASK;
import static dev.darkroom.task.Stored.changed;
import static dev.darkroom.task.Stored.changes;
import static dev.darkroom.task.Stored.states;
import static dev.darkroom.task.Stored.statuses;
import static dev.darkroom.task.Stored.task;
import static dev.darkroom.task.Stored.without;
import static org.assertj.core.api.Assertions.assertThat;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class WakingTest {
    private static Item overdue(Item item) {
        return changed(item, Change.set(Attribute.DUE_AT, NOW.toEpochMilli()));
    }

    private static Item leased(Item item, @Nullable Long until) {
        return until == null ? item : changed(item, Change.set(Attribute.LEASE_UNTIL, until));
    }

    @Test
    void an_overdue_task_becomes_due_and_is_looked_for_again_later() {
        Item item = leased(overdue(task(TaskState.SETTLING)), NOW.toEpochMilli());

        assertThat(changes(Waking.wake(TASK, NOW), item))
                .containsExactly(
                        "state = due",
                        "no claim_id",
                        "updated_at = 1000000000",
                        "due_at = 1000600000",
                        "no lease_until",
                        "version = 4");
        assertThat(states(Waking.wake(TASK, NOW).condition(), item)).isEqualTo(TaskState.OPEN);
    }

    @ParameterizedTest
    @CsvSource({
        // due at, lease until: woken?
        "1000000000,           , true",
        "1000000001,           , false",
        "          ,           , false",
        "1000000000, 1000000000, true",
        "1000000000, 1000000001, false"
    })
    void nobody_is_woken_too_early_or_while_a_worker_holds_the_task(
            @Nullable Long dueAt, @Nullable Long lease, boolean woken) {
        for (Item free :
                new Item[] {task(TaskState.ACCEPTED), task(CallbackStatus.WAITING), task(TaskState.DELETING)}) {
            Item item = leased(
                    dueAt == null
                            ? without(free, Attribute.DUE_AT)
                            : changed(free, Change.set(Attribute.DUE_AT, dueAt)),
                    lease);

            boolean isOpen = new Task(item).state().isOpen();
            assertThat(Waking.isOverdue(item, NOW)).isEqualTo(woken);
            assertThat(Waking.wake(TASK, NOW).condition().holds(item)).isEqualTo(woken && isOpen);
            assertThat(Waking.instead(item, TASK, NOW).isPresent()).isEqualTo(woken && !isOpen);
        }
    }

    private static Write instead(Item item) {
        return Waking.instead(item, TASK, NOW).orElseThrow();
    }

    @Test
    void an_overdue_callback_becomes_due() {
        Item item = leased(overdue(task(CallbackStatus.SENDING)), NOW.toEpochMilli());

        Write write = instead(item);

        assertThat(changes(write, item))
                .containsExactly(
                        "no claim_id", "due_at = 1000600000", "no lease_until", "callback_status = due", "version = 4");
        assertThat(statuses(write.condition(), item))
                .containsExactly(CallbackStatus.DUE, CallbackStatus.SENDING, CallbackStatus.WAITING);
        assertThat(write.condition().holds(leased(item, NOW.toEpochMilli() + 1)))
                .isFalse();
    }

    @Test
    void an_overdue_deletion_goes_on() {
        Item item = overdue(task(TaskState.DELETING));

        Write write = instead(item);

        assertThat(changes(write, item)).containsExactly("due_at = 1000600000", "version = 4");
        assertThat(states(write.condition(), item)).containsExactly(TaskState.DELETING);
        assertThat(write.condition().holds(leased(item, NOW.toEpochMilli() + 1)))
                .isFalse();
    }

    @ParameterizedTest
    @EnumSource(names = {"FINISHED", "FAILED", "DELETED"})
    void an_overdue_item_that_nobody_waits_for_is_left_alone(TaskState state) {
        assertThat(Waking.instead(overdue(task(state)), TASK, NOW)).isEmpty();
    }

    @Test
    void an_operator_wakes_what_is_not_overdue_but_only_as_it_was_seen() {
        Item open = task(TaskState.ACCEPTED);
        Item told = task(CallbackStatus.WAITING);
        Item failed = changed(told, Change.set(TaskState.FAILED));
        Item deleting = task(TaskState.DELETING);
        Item[] seen = {open, told, failed, deleting};
        for (Item item : seen) {
            Write write = OperatorsWrites.wake(new Task(item), NOW);

            assertThat(changes(write, item)).contains("due_at = 1000600000", "version = 4");
            assertThat(write.condition().holds(item)).isTrue();
            assertThat(write.condition().holds(changed(item, Change.set(Attribute.VERSION, 4))))
                    .isFalse();
        }
        assertThat(changes(OperatorsWrites.wake(new Task(open), NOW), open)).contains("state = due");
        assertThat(states(OperatorsWrites.wake(new Task(open), NOW).condition(), open))
                .isEqualTo(TaskState.OPEN);
        assertThat(changes(OperatorsWrites.wake(new Task(failed), NOW), failed)).contains("callback_status = due");
        assertThat(changes(OperatorsWrites.wake(new Task(deleting), NOW), deleting))
                .hasSize(2);
        assertThat(states(OperatorsWrites.wake(new Task(deleting), NOW).condition(), deleting))
                .containsExactly(TaskState.DELETING);
    }

    @Test
    void the_index_shows_which_task_and_since_when() {
        assertThat(Waking.Overdue.of(task(TaskState.ACCEPTED))).isEqualTo(new Waking.Overdue(TASK, 1_000_020_000));
    }

    @ParameterizedTest
    @CsvSource({
        // state, callback, updated before seconds: unanswered?
        "DUE,               , 300, true",
        "DUE,               , 299, false",
        "ACCEPTED,          , 300, false",
        "SETTLING,          , 300, false",
        "FINISHED,   DUE    , 300, true",
        "FINISHED,   DUE    , 299, false",
        "FINISHED,   WAITING, 300, false",
        "FAILED,     SENDING, 300, false",
        "DELETING,          , 300, false"
    })
    void what_was_due_for_minutes_was_taken_by_nobody(
            TaskState state, @Nullable CallbackStatus callback, int seconds, boolean unanswered) {
        Item item = changed(
                task(state),
                Change.set(Attribute.UPDATED_AT, NOW.minusSeconds(seconds).toEpochMilli()));
        Task before = new Task(callback == null ? item : changed(item, Change.set(callback)));

        assertThat(Waking.isUnanswered(before, NOW)).isEqualTo(unanswered);
        Item expired = changed(before.item(), Change.set(Attribute.EXPIRES_AT, NOW.getEpochSecond()));
        assertThat(Waking.isUnanswered(new Task(expired), NOW)).isFalse();
    }
}
