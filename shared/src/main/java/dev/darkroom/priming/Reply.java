package dev.darkroom.priming;

import dev.darkroom.json.Json;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.CRC32;

/**
 * What the outside answers on the {@link Stage}.
 *
 * @param chunked whether the body's length is left unsaid
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record Reply(int status, Map<String, String> headers, byte[] body, boolean chunked) {

    public Reply {
        headers = Map.copyOf(headers);
    }

    /** A body of this type. */
    public static Reply of(int status, String type, byte[] body) {
        return new Reply(status, Map.of("Content-Type", type), body, false);
    }

    public static Reply json(int status, String json) {
        return of(status, "application/json", json.getBytes(StandardCharsets.UTF_8));
    }

    /** Without a body. */
    public static Reply empty(int status) {
        return new Reply(status, Map.of(), new byte[0], false);
    }

    /** As DynamoDB answers: the SDK compares the checksum. */
    public static Reply dynamo(int status, Json.Obj body) {
        byte[] bytes = body.text().getBytes(StandardCharsets.UTF_8);
        CRC32 crc = new CRC32();
        crc.update(bytes);
        Map<String, String> headers = Map.of(
                "Content-Type",
                "application/x-amz-json-1.0",
                "x-amzn-RequestId",
                "REHEARSAL",
                "x-amz-crc32",
                Long.toString(crc.getValue()));
        return new Reply(status, headers, bytes, false);
    }

    /** The write was done. */
    public static Reply written() {
        return dynamo(200, Json.object().build());
    }

    /** The write was done, and this is the item now. */
    public static Reply written(Json.Obj item) {
        return dynamo(200, Json.object().put("Attributes", item).build());
    }

    /** The write's condition does not hold for this item; an empty one stands for none. */
    public static Reply refused(Json.Obj item) {
        return failed("ConditionalCheckFailedException", item);
    }

    /** A refusal that no repetition mends. */
    public static Reply forbidden() {
        return failed("AccessDeniedException", Json.object().build());
    }

    private static Reply failed(String type, Json.Obj item) {
        Json.Builder body = Json.object()
                .put("__type", "com.amazonaws.dynamodb.v20120810#" + type)
                .put("message", "rehearsed");
        return dynamo(
                400,
                item.fields().isEmpty() ? body.build() : body.put("Item", item).build());
    }

    /** The same reply with a header. */
    public Reply with(String name, String value) {
        Map<String, String> more = new LinkedHashMap<>(headers);
        more.put(name, value);
        return new Reply(status, more, body, chunked);
    }

    /** The same reply, its length unsaid. */
    public Reply inChunks() {
        return new Reply(status, headers, body, true);
    }
}
