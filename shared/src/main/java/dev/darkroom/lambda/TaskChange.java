package dev.darkroom.lambda;

import dev.darkroom.json.Json;
import dev.darkroom.lambda.StreamBatch.Woken;
import dev.darkroom.task.Attribute;
import dev.darkroom.task.TaskId;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The used part of a record of the table's stream (Lambda Developer Guide, "Using AWS Lambda with Amazon DynamoDB").
 *
 * @param sequenceNumber names the record if it failed
 * @param woken null if the record's key is not a task id
 */
record TaskChange(String sequenceNumber, @Nullable Woken woken) {

    /**
     * Reads a batch.
     *
     * @throws MalformedEventException if it is not such a batch. The batch fails as a whole; the event source mapping then halves
     *     it until the bad record is alone, and moves that one to the dead-letter queue
     */
    static List<TaskChange> read(InputStream in) throws IOException {
        if (!(EventJson.read(in).get("Records") instanceof Json.Arr(List<Json> items))) {
            throw new MalformedEventException("has no records");
        }
        return items.stream().map(TaskChange::of).toList();
    }

    private static TaskChange of(Json item) {
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
        return new TaskChange(sequenceNumber, woken);
    }

    /** An attribute's value in DynamoDB's JSON; null if there is none of this type. */
    private static @Nullable String value(Json.Obj change, String image, Attribute name, String type) {
        Json.Obj attributes = change.object(image);
        Json.Obj attribute = attributes == null ? null : attributes.object(name.text());
        return attribute == null ? null : attribute.string(type);
    }

    /** Writes the partial batch response: the records that failed. An empty list means that the whole batch is done. */
    static void write(List<TaskChange> failed, OutputStream out) throws IOException {
        List<Json.Obj> failures = failed.stream()
                .map(record -> Json.object()
                        .put("itemIdentifier", record.sequenceNumber())
                        .build())
                .toList();
        EventJson.write(
                Json.object().put("batchItemFailures", Json.array(failures)).build(), out);
    }
}
