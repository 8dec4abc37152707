package dev.darkroom.lambda;

import dev.darkroom.json.Json;
import dev.darkroom.request.Parsed;
import dev.darkroom.request.Problem;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** The HTTP answers of our functions. */
public final class Answers {
    private Answers() {}

    /** 200 with {@code {"code":200,"data":...}}. */
    public static HttpAnswer ok(Json data) {
        return json(200, Json.object().put("code", 200).put("data", data).build(), Map.of());
    }

    /** Answers what a client asks for, or tells everything that is wrong with the request. */
    public static <T> HttpAnswer of(Parsed<T> parsed, Function<T, HttpAnswer> answer) {
        return switch (parsed) {
            case Parsed.Valid<T>(T value) -> answer.apply(value);
            case Parsed.Invalid<T>(List<Problem> problems) -> error(ApiError.invalidRequest(problems));
        };
    }

    /** The same for a request with a JSON body. */
    public static <T> HttpAnswer of(
            HttpRequest request, Function<String, Parsed<T>> parser, Function<T, HttpAnswer> answer) {
        return switch (RequestBody.ofJson(request)) {
            case RequestBody.Refused(ApiError error) -> error(error);
            case RequestBody.Text(String text) -> of(parser.apply(text), answer);
        };
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
