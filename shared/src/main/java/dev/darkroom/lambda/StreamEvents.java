package dev.darkroom.lambda;

import com.amazonaws.services.lambda.runtime.events.DynamodbEvent;
import com.amazonaws.services.lambda.runtime.events.StreamsEventResponse;
import com.amazonaws.services.lambda.runtime.events.models.dynamodb.AttributeValue;
import com.amazonaws.services.lambda.runtime.events.models.dynamodb.StreamRecord;
import dev.darkroom.json.Json;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Batches of DynamoDB stream records (Lambda Developer Guide, "Using AWS Lambda with Amazon DynamoDB"). */
public final class StreamEvents {
    private StreamEvents() {}

    /**
     * The batch: of each record its name, keys, images and sequence number.
     *
     * @throws MalformedEventException when it is no such batch. It fails as a whole; the event source mapping then halves
     *     it until the bad record stands alone and moves that one aside
     */
    public static DynamodbEvent read(InputStream in) throws IOException {
        if (!(EventJson.read(in).get("Records") instanceof Json.Arr(List<Json> items))) {
            throw new MalformedEventException("has no records");
        }
        List<DynamodbEvent.DynamodbStreamRecord> records = new ArrayList<>();
        for (Json item : items) {
            if (!(item instanceof Json.Obj record) || record.object("dynamodb") == null) {
                throw new MalformedEventException("holds what is no stream record");
            }
            records.add(record(record));
        }
        DynamodbEvent event = new DynamodbEvent();
        event.setRecords(records);
        return event;
    }

    private static DynamodbEvent.DynamodbStreamRecord record(Json.Obj json) {
        Json.Obj change = json.object("dynamodb");
        String sequenceNumber = change == null ? null : change.string("SequenceNumber");
        // It alone can name the record as failed.
        if (change == null || sequenceNumber == null) {
            throw new MalformedEventException("holds a stream record without a sequence number");
        }
        StreamRecord stream = new StreamRecord();
        stream.setSequenceNumber(sequenceNumber);
        stream.setKeys(attributes(change.object("Keys")));
        stream.setNewImage(attributes(change.object("NewImage")));
        stream.setOldImage(attributes(change.object("OldImage")));
        DynamodbEvent.DynamodbStreamRecord record = new DynamodbEvent.DynamodbStreamRecord();
        record.setEventID(json.string("eventID"));
        record.setEventName(json.string("eventName"));
        record.setDynamodb(stream);
        return record;
    }

    /** Null for an image that the record does not have. */
    private static @Nullable Map<String, AttributeValue> attributes(Json.@Nullable Obj image) {
        if (image == null) {
            return null;
        }
        Map<String, AttributeValue> attributes = new LinkedHashMap<>();
        image.fields().forEach((name, value) -> attributes.put(name, attribute(value)));
        return attributes;
    }

    /** DynamoDB's JSON: an object of one field, named after the type. */
    private static AttributeValue attribute(Json json) {
        if (json instanceof Json.Obj object && object.fields().size() == 1) {
            Map.Entry<String, Json> typed =
                    object.fields().entrySet().iterator().next();
            return switch (typed.getKey()) {
                case "S" -> new AttributeValue().withS(string(typed.getValue()));
                case "N" -> new AttributeValue().withN(string(typed.getValue()));
                case "B" -> new AttributeValue().withB(bytes(typed.getValue()));
                case "BOOL" -> new AttributeValue().withBOOL(bool(typed.getValue()));
                case "NULL" -> new AttributeValue().withNULL(bool(typed.getValue()));
                case "M" -> {
                    Map<String, AttributeValue> fields =
                            typed.getValue() instanceof Json.Obj inner ? attributes(inner) : null;
                    if (fields == null) {
                        throw notAttribute();
                    }
                    yield new AttributeValue().withM(fields);
                }
                case "L" ->
                    new AttributeValue()
                            .withL(items(typed.getValue()).stream()
                                    .map(StreamEvents::attribute)
                                    .toList());
                case "SS" ->
                    new AttributeValue()
                            .withSS(items(typed.getValue()).stream()
                                    .map(StreamEvents::string)
                                    .toList());
                case "NS" ->
                    new AttributeValue()
                            .withNS(items(typed.getValue()).stream()
                                    .map(StreamEvents::string)
                                    .toList());
                case "BS" ->
                    new AttributeValue()
                            .withBS(items(typed.getValue()).stream()
                                    .map(StreamEvents::bytes)
                                    .toList());
                default -> throw notAttribute();
            };
        }
        throw notAttribute();
    }

    private static String string(Json json) {
        return switch (json) {
            case Json.Str(String text) -> text;
            case Json.Num(BigDecimal number) -> throw notAttribute();
            case Json.Obj object -> throw notAttribute();
            case Json.Arr array -> throw notAttribute();
            case Json.Bool bool -> throw notAttribute();
            case Json.Null none -> throw notAttribute();
        };
    }

    private static ByteBuffer bytes(Json json) {
        try {
            return ByteBuffer.wrap(Base64.getDecoder().decode(string(json)));
        } catch (IllegalArgumentException e) {
            throw notAttribute();
        }
    }

    private static boolean bool(Json json) {
        if (json instanceof Json.Bool bool) {
            return bool == Json.Bool.TRUE;
        }
        throw notAttribute();
    }

    private static List<Json> items(Json json) {
        if (json instanceof Json.Arr(List<Json> items)) {
            return items;
        }
        throw notAttribute();
    }

    private static MalformedEventException notAttribute() {
        return new MalformedEventException("holds what is no attribute value");
    }

    /** Names the records that failed; an empty list says that the whole batch is done. */
    public static void write(StreamsEventResponse answer, OutputStream out) throws IOException {
        List<StreamsEventResponse.BatchItemFailure> failures = answer.getBatchItemFailures();
        EventJson.write(
                Json.object()
                        .put(
                                "batchItemFailures",
                                Json.array((failures == null
                                                ? List.<StreamsEventResponse.BatchItemFailure>of()
                                                : failures)
                                        .stream()
                                                .map(failure -> Json.object()
                                                        .put("itemIdentifier", failure.getItemIdentifier())
                                                        .build())
                                                .toList()))
                        .build(),
                out);
    }
}
