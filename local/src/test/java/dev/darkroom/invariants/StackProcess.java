package dev.darkroom.invariants;

import dev.darkroom.local.LocalStack;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.random.RandomGenerator;

/** The local stack as users start it: a process of its own that SIGKILL ends, with its data in a folder. */
final class StackProcess implements AutoCloseable {
    private static final Duration LONGEST_START = Duration.ofMinutes(2);

    private final Map<String, String> environment;
    private final Process process;
    private final CompletableFuture<URI> dynamoDb = new CompletableFuture<>();
    private final Queue<String> mistakes = new ConcurrentLinkedQueue<>();

    private StackProcess(Map<String, String> environment) throws IOException {
        this.environment = environment;
        ProcessBuilder java = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "--enable-native-access=ALL-UNNAMED",
                        "-Djava.awt.headless=true",
                        "-cp",
                        System.getProperty("java.class.path"),
                        LocalStack.class.getName(),
                        "--ends-with-parent")
                .redirectErrorStream(true);
        java.environment().clear();
        java.environment().putAll(environment);
        this.process = java.start();
    }

    /** Starts a stack on this folder and returns when it answers. */
    static StackProcess start(Path dataDir, Map<String, String> settings, RandomGenerator random) throws Exception {
        Map<String, String> environment = new HashMap<>(settings);
        environment.putAll(Map.of(
                "DATA_DIR",
                dataDir.toString(),
                "API_PORT",
                Integer.toString(freePort(random)),
                "APIDOT_PORT",
                "0",
                "DYNAMODB_PORT",
                "0",
                "S3_PORT",
                "0",
                "SWEEP_SECONDS",
                "1"));
        return started(environment);
    }

    /** Starts a new stack on the same folder, with the APIs at the same address. */
    StackProcess again() throws Exception {
        return started(environment);
    }

    private static StackProcess started(Map<String, String> environment) throws Exception {
        StackProcess stack = new StackProcess(environment);
        Thread.ofVirtual().start(stack::read);
        try {
            stack.dynamoDb.get(LONGEST_START.toSeconds(), TimeUnit.SECONDS);
            return stack;
        } catch (ExecutionException | TimeoutException e) {
            stack.process.destroyForcibly();
            throw e;
        }
    }

    /** Returns a port outside the range that the system gives out, so that it stays free while the stack is down. */
    private static int freePort(RandomGenerator random) throws IOException {
        while (true) {
            int port = random.nextInt(15_000, 30_000);
            try (ServerSocket _ = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
                return port;
            } catch (BindException e) {
                // The port is taken: try another.
            }
        }
    }

    private void read() {
        StringBuilder said = new StringBuilder();
        URI tables = api();
        try (BufferedReader lines = process.inputReader()) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.startsWith("DynamoDB Local: ")) {
                    tables = URI.create(line.substring("DynamoDB Local: ".length()));
                } else if (line.startsWith("Darkroom is up")) {
                    dynamoDb.complete(tables);
                } else if (line.contains("\"unexpected_failure\"") || line.contains(" failed: ")) {
                    mistakes.add(line);
                }
                if (!dynamoDb.isDone()) {
                    said.append(line).append('\n');
                }
            }
        } catch (IOException e) {
            said.append(e);
        }
        dynamoDb.completeExceptionally(new AssertionError("the stack did not start:\n" + said));
    }

    void killAfter(Duration delay) throws InterruptedException {
        if (process.waitFor(delay)) {
            throw new AssertionError("the stack ended by itself: " + process.exitValue());
        }
        process.destroyForcibly().waitFor();
    }

    /** Returns the base address of both HTTP APIs. */
    URI api() {
        return URI.create("http://localhost:" + environment.get("API_PORT"));
    }

    URI dynamoDb() {
        return dynamoDb.join();
    }

    /** Returns the programming errors in the log of its functions. */
    List<String> mistakes() {
        return List.copyOf(mistakes);
    }

    /** Ends the stack as Ctrl-C does. */
    @Override
    public void close() {
        process.destroy();
        process.onExit().join();
    }
}
