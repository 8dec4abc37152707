package dev.darkroom.snapshot;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.darkroom.config.Environment;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The HTTP server that a function talks to in a rehearsal. It runs in this process and answers as the scene says. */
final class Outside implements AutoCloseable {
    private final HttpServer server;
    private final Set<String> asked = new HashSet<>();
    private Map<String, String> answers = Map.of();

    Outside() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::answer);
        server.start();
    }

    /**
     * The function's environment in the rehearsal. It starts empty, so it has no secret and no real host. Only settings that
     * decide the path through the code are the real ones.
     */
    Environment environment(Environment real) {
        String authority = "127.0.0.1:" + server.getAddress().getPort();
        Map<String, String> variables = new HashMap<>();
        for (String setting : List.of("AWS_REGION", "CHECK_SOURCE_IMAGES", "DAILY_CREDIT_LIMIT")) {
            String value = real.optional(setting);
            if (value != null) {
                variables.put(setting, value);
            }
        }
        variables.put("TASKS_TABLE", "rehearsal");
        variables.put("IMAGES_BUCKET", "rehearsal");
        variables.put("AWS_ENDPOINT_URL_DYNAMODB", "http://" + authority);
        variables.put("AWS_ENDPOINT_URL_S3", "http://" + authority);
        variables.put("APIDOT_BASE_URL", "http://" + authority);
        variables.put("TRUSTED_HOSTS", authority);
        variables.put("APIDOT_API_KEY", "rehearsal");
        variables.put("CALLBACK_BASE_URL", "https://callbacks.example.com");
        variables.put("CALLBACK_SIGNING_KEYS", "rehearsal");
        return new Environment(variables);
    }

    /** Sets the calls that it answers from now on. */
    synchronized void expect(Map<String, String> calls) {
        answers = calls;
        asked.clear();
    }

    /** Whether exactly the expected calls were made. */
    synchronized boolean isContent() {
        return asked.equals(answers.keySet());
    }

    private synchronized void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            exchange.getRequestBody().readAllBytes();
            String target = exchange.getRequestHeaders().getFirst("X-Amz-Target");
            String call = target == null
                    ? exchange.getRequestMethod() + " "
                            + exchange.getRequestURI().getPath()
                    : target.substring(target.indexOf('.') + 1);
            asked.add(call);
            byte[] body = answers.getOrDefault(call, "{}").getBytes(ISO_8859_1);
            // No connection of a rehearsal may be open when the snapshot is taken.
            exchange.getResponseHeaders().set("Connection", "close");
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.sendResponseHeaders(answers.containsKey(call) ? 200 : 501, body.length);
            exchange.getResponseBody().write(body);
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
