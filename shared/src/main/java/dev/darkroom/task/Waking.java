package dev.darkroom.task;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The sweep's write: what is overdue is made due again, for the stream to wake whoever does the work. */
public final class Waking {

    private Waking() {}

    /**
     * What the {@code due} index shows of a task.
     *
     * @param dueAt milliseconds since 1970
     */
    public record Overdue(TaskId task, TaskState state, Optional<CallbackStatus> callback, long dueAt) {
        public static Overdue of(Item item) {
            Task task = new Task(item);
            return new Overdue(
                    task.id(),
                    task.state(),
                    Optional.ofNullable(task.callbackStatus()),
                    item.numberOr(Attribute.DUE_AT, 0));
        }
    }

    /** Wakes the task if it still is as the index showed it: whoever came between has taken care of it. */
    public static Write wake(Overdue overdue, Instant now) {
        Condition unchanged =
                Condition.all(Condition.is(overdue.state()), Condition.is(Attribute.DUE_AT, overdue.dueAt()));
        if (overdue.state().isOpen()) {
            return Write.Update.of(overdue.task(), unchanged, Condition.never(), Due.now(overdue.task(), now));
        }
        List<Change> changes = new ArrayList<>(Due.at(overdue.task(), now.plus(Due.GRACE)));
        changes.add(Change.set(CallbackStatus.DUE));
        changes.add(Change.remove(Attribute.CLAIM_ID));
        changes.add(Change.increment(Attribute.VERSION));
        return Write.Update.of(overdue.task(), unchanged, Condition.never(), changes);
    }
}
