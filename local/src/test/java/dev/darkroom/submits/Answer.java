package dev.darkroom.submits;

import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import dev.darkroom.json.Json;
import dev.darkroom.json.JsonException;
import dev.darkroom.testing.TestContexts;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A handler's answer to an HTTP API event. */
record Answer(int status, Map<String, String> headers, String body) {

    /** A submit as the gateway passes it on. */
    static Json.Obj submit(String user, String body, Map<String, String> headers) {
        Json.Builder all = Json.object();
        Map<String, String> sent = new LinkedHashMap<>();
        sent.put("content-type", "application/json");
        sent.putAll(headers);
        sent.forEach(all::put);
        Json.Obj claims = Json.object().put("sub", user).build();
        return Json.object()
                .put("version", "2.0")
                .put("routeKey", "POST /api/generate/submit")
                .put("rawPath", "/api/generate/submit")
                .put("rawQueryString", "")
                .put("headers", all.build())
                .put(
                        "requestContext",
                        Json.object()
                                .put(
                                        "authorizer",
                                        Json.object()
                                                .put(
                                                        "jwt",
                                                        Json.object()
                                                                .put("claims", claims)
                                                                .build())
                                                .build())
                                .put(
                                        "http",
                                        Json.object()
                                                .put("method", "POST")
                                                .put("path", "/api/generate/submit")
                                                .put("protocol", "HTTP/1.1")
                                                .put("sourceIp", "192.0.2.1")
                                                .put("userAgent", "test")
                                                .build())
                                .put("requestId", "request")
                                .put("stage", "$default")
                                .build())
                .put("body", body)
                .put("isBase64Encoded", false)
                .build();
    }

    /** Calls the handler as the Lambda runtime does. */
    static Answer of(RequestStreamHandler handler, Json event) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try {
            handler.handleRequest(
                    new ByteArrayInputStream(event.text().getBytes(StandardCharsets.UTF_8)),
                    out,
                    TestContexts.withTime(Duration.ofSeconds(29)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Json.Obj answer = object(out.toString(StandardCharsets.UTF_8));
        Map<String, String> headers = new LinkedHashMap<>();
        Objects.requireNonNull(answer.object("headers"))
                .fields()
                .forEach((name, value) -> headers.put(name, ((Json.Str) value).value()));
        return new Answer(
                Math.toIntExact(Objects.requireNonNull(answer.integer("statusCode"))),
                headers,
                Objects.requireNonNull(answer.string("body")));
    }

    Json.Obj json() {
        return object(body);
    }

    /** Returns the task id of a 200. */
    String taskId() {
        return Objects.requireNonNull(
                Objects.requireNonNull(json().object("data")).string("task_id"));
    }

    /** Returns the error type of a refusal; empty for a 200. */
    String type() {
        Json.Obj error = json().object("error");
        return error == null ? "" : Objects.requireNonNull(error.string("type"));
    }

    @Nullable
    Integer retryAfter() {
        String seconds = headers.get("retry-after");
        return seconds == null ? null : Integer.valueOf(seconds);
    }

    private static Json.Obj object(String text) {
        try {
            return (Json.Obj) Json.parse(text);
        } catch (JsonException e) {
            throw new IllegalStateException(e);
        }
    }
}
