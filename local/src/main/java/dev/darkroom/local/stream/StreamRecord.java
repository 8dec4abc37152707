package dev.darkroom.local.stream;

import dev.darkroom.json.Json;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.Record;

/** One change of an item. {@code event} is its JSON in {@code Records} of Lambda's event. */
public record StreamRecord(String key, String sequenceNumber, Instant created, Json.Obj event) {

    static StreamRecord of(Record change, String streamArn) {
        var dynamodb = change.dynamodb();
        Json.Builder image = Json.object()
                .put(
                        "ApproximateCreationDateTime",
                        new Json.Num(new BigDecimal(
                                dynamodb.approximateCreationDateTime().getEpochSecond())))
                .put("Keys", item(dynamodb.keys()));
        if (dynamodb.hasNewImage()) {
            image.put("NewImage", item(dynamodb.newImage()));
        }
        if (dynamodb.hasOldImage()) {
            image.put("OldImage", item(dynamodb.oldImage()));
        }
        image.put("SequenceNumber", dynamodb.sequenceNumber())
                .put("SizeBytes", dynamodb.sizeBytes() == null ? 0 : dynamodb.sizeBytes())
                .put("StreamViewType", dynamodb.streamViewTypeAsString());
        Json.Obj event = Json.object()
                .put("eventID", change.eventID())
                .put("eventName", change.eventNameAsString())
                .put("eventVersion", "1.1")
                .put("eventSource", "aws:dynamodb")
                .put("awsRegion", change.awsRegion())
                .put("dynamodb", image.build())
                .put("eventSourceARN", streamArn)
                .build();
        return new StreamRecord(
                item(dynamodb.keys()).text(), dynamodb.sequenceNumber(), dynamodb.approximateCreationDateTime(), event);
    }

    private static Json.Obj item(Map<String, AttributeValue> attributes) {
        Json.Builder item = Json.object();
        attributes.forEach((name, value) -> item.put(name, value(value)));
        return item.build();
    }

    /** DynamoDB's own JSON: {@code {"S": "text"}}; numbers are texts, bytes are base64. */
    private static Json.Obj value(AttributeValue value) {
        Json.Builder typed = Json.object();
        switch (value.type()) {
            case S -> typed.put("S", value.s());
            case N -> typed.put("N", value.n());
            case B -> typed.put("B", base64(value.b()));
            case SS -> typed.put("SS", texts(value.ss()));
            case NS -> typed.put("NS", texts(value.ns()));
            case BS ->
                typed.put(
                        "BS",
                        texts(value.bs().stream().map(StreamRecord::base64).toList()));
            case M -> typed.put("M", item(value.m()));
            case L ->
                typed.put(
                        "L",
                        Json.array(value.l().stream().map(StreamRecord::value).toList()));
            case BOOL -> typed.put("BOOL", value.bool());
            case NUL -> typed.put("NULL", value.nul());
            case UNKNOWN_TO_SDK_VERSION ->
                throw new IllegalStateException("A DynamoDB type that the SDK does not know");
        }
        return typed.build();
    }

    private static Json texts(List<String> texts) {
        return Json.array(texts.stream().map(Json::of).toList());
    }

    private static String base64(SdkBytes bytes) {
        return java.util.Base64.getEncoder().encodeToString(bytes.asByteArray());
    }
}
