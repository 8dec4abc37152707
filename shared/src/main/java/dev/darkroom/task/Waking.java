package dev.darkroom.task;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The sweep's writes: they make overdue tasks due again, and the stream wakes the workers. The {@code due} index has keys only
 * and is eventually consistent. So the condition of the write decides, and after a refusal the item that refused it.
 */
public final class Waking {

    /** Within this time a worker takes what is due, unless the stream is behind. */
    private static final Duration ANSWER = Duration.ofMinutes(5);

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

    /** What an overdue task waits for. */
    enum Reason {
        TASK,
        CALLBACK,
        DELETION;

        private Condition condition() {
            return switch (this) {
                case TASK -> Condition.open();
                case CALLBACK ->
                    Condition.any(
                            Condition.is(CallbackStatus.DUE),
                            Condition.is(CallbackStatus.SENDING),
                            Condition.is(CallbackStatus.WAITING));
                case DELETION -> Condition.is(TaskState.DELETING);
            };
        }

        /** @param also overdue for the sweep; as an operator saw it for the operators' script */
        Write.Update wake(TaskId task, Condition also, Instant now) {
            List<Change> changes = new ArrayList<>(Due.at(task, now.plus(Due.GRACE)));
            switch (this) {
                case TASK -> changes.addAll(Due.now(now));
                case CALLBACK -> {
                    changes.addAll(Due.released());
                    changes.add(Change.set(CallbackStatus.DUE));
                }
                case DELETION -> {
                    // Any write of such a task wakes SettleFunction, which removes its objects.
                }
            }
            return Write.Update.of(task, Condition.all(condition(), also), Condition.never(), changes)
                    .returning(Write.Returned.BEFORE);
        }
    }

    /** Wakes an overdue task that is open, unless a worker holds it. */
    public static Write.Update wake(TaskId task, Instant now) {
        return Reason.TASK.wake(task, isOverdue(now), now);
    }

    /**
     * What to write instead, given the item that refused {@link #wake}: the task has ended, but its callback or its deletion is
     * overdue. Empty if somebody holds the task, or has done the work.
     */
    public static Optional<Write.Update> instead(Item refusedBy, TaskId task, Instant now) {
        return Stream.of(Reason.CALLBACK, Reason.DELETION)
                .map(reason -> reason.wake(task, isOverdue(now), now))
                .filter(write -> write.condition().holds(refusedBy))
                .findFirst();
    }

    /**
     * Whether nobody has answered an earlier wake of this task or callback: a webhook, an end or the sweep had made it due, and no
     * worker took it for minutes.
     *
     * @param before the task as it was when the sweep woke it
     */
    public static boolean isUnanswered(Task before, Instant now) {
        return (before.state() == TaskState.DUE || before.callbackStatus() == CallbackStatus.DUE)
                && !before.updatedAt().isAfter(now.minus(ANSWER))
                // Nobody has to send the callback of a task past its retention.
                && !before.isExpired(now);
    }

    /** Whether the item says so. If it refused {@link #wake} and {@link #instead} is empty, nothing can wake it: it was edited. */
    public static boolean isOverdue(Item item, Instant now) {
        return isOverdue(now).holds(item);
    }

    private static Condition isOverdue(Instant now) {
        return Condition.all(new Condition.AtMost(Attribute.DUE_AT, now.toEpochMilli()), Due.isFree(now));
    }
}
