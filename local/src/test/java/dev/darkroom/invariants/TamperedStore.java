package dev.darkroom.invariants;

import dev.darkroom.task.Item;
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

/**
 * A store whose writes go through a {@link Tampering}. Without one it behaves as the store itself. Not thread-safe while it delays a
 * record.
 */
final class TamperedStore implements TaskStore {
    private final TaskStore store;
    private final Tampering tampering;
    private @Nullable Write heldBack;

    TamperedStore(TaskStore store, Tampering tampering) {
        this.store = store;
        this.tampering = tampering;
    }

    @Override
    public Written write(Write write) {
        if (tampering == Tampering.RECORDED_AFTER_THE_SEND && write instanceof Write.Put) {
            heldBack = write;
            return new Written.Applied(Item.ABSENT);
        }
        Write record = heldBack;
        if (record != null) {
            heldBack = null;
            Written written = store.write(record);
            if (!(written instanceof Written.Applied)) {
                return written;
            }
        }
        return store.write(tampering.with(write));
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
