package dev.darkroom.local.gateway;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.darkroom.json.Json;
import dev.darkroom.json.JsonException;
import dev.darkroom.local.function.LocalFunction;
import dev.darkroom.local.function.Outcome;
import dev.darkroom.local.template.Template.Cors;
import dev.darkroom.local.template.Template.EventSource.Route;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Both HTTP APIs on one port. It refuses what AWS's gateway refuses, with AWS's bodies, and answers {@code GET /health}
 * itself. Requests run on virtual threads.
 */
public final class Gateway implements AutoCloseable {
    /** Payload quota of HTTP APIs. */
    private static final int MAX_BODY = 10 * 1024 * 1024;

    private final HttpServer server;
    private final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();
    private final List<Routes.Target> targets = new ArrayList<>();
    private final Map<String, CrossOrigin> crossOrigin = new HashMap<>();
    private final InstantSource clock;

    private Gateway(HttpServer server, InstantSource clock) {
        this.server = server;
        this.clock = clock;
    }

    /** Takes the port (0: a free one) without answering yet: clients wait until {@link #start}. */
    public static Gateway bind(InetSocketAddress address, InstantSource clock) throws IOException {
        return new Gateway(HttpServer.create(address, 0), clock);
    }

    public int port() {
        return server.getAddress().getPort();
    }

    /** Adds a route; before the start only. */
    public void route(Route route, LocalFunction function) {
        targets.add(new Routes.Target(route, function));
    }

    /** Lets web pages call an API; before the start only. */
    public void cors(String api, Cors cors) {
        crossOrigin.put(api, new CrossOrigin(cors));
    }

    public void start() {
        Routes routes = new Routes(targets);
        server.createContext("/", exchange -> {
            try (exchange) {
                answer(exchange, routes);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        server.setExecutor(executor);
        server.start();
    }

    private void answer(HttpExchange exchange, Routes routes) throws IOException, InterruptedException {
        String method = exchange.getRequestMethod();
        String path = exchange.getRequestURI().getRawPath();
        if (method.equals("GET") && path.equals("/health")) {
            send(exchange, 200, Map.of(), "{\"status\":\"up\"}");
            return;
        }
        Optional<String> asked = CrossOrigin.asked(exchange);
        if (asked.isPresent()) {
            Optional<CrossOrigin> web = routes.find(asked.get(), path).flatMap(this::crossOrigin);
            if (web.isPresent()) {
                web.get().permit(exchange);
                send(exchange, 204, Map.of(), "");
                return;
            }
        }
        Optional<Routes.Match> match = routes.find(method, path);
        if (match.isEmpty()) {
            refuse(exchange, 404, "Not Found");
            return;
        }
        match.flatMap(this::crossOrigin).ifPresent(web -> web.expose(exchange));
        Routes.Target target = match.get().target();
        Optional<Json.Obj> claims = Optional.empty();
        if (target.route().authorized()) {
            claims = Claims.of(exchange.getRequestHeaders().getFirst("Authorization"));
            if (claims.isEmpty()) {
                exchange.getResponseHeaders().set("WWW-Authenticate", "Bearer");
                refuse(exchange, 401, "Unauthorized");
                return;
            }
        }
        byte[] body = exchange.getRequestBody().readNBytes(MAX_BODY + 1);
        if (body.length > MAX_BODY) {
            refuse(exchange, 413, "Request Entity Too Large");
            return;
        }
        String requestId = UUID.randomUUID().toString();
        Json.Obj event = HttpEvent.of(exchange, match.get(), claims.orElse(null), body, requestId, clock.instant());
        switch (target.function().invoke(event)) {
            case Outcome.Answered(String output) -> translate(exchange, output);
            case Outcome.Failed _ -> refuse(exchange, 500, "Internal Server Error");
            case Outcome.TimedOut _ -> refuse(exchange, 503, "Service Unavailable");
        }
    }

    private Optional<CrossOrigin> crossOrigin(Routes.Match match) {
        return Optional.ofNullable(crossOrigin.get(match.target().route().api()));
    }

    private static void refuse(HttpExchange exchange, int status, String message) throws IOException {
        send(
                exchange,
                status,
                Map.of("content-type", Json.of("application/json")),
                Json.object().put("message", message).build().text());
    }

    private static void translate(HttpExchange exchange, String output) throws IOException {
        Json answer;
        try {
            answer = Json.parse(output);
        } catch (JsonException e) {
            refuse(exchange, 500, "Internal Server Error");
            return;
        }
        if (!(answer instanceof Json.Obj object) || object.get("statusCode") == null) {
            // Format 2.0: an answer without a status is itself the body.
            send(exchange, 200, Map.of(), answer.text());
            return;
        }
        Long status = object.integer("statusCode");
        String body = object.string("body");
        boolean base64 = object.get("isBase64Encoded") == Json.Bool.TRUE;
        if (status == null || status < 100 || status > 599) {
            refuse(exchange, 500, "Internal Server Error");
            return;
        }
        Json.Obj headers = object.object("headers");
        for (Json cookie : object.items("cookies")) {
            if (cookie instanceof Json.Str(String value)) {
                exchange.getResponseHeaders().add("Set-Cookie", value);
            }
        }
        byte[] bytes = body == null
                ? new byte[0]
                : base64 ? Base64.getDecoder().decode(body) : body.getBytes(StandardCharsets.UTF_8);
        send(exchange, status.intValue(), headers == null ? Map.of() : headers.fields(), bytes);
    }

    private static void send(HttpExchange exchange, int status, Map<String, Json> headers, String body)
            throws IOException {
        send(exchange, status, headers, body.getBytes(StandardCharsets.UTF_8));
    }

    private static void send(HttpExchange exchange, int status, Map<String, Json> headers, byte[] body)
            throws IOException {
        headers.forEach((name, value) ->
                exchange.getResponseHeaders().set(name, value instanceof Json.Str(String text) ? text : value.text()));
        if (!exchange.getResponseHeaders().containsKey("Content-Type")) {
            exchange.getResponseHeaders().set("Content-Type", "application/json");
        }
        exchange.getResponseHeaders().set("Apigw-Requestid", UUID.randomUUID().toString());
        boolean empty = body.length == 0 || exchange.getRequestMethod().equals("HEAD");
        exchange.sendResponseHeaders(status, empty ? -1 : body.length);
        if (!empty) {
            try (OutputStream out = exchange.getResponseBody()) {
                out.write(body);
            }
        }
    }

    @Override
    public void close() {
        server.stop(0);
        executor.shutdownNow();
    }
}
