package dev.darkroom.invariants;

import dev.darkroom.task.Recorded;
import dev.darkroom.task.Task;
import dev.darkroom.task.TaskId;
import dev.darkroom.task.TaskStore;
import dev.darkroom.task.UpstreamTaskId;
import dev.darkroom.task.UserId;
import dev.darkroom.task.Waking;
import dev.darkroom.task.Write;
import dev.darkroom.task.Written;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A store in which every call waits for its function's turn. It answers only those of the sweep's queries that can find the one task. */
final class TurnStore implements TaskStore {
    private final Supplier<TaskStore> store;
    private final Turn turn;

    /** Waits until the call may be made, and records it. */
    interface Turn {
        void await(String call);

        /** Returns whether the one task can be in this shard. */
        boolean matters(int shard);

        void written();
    }

    TurnStore(Supplier<TaskStore> store, Turn turn) {
        this.store = store;
        this.turn = turn;
    }

    @Override
    public Recorded record(Write.Update record, long dailyLimit) {
        turn.await("write");
        Recorded recorded = store.get().record(record, dailyLimit);
        turn.written();
        return recorded;
    }

    @Override
    public Written write(Write write) {
        turn.await("write");
        Written written = store.get().write(write);
        turn.written();
        return written;
    }

    @Override
    public Optional<Task> read(TaskId task) {
        turn.await("read");
        return store.get().read(task);
    }

    @Override
    public Page page(UserId user, @Nullable Position after, int limit) {
        return store.get().page(user, after, limit);
    }

    @Override
    public List<Task> holders(UpstreamTaskId upstream) {
        turn.await("holders");
        return store.get().holders(upstream);
    }

    @Override
    public void overdue(int shard, Instant now, Consumer<Waking.Overdue> found) {
        if (turn.matters(shard)) {
            turn.await("query");
            store.get().overdue(shard, now, found);
        }
    }
}
