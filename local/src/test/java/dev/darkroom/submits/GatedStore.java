package dev.darkroom.submits;

import dev.darkroom.task.Recorded;
import dev.darkroom.task.StoreUnavailableException;
import dev.darkroom.task.Task;
import dev.darkroom.task.TaskId;
import dev.darkroom.task.TaskStore;
import dev.darkroom.task.Write;
import dev.darkroom.task.Written;
import dev.darkroom.testing.ForwardingStore;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** The real table, at which a submit may fail or die. Not thread-safe: one submit at a time. */
final class GatedStore extends ForwardingStore {
    private final Map<Step, Trouble> troubles = new EnumMap<>(Step.class);
    private final Map<Step, Consumer<TaskStore>> others = new EnumMap<>(Step.class);
    private final Map<Step, Integer> left = new EnumMap<>(Step.class);

    /** A submit's calls to the table, in this order. A submit makes only one of the last two. */
    enum Step {
        LOOK,
        RECORD,
        ID,
        REMOVAL
    }

    enum Trouble {
        /** The function dies before the call. */
        CRASH_BEFORE,
        /** The function dies after the call. */
        CRASH_AFTER,
        /** The table is unavailable, and nothing is written. */
        UNAVAILABLE,
        /** The call succeeds, and its answer is lost. */
        UNANSWERED,
        /** A programming error. */
        UNEXPECTED
    }

    /** The end of a function, which its code cannot catch. */
    static final class Crash extends Error {
        private static final long serialVersionUID = 1L;
    }

    GatedStore(TaskStore table) {
        super(table);
    }

    void set(Step step, Trouble trouble, int times) {
        troubles.put(step, trouble);
        left.put(step, times);
    }

    /** Runs another writer's change just before this step. */
    void before(Step step, Consumer<TaskStore> other) {
        others.put(step, other);
    }

    void clear() {
        others.clear();
        troubles.clear();
        left.clear();
    }

    @Override
    public Recorded record(Write.Update record, long dailyLimit) {
        return at(Step.RECORD, () -> store.record(record, dailyLimit));
    }

    @Override
    public Written write(Write write) {
        Step step = switch (write) {
            case Write.Update _ -> Step.ID;
            case Write.Delete _ -> Step.REMOVAL;
        };
        return at(step, () -> store.write(write));
    }

    @Override
    public Optional<Task> read(TaskId task) {
        return at(Step.LOOK, () -> store.read(task));
    }

    private <T> T at(Step step, Supplier<T> call) {
        others.getOrDefault(step, _ -> {}).accept(store);
        Trouble trouble = left.merge(step, -1, Integer::sum) >= 0 ? troubles.get(step) : null;
        return switch (trouble) {
            case null -> call.get();
            case CRASH_BEFORE -> throw new Crash();
            case CRASH_AFTER -> {
                var _ = call.get();
                throw new Crash();
            }
            case UNAVAILABLE -> throw new StoreUnavailableException(new IllegalStateException());
            case UNEXPECTED -> throw new IllegalStateException();
            case UNANSWERED -> {
                var _ = call.get();
                throw new StoreUnavailableException(new IllegalStateException());
            }
        };
    }
}
