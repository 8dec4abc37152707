package dev.darkroom.task;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Stores tasks. Every method may throw {@link StoreUnavailableException}; a write may then be done or not. A value that a
 * person has edited counts as absent if it is neither text nor a whole number.
 */
public interface TaskStore {

    /**
     * Makes a new task. If it takes credits, then in one transaction, and only if the sum of its user's day stays within the limit.
     */
    Recorded record(Write.Update record, long dailyLimit);

    /** Makes, changes or removes a task; if that moves credits, in one transaction. */
    Written write(Write write);

    /** The task, strongly consistent; empty if there is none. */
    Optional<Task> read(TaskId task);

    /**
     * A page of a user's tasks, newest first, each strongly consistent. A task that is gone makes the page shorter. An item that
     * a person has edited is there too, and asking it for what it lacks throws.
     *
     * @param after the end of the previous page; null for the first page
     * @param limit how many items to look at, at least 1
     */
    Page page(UserId user, @Nullable Position after, int limit);

    /**
     * The tasks that hold this upstream id, each strongly consistent. The index that finds them is eventually consistent, so a
     * task that has just got the id may be missing.
     */
    List<Task> holders(UpstreamTaskId upstream);

    /**
     * Passes on what is overdue in one shard of {@code due}, the longest overdue first, until the end or until the consumer
     * throws. The index is eventually consistent.
     */
    void overdue(int shard, Instant now, Consumer<Waking.Overdue> found);

    /**
     * A page of tasks.
     *
     * @param next where the next page begins; null when there is none
     */
    record Page(List<Task> tasks, @Nullable Position next) {}

    /** The last task of a page. The next page begins after it, however many tasks are added meanwhile. */
    record Position(TaskId task, long createdAt) {
        public static Position of(Task task) {
            return new Position(task.id(), task.createdAt().toEpochMilli());
        }
    }
}
