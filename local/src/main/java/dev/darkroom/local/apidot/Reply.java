package dev.darkroom.local.apidot;

import dev.darkroom.json.Json;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An unusual answer.
 *
 * @param status the HTTP status, 200..599
 * @param code the body's {@code code}, if it has one; an error may have HTTP 200
 * @param retryAfter value of Retry-After, seconds or a date
 * @param location value of Location
 */
public record Reply(
        int status,
        Body body,
        int code,
        @Nullable String retryAfter,
        @Nullable String location) {

    /** The forms of error answers of APIDot and of proxies in front of it. */
    public enum Body {
        /** {@code {"code":…,"error":{"message":…,"type":…}}} */
        APIDOT,
        /** {@code {"detail":"…"}} */
        DETAIL,
        /** {@code {"detail":[{"loc":[…],"msg":"…"}]}} */
        DETAIL_LIST,
        /** {@code {"code":…,"message":"…"}} */
        MESSAGE,
        /** {@code {"code":…,"data":{"status":"not_started"}}}: it looks good, but has no task id. */
        NO_TASK_ID,
        /** A proxy's page. */
        HTML,
        /** Plain words. */
        TEXT,
        /** Text that begins like JSON and breaks off. */
        BROKEN_JSON,
        /** No byte. */
        EMPTY
    }

    public Reply {
        if (status < 200 || status > 599) {
            throw new IllegalArgumentException("status must be 200..599");
        }
    }

    /** Answers with this status in this shape. */
    public static Reply of(int status, Body body) {
        return new Reply(status, body, status, null, null);
    }

    /** HTTP 200 around an APIDot error with this code. */
    public static Reply codeInBody(int code) {
        return new Reply(200, Body.APIDOT, code, null, null);
    }

    /** A 302 to this place. */
    public static Reply redirect(String location) {
        return new Reply(302, Body.EMPTY, 302, null, location);
    }

    /** The same with a Retry-After of so many seconds. */
    public Reply retryAfter(int seconds) {
        return new Reply(status, body, code, Integer.toString(seconds), location);
    }

    String contentType() {
        return switch (body) {
            case APIDOT, DETAIL, DETAIL_LIST, MESSAGE, NO_TASK_ID, BROKEN_JSON -> "application/json";
            case HTML -> "text/html";
            case TEXT, EMPTY -> "text/plain";
        };
    }

    String text() {
        String message = message();
        return switch (body) {
            case APIDOT -> error(code, message).text();
            case DETAIL -> Json.object().put("detail", message).build().text();
            case DETAIL_LIST ->
                Json.object()
                        .put(
                                "detail",
                                Json.array(List.of(Json.object()
                                        .put("loc", Json.array(List.of(Json.of("body"), Json.of("input"))))
                                        .put("msg", message)
                                        .build())))
                        .build()
                        .text();
            case MESSAGE ->
                Json.object().put("code", code).put("message", message).build().text();
            case NO_TASK_ID ->
                Json.object()
                        .put("code", code)
                        .put("data", Json.object().put("status", "not_started").build())
                        .build()
                        .text();
            case HTML ->
                "<html><head><title>" + message + "</title></head><body><h1>" + message + "</h1></body></html>";
            case TEXT -> message;
            case BROKEN_JSON -> "{\"code\":200,\"data\":{\"task_id\":\"task-unif";
            case EMPTY -> "";
        };
    }

    /** APIDot's own error body. */
    static Json error(int code, String message) {
        String type = switch (code) {
            case 401 -> "authentication_error";
            case 402 -> "insufficient_credits_error";
            case 429 -> "rate_limit_error";
            default -> code >= 500 ? "server_error" : "invalid_request_error";
        };
        return Json.object()
                .put("code", code)
                .put(
                        "error",
                        Json.object().put("message", message).put("type", type).build())
                .build();
    }

    private String message() {
        return switch (code) {
            case 400 -> "Invalid request";
            case 401 -> "Invalid API key";
            case 402 -> "Insufficient credits";
            case 404 -> "Task not found";
            case 408 -> "Request timeout";
            case 422 -> "Input should be a valid value";
            case 429 -> "Too many requests";
            default -> "Simulated answer " + code;
        };
    }
}
