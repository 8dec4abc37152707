package dev.darkroom.deployed;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * One function as Lambda runs it: a process that asks the Runtime API for events. A Java function runs in AWS's runtime interface
 * client, with nothing else on the class path. Its working directory is the unpacked zip.
 */
public final class LambdaRuntime implements AutoCloseable {
    /** Credentials are in the environment. After a snapshot they come from a server, because they would be out of date. */
    private static final Map<String, String> ON_DEMAND = Map.of(
            "AWS_LAMBDA_INITIALIZATION_TYPE",
            "on-demand",
            "AWS_ACCESS_KEY_ID",
            "local",
            "AWS_SECRET_ACCESS_KEY",
            "local");

    private static final String NATIVE_LIBRARY_PROPERTY =
            "com.amazonaws.services.lambda.runtime.api.client.runtimeapi.NativeClient.JNI";

    /** Longer than a process takes to start on a slow machine, and then for one event. */
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private final RuntimeApi api;
    private final Process process;
    private final Path output;

    /** The outcome of one event. */
    public sealed interface Outcome {
        /** The handler's answer. */
        record Answer(String body) implements Outcome {}

        /** The handler threw, or could not be made. */
        record Failure(String body) implements Outcome {}

        /** The process ended, or did not answer in time. */
        record Silence(String output) implements Outcome {}
    }

    /** As Lambda's Java runtime is started: the client's jars alone, the serial collector, the first compiler only. */
    public static List<String> javaCommand(List<String> options, String handler) throws IOException {
        return command(
                Stream.concat(Stream.of("-XX:TieredStopAtLevel=1"), options.stream())
                        .toList(),
                handler);
    }

    /** As Lambda starts it to take a snapshot: with both compilers. */
    private static List<String> command(List<String> options, String handler) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-XX:+UseSerialGC", "--enable-native-access=ALL-UNNAMED"));
        // On Lambda each environment has a /tmp of its own.
        command.add("-Djava.io.tmpdir=.");
        command.add("-D" + NATIVE_LIBRARY_PROPERTY + "=" + NativeLibrary.FILE);
        command.addAll(options);
        command.add("-cp");
        command.add(classPath());
        command.add("com.amazonaws.services.lambda.runtime.api.client.AWSLambda");
        command.add(handler);
        return command;
    }

    /** The jars of the runtime interface client, as the build of this module puts them aside. */
    public static String classPath() throws IOException {
        return String.join(
                File.pathSeparator, jars().stream().map(Path::toString).toList());
    }

    private static List<Path> jars() throws IOException {
        try (Stream<Path> jars =
                Files.list(Path.of("..", "local", "target", "lambda-runtime").toRealPath())) {
            return jars.sorted().toList();
        }
    }

    /** The client's own library, unpacked once. The client would write it to one place in /tmp while other processes load it there. */
    private static final class NativeLibrary {
        static final Path FILE = unpacked();

        private static Path unpacked() {
            String processor = System.getProperty("os.arch").equals("aarch64") ? "aarch_64" : "x86_64";
            try {
                Path jar = jars().stream()
                        .filter(each -> each.getFileName().toString().contains("runtime-interface-client"))
                        .findFirst()
                        .orElseThrow();
                Path file = Files.createTempFile("lambda-runtime", ".so");
                file.toFile().deleteOnExit();
                try (FileSystem entries = FileSystems.newFileSystem(jar)) {
                    Path library = entries.getPath("jni", "libaws-lambda-jni.linux-" + processor + ".so");
                    Files.copy(library, file, StandardCopyOption.REPLACE_EXISTING);
                }
                return file;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /**
     * Starts Lambda's Java runtime.
     *
     * @param taskRoot the unpacked zip
     * @param handler class name
     * @param settings the function's environment, beside what Lambda itself sets
     */
    public LambdaRuntime(Path taskRoot, String handler, Map<String, String> settings) throws IOException {
        this(taskRoot, javaCommand(List.of(), handler), handler, settings);
    }

    /** Starts any command that is a runtime. */
    public LambdaRuntime(Path taskRoot, List<String> command, String handler, Map<String, String> settings)
            throws IOException {
        this(new RuntimeApi(), taskRoot, command, handler, settings, ON_DEMAND);
    }

    /**
     * Starts a function as Lambda does to take a snapshot of it, and waits until it has started. {@link #restore} continues in
     * the same process.
     *
     * @param options of the JVM, beside Lambda's own
     * @throws IOException when the process ends before, or the start takes more than two minutes
     */
    public static LambdaRuntime atSnapshot(
            Path taskRoot, List<String> options, String handler, Map<String, String> settings)
            throws IOException, InterruptedException {
        RuntimeApi api = new RuntimeApi();
        Map<String, String> snapStart = Map.of(
                "AWS_LAMBDA_INITIALIZATION_TYPE",
                "snap-start",
                "AWS_CONTAINER_CREDENTIALS_FULL_URI",
                "http://" + api.address() + RuntimeApi.CREDENTIALS,
                "AWS_CONTAINER_AUTHORIZATION_TOKEN",
                "local");
        LambdaRuntime runtime =
                new LambdaRuntime(api, taskRoot, command(options, handler), handler, settings, snapStart);
        for (int second = 0; second < 120 && runtime.process.isAlive(); second++) {
            if (api.ready.await(1, TimeUnit.SECONDS)) {
                return runtime;
            }
        }
        try (runtime) {
            throw new IOException("no snapshot can be taken: " + runtime.output());
        }
    }

    private LambdaRuntime(
            RuntimeApi api,
            Path taskRoot,
            List<String> command,
            String handler,
            Map<String, String> settings,
            Map<String, String> initialization)
            throws IOException {
        this.api = api;
        output = Files.createTempFile("lambda-runtime", ".log");
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(taskRoot.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile());
        builder.environment().clear();
        builder.environment().putAll(ofLambda(handler, taskRoot));
        builder.environment().putAll(initialization);
        builder.environment().putAll(settings);
        process = builder.start();
    }

    private Map<String, String> ofLambda(String handler, Path taskRoot) {
        return Map.ofEntries(
                Map.entry("AWS_LAMBDA_RUNTIME_API", api.address()),
                Map.entry("_HANDLER", handler),
                Map.entry("LAMBDA_TASK_ROOT", taskRoot.toString()),
                Map.entry("AWS_LAMBDA_FUNCTION_NAME", "function"),
                Map.entry("AWS_LAMBDA_FUNCTION_VERSION", "1"),
                Map.entry("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "1024"),
                Map.entry("AWS_LAMBDA_LOG_GROUP_NAME", "group"),
                Map.entry("AWS_LAMBDA_LOG_STREAM_NAME", "stream"),
                Map.entry("AWS_REGION", "eu-central-1"),
                Map.entry("LANG", "C.UTF-8"));
    }

    /** Lets a function continue after its snapshot, as a restored copy does, until it asks for its first event. */
    public void restore() throws InterruptedException {
        api.restored.countDown();
        awaitStart();
    }

    /** Waits until the function asks for its first event: until its start is over. */
    public void awaitStart() throws InterruptedException {
        api.asked.await(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }

    /** Hands the function one event and waits for what comes of it. */
    public Outcome invoke(byte[] event) throws InterruptedException {
        api.events.add(event);
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (process.isAlive() && System.nanoTime() < deadline) {
            RuntimeApi.Invocation invocation = api.invocations.poll(200, TimeUnit.MILLISECONDS);
            if (invocation != null) {
                return outcome(invocation);
            }
        }
        RuntimeApi.Invocation last = api.invocations.poll();
        return last != null ? outcome(last) : new Outcome.Silence(output());
    }

    private static Outcome outcome(RuntimeApi.Invocation invocation) {
        return invocation.answered() ? new Outcome.Answer(invocation.body()) : new Outcome.Failure(invocation.body());
    }

    /** The id of the function's process. */
    public long pid() {
        return process.pid();
    }

    /** All that the process has printed. */
    public String output() {
        try {
            return Files.readString(output);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Ends the process normally, so that it can write its last output, and waits for the end. */
    public void end() throws InterruptedException {
        process.destroy();
        process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }

    @Override
    public void close() throws IOException {
        process.destroyForcibly();
        api.close();
        Files.deleteIfExists(output);
    }
}
