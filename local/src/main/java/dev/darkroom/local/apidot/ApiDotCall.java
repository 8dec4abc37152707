package dev.darkroom.local.apidot;

import com.sun.net.httpserver.HttpExchange;
import dev.darkroom.json.Json;
import dev.darkroom.json.JsonException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** One HTTP request and the answer to it. Not thread-safe. */
final class ApiDotCall {
    /** The length with which the answer is sent in chunks, without a Content-Length. */
    static final long UNSTATED = -1;

    private static final Pattern HOST = Pattern.compile("[A-Za-z0-9.:_\\[\\]-]{1,255}");

    private final HttpExchange http;

    ApiDotCall(HttpExchange http) {
        this.http = http;
    }

    String method() {
        return http.getRequestMethod();
    }

    /** The path's segments, decoded. */
    List<String> segments() {
        return Arrays.stream(http.getRequestURI().getPath().split("/", -1))
                .filter(segment -> !segment.isEmpty())
                .toList();
    }

    /** Path and query as they came. */
    String target() {
        return http.getRequestURI().toString();
    }

    /** The value of a query parameter; empty when there is none. */
    String query(String name) {
        String query = http.getRequestURI().getRawQuery();
        if (query == null) {
            return "";
        }
        return Arrays.stream(query.split("&", -1))
                .filter(pair -> pair.startsWith(name + "="))
                .map(pair -> URLDecoder.decode(pair.substring(name.length() + 1), StandardCharsets.UTF_8))
                .findFirst()
                .orElse("");
    }

    @Nullable
    String header(String name) {
        return http.getRequestHeaders().getFirst(name);
    }

    /**
     * This server's URL under the name that the client uses, without a slash at its end. A container uses another name than this
     * machine.
     */
    Optional<String> base() {
        return Optional.ofNullable(header("Host"))
                .filter(host -> HOST.matcher(host).matches())
                .map(host -> "http://" + host);
    }

    /** All headers, names in lower case, the first value of each. */
    Map<String, String> headers() {
        Map<String, String> headers = new LinkedHashMap<>();
        http.getRequestHeaders()
                .forEach((name, values) -> headers.put(name.toLowerCase(java.util.Locale.ROOT), values.getFirst()));
        return headers;
    }

    /** The body; empty when it is larger than the limit, in bytes. */
    Optional<byte[]> body(int limit) throws IOException {
        byte[] body = http.getRequestBody().readNBytes(limit + 1);
        return body.length > limit ? Optional.empty() : Optional.of(body);
    }

    /** The body as JSON. IllegalArgumentException: it is none, or larger than 1 MiB. */
    Json json() throws IOException {
        return json("");
    }

    /** The body as JSON; {@code otherwise} when it is empty. */
    Json json(String otherwise) throws IOException {
        byte[] body = body(1024 * 1024).orElseThrow(() -> new IllegalArgumentException("the body is too large"));
        try {
            return Json.parse(body.length == 0 ? otherwise : new String(body, StandardCharsets.UTF_8));
        } catch (JsonException e) {
            throw new IllegalArgumentException("the body is not JSON", e);
        }
    }

    void answerHeader(String name, String value) {
        http.getResponseHeaders().set(name, value);
    }

    void answer(int status, Json body) throws IOException {
        answer(status, "application/json", body.text().getBytes(StandardCharsets.UTF_8));
    }

    void answer(Reply reply) throws IOException {
        if (reply.retryAfter() != null) {
            answerHeader("Retry-After", reply.retryAfter());
        }
        if (reply.location() != null) {
            answerHeader("Location", reply.location());
        }
        answer(reply.status(), reply.contentType(), reply.text().getBytes(StandardCharsets.UTF_8));
    }

    void answer(int status, String contentType, byte[] body) throws IOException {
        // The JDK's server writes 0 for "in chunks" and -1 for "no body".
        http.getResponseHeaders().set("Content-Type", contentType);
        http.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
        if (body.length > 0) {
            http.getResponseBody().write(body);
        }
        http.close();
    }

    /**
     * Begins an answer whose body the caller writes.
     *
     * @param length in bytes, at least 1, or {@link #UNSTATED}; when fewer come, the connection is closed
     */
    OutputStream stream(int status, String contentType, long length) throws IOException {
        http.getResponseHeaders().set("Content-Type", contentType);
        http.sendResponseHeaders(status, length == UNSTATED ? 0 : length);
        return http.getResponseBody();
    }

    /** Closes the connection, before an answer or within one. */
    void cut() {
        http.close();
    }
}
