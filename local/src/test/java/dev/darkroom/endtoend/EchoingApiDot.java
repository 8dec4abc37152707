package dev.darkroom.endtoend;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.darkroom.json.Json;
import dev.darkroom.local.apidot.SimulatedApiDot;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A proxy in front of the simulated APIDot. It refuses a submit whose prompt contains {@code [answer 400 message]} with that status, and
 * quotes the whole request in the error message, API key included. It passes on all other requests. Thread-safe.
 */
final class EchoingApiDot implements AutoCloseable {
    private static final Pattern ASKED = Pattern.compile("\\[answer ([0-9]{3}) ([a-z_]+)]");
    private static final Set<String> NOT_FORWARDED = Set.of("host", "connection", "content-length", "upgrade");

    private final SimulatedApiDot apiDot;
    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final HttpClient http = HttpClient.newBuilder().executor(threads).build();
    private final AtomicInteger echoes = new AtomicInteger();

    EchoingApiDot(SimulatedApiDot apiDot) throws IOException {
        this.apiDot = apiDot;
        this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 100);
        server.setExecutor(threads);
        server.createContext("/", this::serve);
        server.start();
    }

    /** Returns host and port. */
    String place() {
        return "localhost:" + server.getAddress().getPort();
    }

    /** Returns how many answers quoted the request. */
    int echoes() {
        return echoes.get();
    }

    private void serve(HttpExchange exchange) throws IOException {
        try (exchange) {
            byte[] body = exchange.getRequestBody().readAllBytes();
            String text = new String(body, StandardCharsets.UTF_8);
            Matcher asked = ASKED.matcher(text);
            if (asked.find()) {
                echo(exchange, Integer.parseInt(asked.group(1)), asked.group(2), text);
            } else {
                forward(exchange, body);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void echo(HttpExchange exchange, int status, String shape, String body) throws IOException {
        @Nullable String authorization = exchange.getRequestHeaders().getFirst("Authorization");
        String all = "Cannot take " + body + " of " + authorization + " from "
                + exchange.getRequestHeaders().entrySet();
        Json answer = switch (shape) {
            case "message" ->
                Json.object().put("code", status).put("message", all).build();
            case "detail" -> Json.object().put("detail", all).build();
            case "details" ->
                Json.object()
                        .put(
                                "detail",
                                Json.array(List.of(Json.object().put("msg", all).build())))
                        .build();
            case "text" -> Json.of(all);
            default ->
                Json.object()
                        .put("code", status)
                        .put("error", Json.object().put("message", all).build())
                        .build();
        };
        if (status == 429 || status == 503) {
            // Longer than the function's time, so that it does not retry.
            exchange.getResponseHeaders().set("Retry-After", "60");
        }
        if (status == 302) {
            exchange.getResponseHeaders().set("Location", "/" + Integer.toHexString(all.hashCode()));
        }
        byte[] bytes = answer.text().getBytes(StandardCharsets.UTF_8);
        echoes.incrementAndGet();
        exchange.sendResponseHeaders(shape.equals("in_body") ? 200 : status, bytes.length);
        exchange.getResponseBody().write(bytes);
    }

    private void forward(HttpExchange exchange, byte[] body) throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(
                        URI.create(apiDot.baseUrl() + exchange.getRequestURI().getRawPath()))
                .method(
                        exchange.getRequestMethod(),
                        body.length == 0
                                ? HttpRequest.BodyPublishers.noBody()
                                : HttpRequest.BodyPublishers.ofByteArray(body));
        exchange.getRequestHeaders().forEach((name, values) -> {
            if (!NOT_FORWARDED.contains(name.toLowerCase(Locale.ROOT))) {
                values.forEach(value -> request.header(name, value));
            }
        });
        HttpResponse<byte[]> answer = http.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(answer.statusCode(), answer.body().length);
        exchange.getResponseBody().write(answer.body());
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
        http.shutdownNow();
    }
}
