package dev.darkroom.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.darkroom.deployed.FunctionZip;
import dev.darkroom.deployed.LambdaRuntime;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Time, memory and cost of each function with a given memory size, and so with a share of a CPU. Each zip runs in AWS's runtime client,
 * over TLS, against servers that answer as {@link Latency} says. A function gets its share of a CPU from its first event on: Lambda was
 * observed to start functions with whole CPUs.
 */
final class Memory implements Experiment {
    private static final List<Integer> SIZES = List.of(256, 384, 512, 768, 1024, 1769);

    /** US dollars for a million GB-seconds on arm64, as in docs/capacity.md. */
    private static final double PRICE = 13.3334;

    /** The part of its memory that a function may use at its peak. */
    private static final double MOST = 0.7;

    private static final int WARM_UP = 10;
    private static final int EDGE = 1024;
    private static final Pattern PEAK = Pattern.compile("VmHWM:\\s+(\\d+) kB");

    /**
     * One kind of call.
     *
     * @param line the text that a call logs once for each image when all went well; empty if it logs nothing
     * @param most the highest 99th percentile in milliseconds; 0 for no limit
     */
    @SuppressWarnings("ArrayRecordComponent") // No code compares calls.
    private record Call(String name, FunctionZip function, byte[] event, int images, String line, long most) {
        /**
         * Starts the function up to the point where its share of a CPU begins. Starts one at a time, because all unpack the runtime
         * client's native library into the same file in /tmp.
         */
        synchronized LambdaRuntime start(Path root, Surroundings surroundings)
                throws IOException, InterruptedException {
            // Other functions start at their first event, and use the first compiler only.
            if (function.declared.snapStart()) {
                return LambdaRuntime.atSnapshot(
                        root, surroundings.javaOptions(), function.handler, surroundings.environment());
            }
            LambdaRuntime runtime = new LambdaRuntime(
                    root,
                    LambdaRuntime.javaCommand(surroundings.javaOptions(), function.handler),
                    function.handler,
                    surroundings.environment());
            runtime.awaitStart();
            return runtime;
        }

        /** Returns whether a call mostly waits for others. Functions of all sizes can then run at once. */
        boolean waits() {
            return switch (function.word()) {
                case "submit" -> true;
                case "settle", "notify" -> images == 1;
                default -> false;
            };
        }

        /** Returns the number of calls, which is smaller for heavy ones to keep the whole run short. */
        int turns(int runs) {
            return images > 1 || function.word().equals("preview") ? Math.ceilDiv(runs, 3) : runs;
        }
    }

    /**
     * The options that Lambda's runtimes up to Java 11 were observed to set, as parts of the memory; those for Java 25 are not published.
     * The others are what a JVM finds in a sandbox of that size with two processors, as Lambda shows up to 3008 MB.
     */
    private static List<String> options(int size) {
        int kilobytes = size * 1024;
        return List.of(
                "-XX:MaxHeapSize=%dk".formatted(kilobytes / 100 * 85),
                "-XX:MaxMetaspaceSize=%dk".formatted(kilobytes / 10),
                "-XX:ReservedCodeCacheSize=%dk".formatted(kilobytes / 20),
                "-XX:InitialHeapSize=%dk".formatted(Math.max(8 * 1024, kilobytes / 64)),
                "-XX:ActiveProcessorCount=2");
    }

    private static List<Call> calls() throws IOException {
        long settling = 2 * Latency.DYNAMODB.millis
                + Latency.APIDOT_STATUS.millis
                + Latency.IMAGE_HOST.millis
                + Latency.S3_PUT.millis;
        byte[] settle = Events.of(FunctionZip.of("settle"));
        byte[] notify = Events.of(FunctionZip.of("notify"));
        return List.of(
                new Call(
                        "submit",
                        FunctionZip.of("submit"),
                        Events.of(FunctionZip.of("submit")),
                        1,
                        "\"submit_accepted\"",
                        0),
                new Call("status", FunctionZip.of("tasks"), Events.of(FunctionZip.of("tasks")), 1, "", 0),
                new Call(
                        "callback",
                        FunctionZip.of("callback"),
                        Events.of(FunctionZip.of("callback")),
                        1,
                        "\"callback\"",
                        300),
                new Call("settle, one", FunctionZip.of("settle"), settle, 1, "\"task_finished\"", settling + 1_000),
                new Call("settle, ten", FunctionZip.of("settle"), batch(settle, 10), 10, "\"task_finished\"", 0),
                new Call("notify, one", FunctionZip.of("notify"), notify, 1, "\"ClientCallbacksDelivered\":1", 0),
                new Call(
                        "notify, a hundred",
                        FunctionZip.of("notify"),
                        batch(notify, 100),
                        100,
                        "\"ClientCallbacksDelivered\":1",
                        Latency.RECEIVER.millis + 3_000),
                new Call(
                        "preview",
                        FunctionZip.of("preview"),
                        Events.of(FunctionZip.of("preview")),
                        1,
                        "\"preview_stored\"",
                        0));
    }

    /** Returns an event with the record this many times, each for another task. */
    private static byte[] batch(byte[] event, int records) {
        String text = new String(event, UTF_8);
        String record = text.substring(text.indexOf('[') + 1, text.lastIndexOf(']'));
        return IntStream.range(0, records)
                .mapToObj(i -> record.replace(
                        StubCloud.TASK, StubCloud.TASK.substring(0, StubCloud.TASK.length() - 2) + "%02d".formatted(i)))
                .collect(Collectors.joining(",", "{\"Records\":[", "]}"))
                .getBytes(UTF_8);
    }

    /** Returns a picture with as many pixels as APIDot's, and so much noise that it has two megabytes. */
    private static byte[] picture() {
        Random noise = new Random(1);
        BufferedImage image = new BufferedImage(EDGE, EDGE, BufferedImage.TYPE_INT_RGB);
        for (int y = 0; y < EDGE; y++) {
            for (int x = 0; x < EDGE; x++) {
                image.setRGB(x, y, (((x / 8) << 16) | ((y / 8) << 8) | ((x + y) / 16)) + (noise.nextInt() & 0x030703));
            }
        }
        return StubCloud.png(image);
    }

    /** It takes longer than all the others, and no figure of docs/performance.md comes from it. */
    @Override
    public boolean onlyByName() {
        return true;
    }

    @Override
    public String word() {
        return "memory";
    }

    @Override
    public List<Figure> measure(int runs) throws Exception {
        try {
            new CpuShare(SIZES.getFirst()).close();
        } catch (IOException | UnsupportedOperationException e) {
            return List.of(Figure.told(
                    "memory",
                    "not measured: it takes Linux and the right to make control groups, as root has it: " + e));
        }
        Path folder = Files.createDirectories(Path.of("target", "memory").toAbsolutePath());
        Certificate certificate = Certificate.make(Files.createTempDirectory(folder, "run"));
        List<Figure> figures = new ArrayList<>();
        try (StubCloud cloud = new StubCloud(certificate, picture(), true)) {
            Surroundings tls = Surroundings.tls(cloud, certificate);
            for (Call call : calls()) {
                Path root = Files.createTempDirectory(folder, "task");
                call.function.unpack(root);
                try (ExecutorService lanes = Executors.newFixedThreadPool(call.waits() ? SIZES.size() : 1)) {
                    List<Future<Figure>> found = SIZES.stream()
                            .map(size -> lanes.submit(() -> figure(call, size, root, tls, runs)))
                            .toList();
                    for (Future<Figure> figure : found) {
                        figures.add(figure.get());
                    }
                }
            }
        }
        return figures;
    }

    private static Figure figure(Call call, int size, Path root, Surroundings surroundings, int runs) throws Exception {
        String name = "%s, %d MB".formatted(call.name, size);
        try (CpuShare share = new CpuShare(size)) {
            return taken(call, name, size, share, root, surroundings.with(options(size)), runs);
        } catch (IOException e) {
            return Figure.told(name, "does not run: " + reason(e));
        }
    }

    private static Figure taken(
            Call call, String name, int size, CpuShare share, Path root, Surroundings surroundings, int runs)
            throws Exception {
        try (LambdaRuntime runtime = call.start(root, surroundings)) {
            try {
                share.limit(runtime.pid());
                long start = System.nanoTime();
                if (call.function().declared.snapStart()) {
                    runtime.restore();
                }
                Answers.good(runtime, call.event);
                double first = (System.nanoTime() - start) / 1e6;
                List<Double> warm = warm(call, runtime, call.turns(WARM_UP), call.turns(runs));
                check(call, runtime.output(), 1 + call.turns(WARM_UP) + warm.size());
                return figure(call, name, size, first, new Samples("ms", warm), peak(runtime.pid()));
            } finally {
                runtime.end();
            }
        }
    }

    private static String reason(IOException e) {
        return String.valueOf(e.getMessage())
                .lines()
                .filter(line -> line.contains("Error") || line.contains(" of "))
                .findFirst()
                .orElse("no answer");
    }

    /** Measures warm calls, each after a pause in which the function uses nothing of its share. */
    private static List<Double> warm(Call call, LambdaRuntime runtime, int warmUp, int runs) throws Exception {
        List<Double> millis = new ArrayList<>();
        for (int i = -warmUp; i < runs; i++) {
            TimeUnit.MICROSECONDS.sleep(CpuShare.PERIOD);
            long start = System.nanoTime();
            Answers.good(runtime, call.event);
            if (i >= 0) {
                millis.add((System.nanoTime() - start) / 1e6);
            }
        }
        return millis;
    }

    /** Checks that every call did its job: a call that only postponed it would be fast. */
    private static void check(Call call, String output, int calls) throws IOException {
        long done = call.line.isEmpty()
                ? 0
                : output.lines().filter(line -> line.contains(call.line)).count();
        if (!call.line.isEmpty() && done != (long) calls * call.images) {
            throw new IOException("%d of %d images\n%s".formatted(done, calls * call.images, output));
        }
    }

    /** In MB. */
    private static double peak(long process) throws IOException {
        Matcher found = PEAK.matcher(Files.readString(Path.of("/proc", Long.toString(process), "status")));
        return found.find() ? Double.parseDouble(found.group(1)) / 1024 : Double.NaN;
    }

    private static Figure figure(Call call, String name, int size, double first, Samples warm, double peak) {
        // Lambda bills whole milliseconds.
        double used = warm.values().stream().mapToDouble(Math::ceil).average().orElseThrow()
                / 1e3
                * size
                / 1024
                / call.images;
        boolean fits = peak <= MOST * size && (call.most == 0 || warm.quantile(0.99) <= call.most);
        return new Figure(
                name,
                "p50 %s ms, p99 %s ms of %d; first %s ms; %.4f GB-seconds and %.2f dollars a million for an image; peak %.0f MB"
                        .formatted(
                                Samples.number(warm.median()),
                                Samples.number(warm.quantile(0.99)),
                                warm.values().size(),
                                Samples.number(first),
                                used,
                                used * PRICE,
                                peak),
                "",
                "",
                (call.most == 0 ? "" : "p99 ≤ %d ms, ".formatted(call.most)) + "peak ≤ %.0f MB".formatted(MOST * size),
                fits ? "yes" : "no");
    }
}
