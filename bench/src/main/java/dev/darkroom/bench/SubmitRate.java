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
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

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
        try (LocalStack stack = LocalStack.start(Options.forTests().withSweepEvery(Duration.ofSeconds(5)))) {
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
        long finishedBefore = finished(stack).size();
        try (Load load = new Load(stack, LOAD);
                CpuShares shares = new CpuShares()) {
            long start = System.nanoTime();
            load.run();
            long there = finished(stack).size() - finishedBefore;
            double seconds = (System.nanoTime() - start) / 1e9;
            Map<String, Long> where = shares.stop();
            awaitFinished(stack, finishedBefore + load.tasks.size());
            check(stack, before, load);
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
                    Figure.told(
                            "lost, or there twice",
                            "none: answered = accepted = finished = stored = " + load.tasks.size()));
        }
    }

    private static String text(Map<String, Long> shares) {
        long all = shares.values().stream().mapToLong(Long::longValue).sum();
        return shares.entrySet().stream()
                .sorted(Map.Entry.<String, Long>comparingByValue().reversed())
                .map(share -> share.getKey() + " " + Math.round(100.0 * share.getValue() / Math.max(1, all)) + " %")
                .collect(Collectors.joining(", "));
    }

    private static void check(LocalStack stack, Stats before, Load load) {
        Stats after = stack.apiDot().stats();
        Set<String> finished = finished(stack);
        long accepted = after.tasksAccepted() - before.tasksAccepted();
        long arrived = after.submitsArrived() - before.submitsArrived();
        long stored =
                stack.s3().listObjectsV2Paginator(request -> request.bucket(stack.imagesBucket())).contents().stream()
                        .map(object -> TASK_OF_KEY.matcher(object.key()).replaceFirst("$1"))
                        .filter(load.tasks::contains)
                        .distinct()
                        .count();
        if (load.refused > 0
                || arrived != load.tasks.size()
                || accepted != load.tasks.size()
                || stored != load.tasks.size()
                || !finished.containsAll(load.tasks)) {
            throw new IllegalStateException(
                    "answered %d, refused %d, arrived %d, accepted %d, stored %d, not finished %d"
                            .formatted(
                                    load.tasks.size(),
                                    load.refused,
                                    arrived,
                                    accepted,
                                    stored,
                                    load.tasks.stream()
                                            .filter(task -> !finished.contains(task))
                                            .count()));
        }
    }

    /** The ids of the finished tasks. */
    private static Set<String> finished(LocalStack stack) {
        return stack
                .dynamoDb()
                .scanPaginator(request -> request.tableName(stack.tasksTable())
                        .filterExpression("#s = :finished")
                        .projectionExpression("task_id")
                        .expressionAttributeNames(Map.of("#s", "state"))
                        .expressionAttributeValues(Map.of(":finished", AttributeValue.fromS("finished"))))
                .items()
                .stream()
                .map(item -> Objects.requireNonNull(item.get("task_id")).s())
                .collect(Collectors.toSet());
    }

    private static void awaitFinished(LocalStack stack, long count) throws InterruptedException {
        long end = System.nanoTime() + REST.toNanos();
        while (finished(stack).size() < count && System.nanoTime() < end) {
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
        private volatile int refused;

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
                synchronized (this) {
                    refused++;
                }
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
