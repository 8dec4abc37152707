package dev.darkroom.deployed;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;

/**
 * What a function's process talks to on Lambda (AWS Lambda Developer Guide, "Using the Lambda runtime API"): it gives out one
 * event after another and takes their outcomes.
 */
final class RuntimeApi implements AutoCloseable {
    /** How long a function may take for one event. */
    static final Duration LONGEST = Duration.ofSeconds(30);

    /** The path at which a function with a snapshot asks for credentials. */
    static final String CREDENTIALS = "/credentials";

    private static final String PATH = "/2018-06-01/runtime/";

    final BlockingQueue<byte[]> events = new LinkedBlockingQueue<>();
    final BlockingQueue<Invocation> invocations = new LinkedBlockingQueue<>();
    /** Down when the function is ready for its snapshot. */
    final CountDownLatch ready = new CountDownLatch(1);

    /** Down when it may continue. */
    final CountDownLatch restored = new CountDownLatch(1);

    /** Down when the function asks for its first event. */
    final CountDownLatch asked = new CountDownLatch(1);

    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final HttpServer server;

    /** What a process posted, as it came. */
    record Invocation(boolean answered, String body) {}

    RuntimeApi() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext(PATH, this::answer);
        server.createContext(CREDENTIALS, RuntimeApi::credentials);
        server.start();
    }

    /** Host and port, as {@code AWS_LAMBDA_RUNTIME_API} wants them. */
    String address() {
        return "127.0.0.1:" + server.getAddress().getPort();
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            String call = exchange.getRequestURI().getPath().substring(PATH.length());
            byte[] body = exchange.getRequestBody().readAllBytes();
            if (call.equals("invocation/next")) {
                next(exchange);
                return;
            }
            if (call.equals("restore/next")) {
                ready.countDown();
                restored.await();
                exchange.sendResponseHeaders(200, -1);
                return;
            }
            invocations.add(new Invocation(call.endsWith("/response"), new String(body, StandardCharsets.UTF_8)));
            exchange.sendResponseHeaders(202, -1);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void next(HttpExchange exchange) throws IOException, InterruptedException {
        asked.countDown();
        byte[] event = events.take();
        var headers = exchange.getResponseHeaders();
        headers.set("Lambda-Runtime-Aws-Request-Id", "8476a536-e9f4-11e8-9739-2dfe598c3fcd");
        headers.set(
                "Lambda-Runtime-Invoked-Function-Arn", "arn:aws:lambda:eu-central-1:123456789012:function:function");
        headers.set("Lambda-Runtime-Deadline-Ms", Long.toString(deadline().toEpochMilli()));
        headers.set("Content-Type", "application/json");
        exchange.sendResponseHeaders(200, event.length);
        exchange.getResponseBody().write(event);
    }

    private static void credentials(HttpExchange exchange) throws IOException {
        try (exchange) {
            String json = """
                {"AccessKeyId":"local","SecretAccessKey":"local","Token":"local","Expiration":"%s"}\
                """.formatted(Instant.now().plus(Duration.ofHours(6)));
            byte[] body = json.getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
        }
    }

    private static Instant deadline() {
        return Instant.now().plus(LONGEST);
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
