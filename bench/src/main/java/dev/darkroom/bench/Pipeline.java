package dev.darkroom.bench;

import dev.darkroom.json.Json;
import dev.darkroom.local.LocalStack;
import dev.darkroom.local.Options;
import dev.darkroom.local.apidot.FileFault;
import dev.darkroom.local.apidot.Stats;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The whole system in one JVM: twenty submits a second, each of a picture of 1 MB that is settled when its webhook arrives. At the end the
 * counts of both sides must agree: tasks answered, accepted by APIDot, finished, and stored in the bucket. A second stack makes no
 * previews, because on AWS another machine makes them.
 */
final class Pipeline implements Experiment {
    private static final int A_SECOND = 20;
    private static final Duration LOAD = Duration.ofSeconds(45);
    private static final Duration WARM_UP = Duration.ofSeconds(15);
    private static final Duration REST = Duration.ofMinutes(2);
    private static final long PICTURE = 1 << 20;
    private static final Pattern TASK_OF_KEY = Pattern.compile("images/[^/]*/([^/]*)/.*");
    private static final Pattern SETTLED = Pattern.compile("\"SettleLatency\":(\\d+)");
    private static final String BODY = "{\"model\":\"gpt-image-2\",\"input\":{\"prompt\":\"the same picture\"}}";

    @Override
    public String word() {
        return "pipeline";
    }

    @Override
    public List<Figure> measure(int runs) throws Exception {
        Options options = Options.forTests().with("DAILY_CREDIT_LIMIT", "0").withSweepEvery(Duration.ofSeconds(5));
        Path folder = Files.createTempDirectory("bench");
        Path noPreviews = Files.writeString(
                folder.resolve("template.yaml"), withoutPreviews(Files.readString(options.template())));
        List<Figure> figures = new ArrayList<>(measure(options, ""));
        figures.addAll(measure(options.withTemplate(noPreviews), ", no previews"));
        return figures;
    }

    /** The template with a function for previews that hears of no object. */
    private static String withoutPreviews(String template) {
        String changed = template.replace("{Name: prefix, Value: images/}", "{Name: prefix, Value: nothing/}");
        if (changed.equals(template)) {
            throw new IllegalStateException("the template names the objects for previews in another way");
        }
        return changed;
    }

    private static List<Figure> measure(Options options, String which) throws Exception {
        // The functions' log lines show when each task was due and when it ended. They are kept off the terminal.
        PrintStream terminal = System.out;
        ByteArrayOutputStream lines = new ByteArrayOutputStream();
        System.setOut(new PrintStream(lines, true, StandardCharsets.UTF_8));
        try (LocalStack stack = LocalStack.start(options)) {
            stack.apiDot().faults().always(new FileFault.Huge(PICTURE, true), "");
            return measure(stack, lines, which);
        } finally {
            System.setOut(terminal);
        }
    }

    private static List<Figure> measure(LocalStack stack, ByteArrayOutputStream lines, String which) throws Exception {
        try (Load warmUp = new Load(stack, WARM_UP)) {
            warmUp.run();
            awaitFinished(stack, warmUp.tasks.size());
        }
        lines.reset();
        Stats before = stack.apiDot().stats();
        long finishedBefore = in(stack, "finished").size();
        try (Load load = new Load(stack, LOAD)) {
            load.run();
            awaitFinished(stack, finishedBefore + load.tasks.size());
            Samples submits = new Samples("ms", List.copyOf(load.millis));
            Samples settled = new Samples(
                    "ms",
                    SETTLED.matcher(lines.toString(StandardCharsets.UTF_8))
                            .results()
                            .map(found -> Double.valueOf(found.group(1)))
                            .toList());
            return List.of(
                    told("submit, twenty a second, everything on one machine" + which, submits),
                    told("webhook until finished meanwhile, a picture of 1 MB" + which, settled),
                    books(stack, before, load));
        }
    }

    private static Figure told(String name, Samples taken) {
        return Figure.told(
                name,
                "p50 %s ms, p99 %s ms of %,d"
                        .formatted(
                                Samples.number(taken.median()),
                                Samples.number(taken.quantile(0.99)),
                                taken.values().size()));
    }

    /**
     * Checks that nothing is lost: every answered task was accepted by APIDot once, and is finished with its image in the bucket, or still
     * open. An open task is one whose call to the table timed out; the sweep will find it.
     */
    private static Figure books(LocalStack stack, Stats before, Load load) {
        Stats after = stack.apiDot().stats();
        long arrived = after.submitsArrived() - before.submitsArrived();
        long accepted = after.tasksAccepted() - before.tasksAccepted();
        // In this order a task that ends meanwhile is found twice, not missed.
        Set<String> known = in(stack, "accepted", "due", "settling", "submitting");
        Set<String> finished = in(stack, "finished");
        known.addAll(finished);
        known.retainAll(load.tasks);
        finished.retainAll(load.tasks);
        Set<String> stored =
                stack.s3().listObjectsV2Paginator(request -> request.bucket(stack.imagesBucket())).contents().stream()
                        .map(object -> TASK_OF_KEY.matcher(object.key()).replaceFirst("$1"))
                        .collect(Collectors.toSet());
        boolean agree = accepted == load.tasks.size()
                && arrived == accepted
                && known.size() == accepted
                && stored.containsAll(finished);
        return new Figure(
                "both sides' books",
                "answered %,d, finished %,d, still open %,d; answered 503: %,d"
                        .formatted(
                                load.tasks.size(), finished.size(), known.size() - finished.size(), load.refused.get()),
                "arrived at APIDot %,d, accepted there %,d".formatted(arrived, accepted),
                "",
                "nothing lost",
                agree ? "yes" : "NO");
    }

    /** Returns the ids of the tasks in one of these states. */
    private static Set<String> in(LocalStack stack, String... states) {
        List<String> wanted = List.of(states);
        return stack
                .dynamoDb()
                .scanPaginator(request -> request.tableName(stack.tasksTable())
                        .projectionExpression("task_id, #s")
                        .expressionAttributeNames(Map.of("#s", "state")))
                .items()
                .stream()
                .filter(item -> wanted.contains(
                        Objects.requireNonNull(item.get("state")).s()))
                .map(item -> Objects.requireNonNull(item.get("task_id")).s())
                .collect(Collectors.toSet());
    }

    private static void awaitFinished(LocalStack stack, long count) throws InterruptedException {
        long end = System.nanoTime() + REST.toNanos();
        while (in(stack, "finished").size() < count && System.nanoTime() < end) {
            Thread.sleep(200);
        }
    }

    /** Clients that submit at a fixed pace, however long the answers take, until the time is over. */
    private static final class Load implements AutoCloseable {
        private final HttpClient http =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
        private final HttpRequest request;
        private final Duration time;
        private final Set<String> tasks = ConcurrentHashMap.newKeySet();
        private final ConcurrentLinkedQueue<Double> millis = new ConcurrentLinkedQueue<>();
        private final AtomicLong refused = new AtomicLong();

        Load(LocalStack stack, Duration time) {
            this.time = time;
            this.request = HttpRequest.newBuilder(URI.create(stack.apiUrl() + "/api/generate/submit"))
                    .header("Authorization", "Bearer alice")
                    .header("Content-Type", "application/json")
                    .POST(HttpRequest.BodyPublishers.ofString(BODY))
                    .build();
        }

        void run() throws Exception {
            long start = System.nanoTime();
            long submits = time.toSeconds() * A_SECOND;
            List<Future<?>> clients = new ArrayList<>();
            try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
                for (long i = 0; i < submits; i++) {
                    TimeUnit.NANOSECONDS.sleep(start + i * 1_000_000_000 / A_SECOND - System.nanoTime());
                    clients.add(threads.submit(() -> {
                        submit();
                        return null;
                    }));
                }
            }
            for (Future<?> client : clients) {
                client.get();
            }
        }

        private void submit() throws Exception {
            long start = System.nanoTime();
            HttpResponse<String> answer = http.send(request, BodyHandlers.ofString());
            millis.add((System.nanoTime() - start) / 1e6);
            Json.Obj data = ((Json.Obj) Json.parse(answer.body())).object("data");
            String task = data == null ? null : data.string("task_id");
            if (answer.statusCode() != 200 || task == null) {
                refused.incrementAndGet();
            } else {
                tasks.add(task);
            }
        }

        @Override
        public void close() {
            http.shutdownNow();
        }
    }
}
