package dev.darkroom.tasks;

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

/** A store in which every call fails that a test does not override. */
public class UnaskedStore implements TaskStore {
    @Override
    public Recorded record(Write.Update record, long dailyLimit) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Written write(Write write) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Optional<Task> read(TaskId task) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Page page(UserId user, @Nullable Position after, int limit) {
        throw new UnsupportedOperationException();
    }

    @Override
    public List<Task> holders(UpstreamTaskId upstream) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void overdue(int shard, Instant now, Consumer<Waking.Overdue> found) {
        throw new UnsupportedOperationException();
    }
}
