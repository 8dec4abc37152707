package dev.darkroom.lambda;

import dev.darkroom.log.Log;
import dev.darkroom.task.StoreUnavailableException;
import dev.darkroom.task.TaskId;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
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
        List<StreamRecord> records = StreamRecord.read(in);
        List<StreamRecord> failed = new ArrayList<>();
        try (ExecutorService workers = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Boolean>> done = records.stream()
                    .map(record -> workers.submit(() -> isDone(record, work, log)))
                    .toList();
            for (int i = 0; i < records.size(); i++) {
                if (!done.get(i).get()) {
                    failed.add(records.get(i));
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        } catch (ExecutionException e) {
            throw new IllegalStateException("a worker catches what it meets", e);
        }
        StreamRecord.write(failed, out);
    }

    private static boolean isDone(StreamRecord record, Consumer<Woken> work, Log log) {
        TaskId task = record.task();
        if (task == null) {
            log.error("stream_record_without_task").write();
            return true;
        }
        try {
            work.accept(new Woken(task, record.since()));
            return true;
        } catch (StoreUnavailableException e) {
            log.error("storage_unavailable").task(task).cause(e).write();
            return false;
        } catch (RuntimeException e) {
            log.error("unexpected_failure").task(task).cause(e).write();
            return true;
        }
    }
}
