package dev.darkroom.task;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * The sweep's writes: they make overdue tasks due again, and the stream wakes the workers. The {@code due} index has keys only
 * and is eventually consistent. So the condition of the write decides, and after a refusal the item that refused it.
 */
public final class Waking {

    private Waking() {}

    /**
     * What the {@code due} index shows of a task.
     *
     * @param dueAt milliseconds since 1970
     */
    public record Overdue(TaskId task, long dueAt) {
        public static Overdue of(Item item) {
            return new Overdue(new TaskId(item.requiredText(Attribute.TASK_ID)), item.numberOr(Attribute.DUE_AT, 0));
        }
    }

    /** What to do after {@link #wake} was refused. */
    public sealed interface Refusal {
        /** Nothing: somebody holds the task, or has done the work. */
        record CaredFor() implements Refusal {}

        /** The task has ended, but its callback or its deletion is overdue. */
        record Instead(Write.Update write) implements Refusal {}

        /** The item does not say why it is overdue: somebody edited it by hand. */
        record NoReason() implements Refusal {}
    }

    /** Wakes an overdue task that is open, unless a worker holds it. */
    public static Write.Update wake(TaskId task, Instant now) {
        return update(task, Condition.all(Condition.open(), isOverdue(now)), task(task, now));
    }

    /** What to do about an overdue task, given the item that refused {@link #wake}. */
    public static Refusal refusedBy(Item item, TaskId task, Instant now) {
        if (!isOverdue(now).holds(item)) {
            return new Refusal.CaredFor();
        }
        if (callbackIsOpen().holds(item)) {
            return new Refusal.Instead(
                    update(task, Condition.all(callbackIsOpen(), isOverdue(now)), callback(task, now)));
        }
        return isBeingDeleted().holds(item)
                ? new Refusal.Instead(
                        update(task, Condition.all(isBeingDeleted(), isOverdue(now)), deletion(task, now)))
                : new Refusal.NoReason();
    }

    /**
     * Wakes a task, its callback or its deletion for an operator, overdue or not. Refused if anything has written the task since
     * the operator saw it.
     */
    public static Write.Update wakeSeen(Task seen, Instant now) {
        return switch (seen.state()) {
            case SUBMITTING, ACCEPTED, DUE, SETTLING -> wakeSeen(seen, Condition.open(), task(seen.id(), now));
            case FINISHED, FAILED -> wakeSeen(seen, callbackIsOpen(), callback(seen.id(), now));
            case DELETING, DELETED -> wakeSeen(seen, isBeingDeleted(), deletion(seen.id(), now));
        };
    }

    private static Write.Update wakeSeen(Task seen, Condition reason, List<Change> changes) {
        long version = seen.item().numberOr(Attribute.VERSION, 0);
        return update(seen.id(), Condition.all(reason, Condition.is(Attribute.VERSION, version)), changes);
    }

    private static Condition isBeingDeleted() {
        return Condition.is(TaskState.DELETING);
    }

    private static Condition isOverdue(Instant now) {
        return Condition.all(new Condition.AtMost(Attribute.DUE_AT, now.toEpochMilli()), Due.isFree(now));
    }

    private static Condition callbackIsOpen() {
        return Condition.any(
                Condition.is(CallbackStatus.DUE),
                Condition.is(CallbackStatus.SENDING),
                Condition.is(CallbackStatus.WAITING));
    }

    private static List<Change> task(TaskId task, Instant now) {
        List<Change> changes = new ArrayList<>(Due.at(task, now.plus(Due.GRACE)));
        changes.addAll(Due.now(now));
        return changes;
    }

    private static List<Change> callback(TaskId task, Instant now) {
        List<Change> changes = new ArrayList<>(Due.at(task, now.plus(Due.GRACE)));
        changes.addAll(Due.released());
        changes.add(Change.set(CallbackStatus.DUE));
        changes.add(Change.increment(Attribute.VERSION));
        return changes;
    }

    /** Any write of a task that is being deleted wakes SettleFunction, which removes its objects. */
    private static List<Change> deletion(TaskId task, Instant now) {
        List<Change> changes = new ArrayList<>(Due.at(task, now.plus(Due.GRACE)));
        changes.add(Change.increment(Attribute.VERSION));
        return changes;
    }

    private static Write.Update update(TaskId task, Condition condition, List<Change> changes) {
        return Write.Update.of(task, condition, Condition.never(), changes);
    }
}
