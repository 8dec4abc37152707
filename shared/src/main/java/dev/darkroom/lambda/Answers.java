package dev.darkroom.lambda;

import dev.darkroom.json.Json;
import java.util.HashMap;
import java.util.Map;

/** The HTTP answers of our functions. */
public final class Answers {
    private Answers() {}

    /** 200 with {@code {"code":200,"data":...}}. */
    public static HttpAnswer ok(Json data) {
        return json(200, Json.object().put("code", 200).put("data", data).build(), Map.of());
    }

    /** The error with its status. {@code Retry-After} is in whole seconds, at least 1. */
    public static HttpAnswer error(ApiError error) {
        if (error.retryAfter() == null) {
            return json(error.type().status(), error.body(), Map.of());
        }
        long seconds = Math.max(1, error.retryAfter().plusNanos(999_999_999).toSeconds());
        return json(error.type().status(), error.body(), Map.of("retry-after", Long.toString(seconds)));
    }

    /** Any JSON answer. No cache may keep it: it belongs to one user, and may have URLs that open images. */
    public static HttpAnswer json(int status, Json body, Map<String, String> headers) {
        Map<String, String> all = new HashMap<>(headers);
        all.put("content-type", "application/json");
        all.put("cache-control", "no-store");
        return new HttpAnswer(status, all, body.text());
    }
}
