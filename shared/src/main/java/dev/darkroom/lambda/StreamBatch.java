package dev.darkroom.lambda;

import dev.darkroom.log.Log;
import dev.darkroom.task.StoreUnavailableException;
import dev.darkroom.task.TaskId;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.stream.Gatherers;
import org.jspecify.annotations.Nullable;

/** Works on the records of one stream batch at once. */
public final class StreamBatch {
    /**
     * The task of a record.
     *
     * @param since when the task was changed; null if the record's image does not say
     */
    public record Woken(TaskId task, @Nullable Instant since) {}

    private StreamBatch() {}

    /**
     * Reads a batch, does the work for the task of each record, and answers which records failed. A record fails only if the
     * table did not answer. The stream then delivers it again, and the work recognises what is done already. Any other failure is
     * logged and left to the sweep, so that no bad record blocks its shard.
     *
     * @throws MalformedEventException if the event is not a stream batch
     */
    public static void serve(InputStream in, OutputStream out, Consumer<Woken> work, Log log) throws IOException {
        AtomicReference<@Nullable Error> error = new AtomicReference<>();
        List<TaskChange> failed = TaskChange.read(in).stream()
                .gather(Gatherers.mapConcurrent(Integer.MAX_VALUE, change -> failed(change, work, log, error)))
                .flatMap(Optional::stream)
                .toList();
        if (error.get() != null) {
            throw error.get();
        }
        TaskChange.write(failed, out);
    }

    /** The record, if it failed. */
    private static Optional<TaskChange> failed(
            TaskChange change, Consumer<Woken> work, Log log, AtomicReference<@Nullable Error> error) {
        Woken woken = change.woken();
        if (woken == null) {
            log.error("stream_record_without_task").write();
            return Optional.empty();
        }
        try {
            work.accept(woken);
            return Optional.empty();
        } catch (StoreUnavailableException e) {
            log.error("storage_unavailable").task(woken.task()).cause(e).write();
            return Optional.of(change);
        } catch (RuntimeException e) {
            log.error("unexpected_failure").task(woken.task()).cause(e).write();
            return Optional.empty();
        } catch (Error e) {
            // It fails the batch, but only when the others have done their work: thrown here, it would interrupt them.
            error.set(e);
            return Optional.of(change);
        }
    }
}
