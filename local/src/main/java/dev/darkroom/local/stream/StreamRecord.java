package dev.darkroom.local.stream;

import dev.darkroom.json.Json;
import java.time.Instant;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.SdkField;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.core.util.SdkAutoConstructList;
import software.amazon.awssdk.core.util.SdkAutoConstructMap;
import software.amazon.awssdk.services.dynamodb.model.Record;

/** One change of an item. {@code event} is its JSON in {@code Records} of Lambda's event. */
public record StreamRecord(String key, String sequenceNumber, Instant created, Json.Obj event) {

    static StreamRecord of(Record change, String streamArn) {
        Map<String, Json> event = new LinkedHashMap<>(fields(change));
        event.put("eventSourceARN", Json.of(streamArn));
        var dynamodb = change.dynamodb();
        return new StreamRecord(
                json(dynamodb.keys()).text(),
                dynamodb.sequenceNumber(),
                dynamodb.approximateCreationDateTime(),
                new Json.Obj(event));
    }

    /** The SDK knows the field names of DynamoDB's own JSON, which Lambda's events have too. */
    private static Map<String, Json> fields(SdkPojo object) {
        Map<String, Json> fields = new LinkedHashMap<>();
        for (SdkField<?> field : object.sdkFields()) {
            Object value = field.getValueOrDefault(object);
            if (value != null && !(value instanceof SdkAutoConstructList) && !(value instanceof SdkAutoConstructMap)) {
                fields.put(field.locationName(), json(value));
            }
        }
        return fields;
    }

    private static Json json(Object value) {
        return switch (value) {
            case SdkPojo object -> new Json.Obj(fields(object));
            case Map<?, ?> map -> {
                Map<String, Json> fields = new LinkedHashMap<>();
                map.forEach((name, each) -> fields.put(name.toString(), json(each)));
                yield new Json.Obj(fields);
            }
            case List<?> list ->
                Json.array(list.stream().map(StreamRecord::json).toList());
            case Instant time -> Json.of(time.getEpochSecond());
            case SdkBytes bytes -> Json.of(Base64.getEncoder().encodeToString(bytes.asByteArray()));
            case Boolean flag -> Json.of(flag);
            case Long number -> Json.of(number);
            default -> Json.of(value.toString());
        };
    }
}
