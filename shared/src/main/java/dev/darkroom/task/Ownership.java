package dev.darkroom.task;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * Whether a task may be settled under the upstream id that it holds. An id from the answer to our own submit is certain. An id
 * that only a webhook named may be another user's, because whoever has seen a task's webhook address can name any id. So such a
 * task looks for others that hold the id.
 */
public sealed interface Ownership {
    /**
     * How long a task waits after a webhook named its id. The id comes from a submit that began earlier. After this time that
     * submit has ended and has recorded its owner, and the eventually consistent index shows it.
     */
    Duration HELD_BACK = Submitting.ENDED;

    /** Nobody has a better claim. */
    record Owner() implements Ownership {}

    /** Nobody has a better claim so far, but a submit that is still running may have. */
    record NotYet(Instant until) implements Ownership {}

    /** It belongs to another task. */
    record Taken() implements Ownership {}

    /** Whether the id comes from our own submit. */
    static boolean isCertain(Task task) {
        return Condition.is(Attribute.UPSTREAM_FROM, UpstreamSource.SUBMIT).holds(task.item());
    }

    /**
     * Decides who owns the id.
     *
     * @param holders the tasks that hold the same id; this one may be among them
     * @param now a time before the search for holders: they do not show later changes
     */
    static Ownership of(Task task, List<Task> holders, Instant now) {
        List<Task> others =
                holders.stream().filter(other -> !other.id().equals(task.id())).toList();
        if (others.stream().anyMatch(Ownership::isSettled)) {
            return new Taken();
        }
        boolean later = others.stream().anyMatch(other -> isEarlier(other, task));
        Long named = task.item().number(Attribute.UPSTREAM_AT);
        if (named != null) {
            // A task that was named earlier may still learn from its own submit that it does not own the id.
            Instant until = Instant.ofEpochMilli(named).plus(HELD_BACK);
            if (now.isBefore(until)) {
                return new NotYet(until);
            }
        }
        return later ? new Taken() : new Owner();
    }

    /** Whether the id is this holder's beyond doubt: its own submit said so, or it has ended, or was deleted, with it. */
    private static boolean isSettled(Task holder) {
        return isCertain(holder) || !Condition.open().holds(holder.item());
    }

    private static boolean isEarlier(Task other, Task task) {
        return since(other) < since(task)
                || (since(other) == since(task)
                        && other.id().value().compareTo(task.id().value()) < 0);
    }

    /** An id that upstream did not know comes after all the others. */
    private static long since(Task task) {
        return task.item().numberOr(Attribute.UPSTREAM_AT, Long.MAX_VALUE);
    }
}
