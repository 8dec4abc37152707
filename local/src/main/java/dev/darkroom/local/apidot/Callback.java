package dev.darkroom.local.apidot;

import dev.darkroom.json.Json;
import dev.darkroom.json.JsonException;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;

/**
 * A callback that a receiver got.
 *
 * @param id its {@code webhook-id}, or empty
 * @param headers names in lower case
 * @param body at most the first 64 KiB of it, as text
 * @param answered the HTTP status it was answered with, or 0 when the connection was cut
 */
public record Callback(
        Instant receivedAt, String id, Map<String, String> headers, String body, Signature signature, int answered) {
    /** The result of checking its signature. */
    public enum Signature {
        VALID,
        /** Missing, by another secret, of another body, or more than five minutes before or after now. */
        WRONG,
        /** The receiver has no secret to check with. */
        NOT_CHECKED
    }

    public Callback {
        headers = Map.copyOf(headers);
    }

    /** The body, or null when it is not JSON. */
    public Json json() {
        try {
            return Json.parse(body);
        } catch (JsonException e) {
            return Json.Null.NULL;
        }
    }

    Json shown() {
        Json.Builder names = Json.object();
        headers.forEach(names::put);
        return Json.object()
                .put("received_at", receivedAt.toString())
                .put("id", id)
                .put("signature", signature.name().toLowerCase(Locale.ROOT))
                .put("answered", answered)
                .put("headers", names.build())
                .put("body", json() == Json.Null.NULL ? Json.of(body) : json())
                .build();
    }
}
