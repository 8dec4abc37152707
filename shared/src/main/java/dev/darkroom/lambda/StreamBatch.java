package dev.darkroom.lambda;

import dev.darkroom.json.Json;
import dev.darkroom.log.Log;
import dev.darkroom.task.Attribute;
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
     * @throws MalformedEventException if the event is not a stream batch. It fails as a whole; the event source mapping then halves
     *     it until the bad record is alone, and moves that one to the dead-letter queue
     */
    public static void serve(InputStream in, OutputStream out, Consumer<Woken> work, Log log) throws IOException {
        AtomicReference<@Nullable Error> error = new AtomicReference<>();
        List<Json> failed = changes(in).stream()
                .gather(Gatherers.mapConcurrent(Integer.MAX_VALUE, change -> failed(change, work, log, error)))
                .flatMap(Optional::stream)
                .toList();
        if (error.get() != null) {
            throw error.get();
        }
        // An empty list means that the whole batch is done.
        EventJson.write(
                Json.object().put("batchItemFailures", Json.array(failed)).build(), out);
    }

    /**
     * The used part of a record of the table's stream (Lambda Developer Guide, "Using AWS Lambda with Amazon DynamoDB").
     *
     * @param sequenceNumber names the record if it failed
     * @param woken null if the record's key is not a task id
     */
    private record Change(String sequenceNumber, @Nullable Woken woken) {
        Json failure() {
            return Json.object().put("itemIdentifier", sequenceNumber).build();
        }
    }

    private static List<Change> changes(InputStream in) throws IOException {
        if (!(EventJson.read(in).get("Records") instanceof Json.Arr(List<Json> items))) {
            throw new MalformedEventException("has no records");
        }
        return items.stream().map(StreamBatch::change).toList();
    }

    private static Change change(Json item) {
        Json.Obj change = item instanceof Json.Obj record ? record.object("dynamodb") : null;
        String sequenceNumber = change == null ? null : change.string("SequenceNumber");
        // Without a sequence number no answer can name the record as failed.
        if (change == null || sequenceNumber == null) {
            throw new MalformedEventException("holds what is no stream record");
        }
        String updated = value(change, "NewImage", Attribute.UPDATED_AT, "N");
        // Only numbers of our own form: an item edited by hand may have any number.
        Instant since = updated == null || !updated.matches("[0-9]{1,15}")
                ? null
                : Instant.ofEpochMilli(Long.parseLong(updated));
        Woken woken = Optional.ofNullable(value(change, "Keys", Attribute.TASK_ID, "S"))
                .flatMap(TaskId::parse)
                .map(task -> new Woken(task, since))
                .orElse(null);
        return new Change(sequenceNumber, woken);
    }

    /** An attribute's value in DynamoDB's JSON; null if there is none of this type. */
    private static @Nullable String value(Json.Obj change, String image, Attribute name, String type) {
        Json.Obj attributes = change.object(image);
        Json.Obj attribute = attributes == null ? null : attributes.object(name.text());
        return attribute == null ? null : attribute.string(type);
    }

    /** The answer's entry for the record, if it failed. */
    private static Optional<Json> failed(
            Change change, Consumer<Woken> work, Log log, AtomicReference<@Nullable Error> error) {
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
            return Optional.of(change.failure());
        } catch (RuntimeException e) {
            log.error("unexpected_failure").task(woken.task()).cause(e).write();
            return Optional.empty();
        } catch (Error e) {
            // It fails the batch, but only when the others have done their work: thrown here, it would interrupt them.
            error.set(e);
            return Optional.of(change.failure());
        }
    }
}
