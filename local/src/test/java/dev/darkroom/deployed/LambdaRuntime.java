package dev.darkroom.deployed;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * One function as Lambda runs it: AWS's runtime interface client in a JVM of its own, with nothing else on the class path, the
 * unpacked zip as its working directory, and a Runtime API (AWS Lambda Developer Guide, "Using the Lambda runtime API") that
 * hands it one event after another.
 */
final class LambdaRuntime implements AutoCloseable {
    private static final String API = "/2018-06-01/runtime/";
    private static final Duration LONGEST = Duration.ofSeconds(30);

    private final BlockingQueue<byte[]> events = new LinkedBlockingQueue<>();
    private final BlockingQueue<Outcome> outcomes = new LinkedBlockingQueue<>();
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final HttpServer server;
    private final Process process;
    private final Path output;

    /** What came of one event. */
    sealed interface Outcome {
        /** The handler's answer. */
        record Answer(String body) implements Outcome {}

        /** The handler threw, or could not be made. */
        record Failure(String body) implements Outcome {}

        /** The process ended, or said nothing in time. */
        record Silence(String output) implements Outcome {}
    }

    /**
     * @param taskRoot the unpacked zip
     * @param clientJars folder with the jars of the runtime interface client
     * @param handler class name
     * @param settings the function's environment, beside what Lambda itself sets
     */
    LambdaRuntime(Path taskRoot, Path clientJars, String handler, Map<String, String> settings) throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext(API, this::answer);
        server.start();
        output = Files.createTempFile("lambda-runtime", ".log");
        try (Stream<Path> jars = Files.list(clientJars)) {
            process = start(taskRoot, jars.sorted().toList(), handler, settings);
        }
    }

    private Process start(Path taskRoot, List<Path> classPath, String handler, Map<String, String> settings)
            throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "--enable-native-access=ALL-UNNAMED"));
        command.add("-cp");
        command.add(String.join(
                File.pathSeparator, classPath.stream().map(Path::toString).toList()));
        command.add("com.amazonaws.services.lambda.runtime.api.client.AWSLambda");
        command.add(handler);
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(taskRoot.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile());
        builder.environment().clear();
        builder.environment().putAll(ofLambda(handler, taskRoot));
        builder.environment().putAll(settings);
        return builder.start();
    }

    private Map<String, String> ofLambda(String handler, Path taskRoot) {
        return Map.ofEntries(
                Map.entry(
                        "AWS_LAMBDA_RUNTIME_API",
                        "127.0.0.1:" + server.getAddress().getPort()),
                Map.entry("_HANDLER", handler),
                Map.entry("LAMBDA_TASK_ROOT", taskRoot.toString()),
                Map.entry("AWS_LAMBDA_FUNCTION_NAME", "function"),
                Map.entry("AWS_LAMBDA_FUNCTION_VERSION", "1"),
                Map.entry("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "1024"),
                Map.entry("AWS_LAMBDA_LOG_GROUP_NAME", "group"),
                Map.entry("AWS_LAMBDA_LOG_STREAM_NAME", "stream"),
                Map.entry("AWS_LAMBDA_INITIALIZATION_TYPE", "on-demand"),
                Map.entry("AWS_REGION", "eu-central-1"),
                Map.entry("AWS_ACCESS_KEY_ID", "local"),
                Map.entry("AWS_SECRET_ACCESS_KEY", "local"),
                Map.entry("LANG", "C.UTF-8"));
    }

    /** Hands the function one event and waits for what comes of it. */
    Outcome invoke(byte[] event) throws InterruptedException {
        events.add(event);
        long deadline = System.nanoTime() + LONGEST.toNanos();
        while (process.isAlive() && System.nanoTime() < deadline) {
            Outcome outcome = outcomes.poll(200, TimeUnit.MILLISECONDS);
            if (outcome != null) {
                return outcome;
            }
        }
        Outcome last = outcomes.poll();
        return last != null ? last : new Outcome.Silence(output());
    }

    /** All that the process has printed. */
    String output() {
        try {
            return Files.readString(output);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            String call = exchange.getRequestURI().getPath().substring(API.length());
            byte[] body = exchange.getRequestBody().readAllBytes();
            if (call.equals("invocation/next")) {
                next(exchange);
                return;
            }
            outcomes.add(
                    call.endsWith("/response")
                            ? new Outcome.Answer(new String(body, StandardCharsets.UTF_8))
                            : new Outcome.Failure(new String(body, StandardCharsets.UTF_8)));
            exchange.sendResponseHeaders(202, -1);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void next(HttpExchange exchange) throws IOException, InterruptedException {
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

    private static Instant deadline() {
        return Instant.now().plus(LONGEST);
    }

    @Override
    public void close() throws IOException {
        process.destroyForcibly();
        server.stop(0);
        threads.shutdownNow();
        Files.deleteIfExists(output);
    }
}
