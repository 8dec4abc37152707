package dev.darkroom.testing;

import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import dev.darkroom.json.Json;
import dev.darkroom.json.JsonException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * An HTTP API event, format 2.0, as in API Gateway's Developer Guide, and a way to pass it to a handler.
 *
 * @param user the user that the authorizer named; null on a route without an authorizer
 * @param body null for none
 * @param base64 whether the body is base64
 */
public record HttpEvent(
        String method,
        String route,
        Map<String, String> path,
        Map<String, String> query,
        Map<String, String> headers,
        @Nullable String user,
        @Nullable String body,
        boolean base64) {

    /** A handler's answer. */
    public record Answer(int status, Map<String, String> headers, String body) {
        /** Calls the handler with an event as the Lambda runtime does. */
        public static Answer of(RequestStreamHandler handler, Json event) {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            try {
                handler.handleRequest(
                        new ByteArrayInputStream(event.text().getBytes(StandardCharsets.UTF_8)),
                        out,
                        TestContexts.withTime(Duration.ofMinutes(3)));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            Json.Obj answer = (Json.Obj) parsed(out.toString(StandardCharsets.UTF_8));
            Map<String, String> answered = new LinkedHashMap<>();
            Objects.requireNonNull(answer.object("headers"))
                    .fields()
                    .forEach((name, value) -> answered.put(name, ((Json.Str) value).value()));
            return new Answer(
                    Objects.requireNonNull(answer.integer("statusCode")).intValue(),
                    answered,
                    Objects.requireNonNull(answer.string("body")));
        }

        public Json.Obj json() {
            return (Json.Obj) parsed(body);
        }

        /** Returns the task id of a submit's 200. */
        public String taskId() {
            return Objects.requireNonNull(
                    Objects.requireNonNull(json().object("data")).string("task_id"));
        }

        /** Returns the error type of a refusal; empty for a 200. */
        public String type() {
            Json.Obj error = json().object("error");
            return error == null ? "" : Objects.requireNonNull(error.string("type"));
        }

        public @Nullable Integer retryAfter() {
            String seconds = headers.get("retry-after");
            return seconds == null ? null : Integer.valueOf(seconds);
        }
    }

    /**
     * Returns a submit as the gateway passes it on.
     *
     * @param more headers beside the content type, or instead of it
     */
    public static HttpEvent submit(String user, String body, Map<String, String> more) {
        Map<String, String> json = Map.of("content-type", "application/json");
        return new HttpEvent("POST", "/api/generate/submit", Map.of(), Map.of(), json, user, body, false).with(more);
    }

    public static HttpEvent callback(Map<String, String> path, String body) {
        return new HttpEvent(
                "POST",
                "/callbacks/apidot/{task_id}/{signature}",
                path,
                Map.of(),
                Map.of("content-type", "application/json"),
                null,
                body,
                false);
    }

    public static HttpEvent get(String route, Map<String, String> path, Map<String, String> query, String user) {
        return new HttpEvent("GET", route, path, query, Map.of(), user, null, false);
    }

    public HttpEvent with(Map<String, String> more) {
        Map<String, String> all = new LinkedHashMap<>(headers);
        all.putAll(more);
        return new HttpEvent(method, route, path, query, all, user, body, base64);
    }

    /** Returns the event with these bytes as a base64 body, which is how the gateway passes on anything but text. */
    public HttpEvent with(byte[] bytes) {
        return new HttpEvent(
                method, route, path, query, headers, user, Base64.getEncoder().encodeToString(bytes), true);
    }

    public Answer through(RequestStreamHandler handler) {
        return Answer.of(handler, json());
    }

    public Json.Obj json() {
        Json.Builder context = Json.object()
                .put("accountId", "123456789012")
                .put("apiId", "a1b2c3d4e5")
                .put("requestId", "JKJaXmPLvHcESHA=")
                .put("routeKey", method + " " + route)
                .put("stage", "$default")
                .put("time", "22/Nov/2026:13:00:00 +0000")
                .put("timeEpoch", 1795352400000L)
                .put(
                        "http",
                        Json.object()
                                .put("method", method)
                                .put("path", route)
                                .put("protocol", "HTTP/1.1")
                                .put("sourceIp", "203.0.113.10")
                                .put("userAgent", "test")
                                .build());
        if (user != null) {
            Json.Obj claims = Json.object().put("sub", user).build();
            context.put(
                    "authorizer",
                    Json.object()
                            .put("jwt", Json.object().put("claims", claims).build())
                            .build());
        }
        Json.Builder event = Json.object()
                .put("version", "2.0")
                .put("routeKey", method + " " + route)
                .put("rawPath", route)
                .put("rawQueryString", "")
                .put("headers", strings(headers))
                .put("requestContext", context.build());
        if (!query.isEmpty()) {
            event.put("queryStringParameters", strings(query));
        }
        if (!path.isEmpty()) {
            event.put("pathParameters", strings(path));
        }
        if (body != null) {
            event.put("body", body);
        }
        return event.put("isBase64Encoded", base64).build();
    }

    private static Json.Obj strings(Map<String, String> values) {
        Json.Builder object = Json.object();
        values.forEach(object::put);
        return object.build();
    }

    private static Json parsed(String text) {
        try {
            return Json.parse(text);
        } catch (JsonException e) {
            throw new IllegalArgumentException(text, e);
        }
    }
}
