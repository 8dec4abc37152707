package dev.darkroom.bench;

import dev.darkroom.json.Json;
import dev.darkroom.local.LocalStack;
import dev.darkroom.local.Options;
import dev.darkroom.local.apidot.Stats;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
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
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Everything in one JVM: eight clients submit one after another for a minute, each task is settled as its webhook comes. At the
 * end both sides' books agree: what was answered with a task, what APIDot accepted, what is finished, what lies in the bucket.
 */
final class SubmitRate implements Experiment {
    private static final int CLIENTS = 8;
    private static final Duration LOAD = Duration.ofMinutes(1);
    private static final Duration REST = Duration.ofMinutes(2);
    private static final Pattern TASK_OF_KEY = Pattern.compile("images/[^/]*/([^/]*)/.*");
    private static final String BODY = "{\"model\":\"gpt-image-2\",\"input\":{\"prompt\":\"the same picture\"}}";

    @Override
    public String word() {
        return "submits";
    }

    @Override
    public List<Figure> measure(int runs) throws Exception {
        // The functions' log lines are made and written, but not to the terminal.
        PrintStream terminal = System.out;
        System.setOut(new PrintStream(OutputStream.nullOutputStream(), true, StandardCharsets.UTF_8));
        try (LocalStack stack = LocalStack.start(
                Options.forTests().with("DAILY_CREDIT_LIMIT", "0").withSweepEvery(Duration.ofSeconds(5)))) {
            return measure(stack);
        } finally {
            System.setOut(terminal);
        }
    }

    private static List<Figure> measure(LocalStack stack) throws Exception {
        try (Load warmUp = new Load(stack, Duration.ofSeconds(10))) {
            warmUp.run();
            awaitFinished(stack, warmUp.tasks.size());
        }
        Stats before = stack.apiDot().stats();
        long finishedBefore = in(stack, "finished").size();
        try (Load load = new Load(stack, LOAD);
                CpuShares shares = new CpuShares()) {
            long start = System.nanoTime();
            load.run();
            long there = in(stack, "finished").size() - finishedBefore;
            double seconds = (System.nanoTime() - start) / 1e9;
            Map<String, Long> where = shares.stop();
            awaitFinished(stack, finishedBefore + load.tasks.size());
            Samples latency = new Samples("ms", List.copyOf(load.millis));
            return List.of(
                    Figure.told(
                            "submits a second, everything on one machine",
                            "%s (%,d in %.0f s, %d clients), p50 %s ms, p99 %s ms"
                                    .formatted(
                                            Samples.number(load.tasks.size() / seconds),
                                            load.tasks.size(),
                                            seconds,
                                            CLIENTS,
                                            Samples.number(latency.median()),
                                            Samples.number(latency.quantile(0.99)))),
                    Figure.told("images finished a second meanwhile", Samples.number(there / seconds)),
                    Figure.told("where the CPU time goes", text(where)),
                    books(stack, before, load));
        }
    }

    private static String text(Map<String, Long> shares) {
        long all = shares.values().stream().mapToLong(Long::longValue).sum();
        return shares.entrySet().stream()
                .sorted(Map.Entry.<String, Long>comparingByValue().reversed())
                .map(share -> share.getKey() + " " + Math.round(100.0 * share.getValue() / Math.max(1, all)) + " %")
                .collect(Collectors.joining(", "));
    }

    /**
     * Nothing is lost when every answered task is one that APIDot accepted, once, and is finished with its image in the bucket or
     * still open: where the table did not answer in time, the sweep has the task when its time has come.
     */
    private static Figure books(LocalStack stack, Stats before, Load load) {
        Stats after = stack.apiDot().stats();
        long arrived = after.submitsArrived() - before.submitsArrived();
        long accepted = after.tasksAccepted() - before.tasksAccepted();
        // In this order: what ends meanwhile is found twice rather than not at all.
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

    /** The ids of the tasks in one of these states. */
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

    /** Clients that submit one after another until the time is over. */
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
            long end = System.nanoTime() + time.toNanos();
            List<Future<?>> clients = new ArrayList<>();
            try (ExecutorService threads = Executors.newFixedThreadPool(CLIENTS)) {
                for (int i = 0; i < CLIENTS; i++) {
                    clients.add(threads.submit(() -> {
                        while (System.nanoTime() < end) {
                            submit();
                        }
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
