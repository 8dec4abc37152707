package dev.darkroom.lambda;

import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPResponse;
import dev.darkroom.json.Json;
import java.util.Map;
import java.util.TreeMap;

/** The HTTP answers of our functions. */
public final class Answers {
    private Answers() {}

    /** 200 with {@code {"code":200,"data":...}}. */
    public static APIGatewayV2HTTPResponse ok(Json data) {
        return json(200, Json.object().put("code", 200).put("data", data).build(), Map.of());
    }

    /** The error with its status. {@code Retry-After} is in whole seconds, at least 1. */
    public static APIGatewayV2HTTPResponse error(ApiError error) {
        if (error.retryAfter() == null) {
            return json(error.type().status(), error.body(), Map.of());
        }
        long seconds = Math.max(1, error.retryAfter().plusNanos(999_999_999).toSeconds());
        return json(error.type().status(), error.body(), Map.of("retry-after", Long.toString(seconds)));
    }

    /** Any JSON answer. No cache may keep it: it belongs to one user, and may have URLs that open images. */
    public static APIGatewayV2HTTPResponse json(int status, Json body, Map<String, String> headers) {
        Map<String, String> all = new TreeMap<>(headers);
        all.put("content-type", "application/json");
        all.put("cache-control", "no-store");
        APIGatewayV2HTTPResponse answer = new APIGatewayV2HTTPResponse();
        answer.setStatusCode(status);
        answer.setHeaders(all);
        answer.setBody(body.text());
        return answer;
    }
}
