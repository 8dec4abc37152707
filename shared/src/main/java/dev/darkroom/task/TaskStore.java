package dev.darkroom.task;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Where tasks are kept. Every method may throw {@link StoreUnavailableException}; a write may then be done or not. All may throw
 * {@link UnreadableItemException}, for a write that changed nothing.
 */
public interface TaskStore {

    /** One conditional write; with a budget, one transaction. */
    Written write(Write write);

    /** The task as it stands, strongly consistent; empty when there is none. */
    Optional<Task> read(TaskId task);

    /**
     * A page of a user's tasks, newest first, each as it stands. A task that is gone leaves its place on the page empty.
     *
     * @param after where the last page ended; null for the first
     * @param limit how many items to look at, at least 1
     */
    Page page(UserId user, @Nullable Position after, int limit);

    /**
     * The tasks that hold this upstream id, each as it stands. The index that finds them is a moment behind; a task that has just come to
     * hold the id may be missing.
     */
    List<Task> holders(UpstreamTaskId upstream);

    /**
     * Tells of what is overdue in one shard of {@code due}, the longest overdue first, until all is told or the consumer throws. The
     * index is a moment behind the table.
     *
     * @throws UnreadableItemException after all the rest is told, when a key is no task's: it must not hide those behind it
     */
    void overdue(int shard, Instant now, Consumer<Waking.Overdue> found);

    /**
     * A page of tasks.
     *
     * @param next where the next page begins; null when there is none
     */
    record Page(List<Task> tasks, @Nullable Position next) {}

    /** The last task of a page: what makes the next one begin behind it, however many are added meanwhile. */
    record Position(TaskId task, long createdAt) {
        public static Position of(Task task) {
            return new Position(task.id(), task.createdAt().toEpochMilli());
        }
    }
}
