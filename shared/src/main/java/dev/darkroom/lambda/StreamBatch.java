package dev.darkroom.lambda;

import com.amazonaws.services.lambda.runtime.events.DynamodbEvent.DynamodbStreamRecord;
import com.amazonaws.services.lambda.runtime.events.StreamsEventResponse;
import com.amazonaws.services.lambda.runtime.events.StreamsEventResponse.BatchItemFailure;
import com.amazonaws.services.lambda.runtime.events.models.dynamodb.AttributeValue;
import dev.darkroom.log.Log;
import dev.darkroom.task.Attribute;
import dev.darkroom.task.StoreUnavailableException;
import dev.darkroom.task.TaskId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The records of one stream batch, worked on side by side. */
public final class StreamBatch {
    /**
     * A task that a record is about.
     *
     * @param since when the task was changed so that it is in the stream; null when the record's image does not say
     */
    public record Woken(TaskId task, @Nullable Instant since) {}

    private StreamBatch() {}

    /**
     * Does the work for the task of each record. A record fails only when the table did not answer: the stream then brings it
     * again, and what was done meanwhile is recognised. Any other failure is logged and left to the sweep, so that no bad
     * record blocks its shard.
     */
    public static StreamsEventResponse each(List<DynamodbStreamRecord> records, Consumer<Woken> work, Log log) {
        List<BatchItemFailure> failures = new ArrayList<>();
        try (ExecutorService workers = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Boolean>> done = records.stream()
                    .map(record -> workers.submit(() -> isDone(record, work, log)))
                    .toList();
            for (int i = 0; i < records.size(); i++) {
                if (!done.get(i).get()) {
                    failures.add(
                            new BatchItemFailure(records.get(i).getDynamodb().getSequenceNumber()));
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        } catch (ExecutionException e) {
            throw new IllegalStateException("a worker catches what it meets", e);
        }
        return new StreamsEventResponse(failures);
    }

    private static boolean isDone(DynamodbStreamRecord record, Consumer<Woken> work, Log log) {
        Optional<TaskId> task = task(record);
        if (task.isEmpty()) {
            log.error("stream_record_without_task").write();
            return true;
        }
        try {
            work.accept(new Woken(task.get(), since(record)));
            return true;
        } catch (StoreUnavailableException e) {
            log.error("storage_unavailable").task(task.get()).cause(e).write();
            return false;
        } catch (RuntimeException e) {
            log.error("unexpected_failure").task(task.get()).cause(e).write();
            return true;
        }
    }

    private static Optional<TaskId> task(DynamodbStreamRecord record) {
        if (record.getDynamodb() == null || record.getDynamodb().getKeys() == null) {
            return Optional.empty();
        }
        AttributeValue key = record.getDynamodb().getKeys().get(Attribute.TASK_ID.text());
        return key == null || key.getS() == null ? Optional.empty() : TaskId.parse(key.getS());
    }

    private static @Nullable Instant since(DynamodbStreamRecord record) {
        Map<String, AttributeValue> image = record.getDynamodb().getNewImage();
        AttributeValue updated = image == null ? null : image.get(Attribute.UPDATED_AT.text());
        // Only what we write ourselves: an item edited by hand may hold any number.
        return updated == null || updated.getN() == null || !updated.getN().matches("[0-9]{1,15}")
                ? null
                : Instant.ofEpochMilli(Long.parseLong(updated.getN()));
    }
}
