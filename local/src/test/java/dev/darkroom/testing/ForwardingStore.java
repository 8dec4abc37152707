package dev.darkroom.testing;

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
import org.jspecify.annotations.Nullable;

/** Passes each call on to another store. A test overrides the calls that it disturbs. */
public abstract class ForwardingStore implements TaskStore {
    protected final TaskStore store;

    protected ForwardingStore(TaskStore store) {
        this.store = store;
    }

    @Override
    public Recorded record(Write.Update record, long dailyLimit) {
        return store.record(record, dailyLimit);
    }

    @Override
    public Written write(Write write) {
        return store.write(write);
    }

    @Override
    public Optional<Task> read(TaskId task) {
        return store.read(task);
    }

    @Override
    public Page page(UserId user, @Nullable Position after, int limit) {
        return store.page(user, after, limit);
    }

    @Override
    public List<Task> holders(UpstreamTaskId upstream) {
        return store.holders(upstream);
    }

    @Override
    public void overdue(int shard, Instant now, Consumer<Waking.Overdue> found) {
        store.overdue(shard, now, found);
    }
}
