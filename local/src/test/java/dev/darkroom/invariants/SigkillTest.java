package dev.darkroom.invariants;

import static dev.darkroom.testing.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.darkroom.json.Json;
import dev.darkroom.json.JsonException;
import dev.darkroom.local.apidot.Callback;
import dev.darkroom.local.apidot.Fault.Moment;
import dev.darkroom.local.apidot.FileFault;
import dev.darkroom.local.apidot.ReceiverAnswer;
import dev.darkroom.local.apidot.Settings;
import dev.darkroom.local.apidot.SimulatedApiDot;
import dev.darkroom.local.apidot.SimulatedTask;
import dev.darkroom.local.apidot.Stats;
import dev.darkroom.local.apidot.SubmitFault;
import dev.darkroom.local.aws.Clients;
import dev.darkroom.testing.TestSize;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;

/**
 * Kills the local stack at random moments and restarts it on the same {@code DATA_DIR}. APIDot, the clients and their receivers keep
 * running, and clients repeat requests that got no answer.
 */
@Order(0)
class SigkillTest {
    private static final int KILLS = TestSize.isFull() ? 20 : 3;
    private static final int PICTURES_A_KILL = 2;
    private static final String KEY = "key-of-an-apidot-that-outlives-the-stack";
    private static final String SECRET = "whsec_" + Base64.getEncoder().encodeToString(new byte[24]);

    /** The longest wait for the moment of a kill. */
    private static final Duration LONGEST_WAIT = Duration.ofMinutes(2);

    /** Longer than every lease, than the sweep's grace period after a wake, and than the wait before a deletion's last removal. */
    private static final Duration NIGHT = Duration.ofMinutes(11);

    private static final String TABLE = "darkroom-tasks";
    private static final int MOST_NIGHTS = 20;

    /** What the stack is doing when it is killed. */
    private enum Phase {
        BEFORE_THE_SUBMIT(300),
        DURING_THE_SUBMIT(1000),
        AFTER_THE_SUBMIT(600),
        COPYING(1500),
        SENDING_A_CALLBACK(1000),
        DELETING(300),
        WHATEVER(4000);

        /** The kill comes at a random time within this many milliseconds of the phase's beginning. */
        private final int window;

        Phase(int window) {
            this.window = window;
        }
    }

    /** One picture of one client, and what the client has done so far. */
    private static final class Picture {
        private final int round;
        private final int number;
        private final AtomicInteger submits = new AtomicInteger();
        private final AtomicInteger deletes = new AtomicInteger();
        private volatile String task = "";

        Picture(int round, int number) {
            this.round = round;
            this.number = number;
        }

        /** Returns the part of the prompt by which the simulator matches faults to this task. */
        String label() {
            return "[picture " + round + "." + number + "]";
        }

        String user() {
            return "user-" + number;
        }

        String name() {
            return "picture-" + round + "-" + number;
        }

        boolean isDeleted() {
            return deletes.get() > 0;
        }

        @Override
        public String toString() {
            return label() + " " + task;
        }
    }

    private final List<Picture> pictures = new ArrayList<>();
    /** Counts kills that came before their phase had begun. */
    private int missed;

    private final List<Future<?>> clients = new ArrayList<>();
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    @TempDir
    private Path folder;

    @Test
    void nothing_is_lost_paid_twice_or_half_there() throws Exception {
        long begun = System.nanoTime();
        long seed = Long.getLong("darkroom.seed", System.nanoTime());
        Random random = new Random(seed);
        System.out.println("Kills: seed " + seed);
        Settings pace = Settings.quick(KEY)
                .withPace(Duration.ofMillis(50), Duration.ofMillis(400))
                // A restart takes seconds, and the webhook must still be repeated after it.
                .withWebhooks(null, Duration.ofSeconds(5), Collections.nCopies(200, Duration.ofSeconds(1)))
                .withReceiverSecrets(List.of(SECRET));
        try (SimulatedApiDot apiDot =
                        SimulatedApiDot.start(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), pace);
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Phase> plan = plan(random);
            StackProcess stack = StackProcess.start(folder, settings(apiDot), random);
            int nights;
            Set<String> expected;
            try {
                Instant started = Instant.now();
                for (Phase phase : plan) {
                    round(phase, apiDot, stack, threads, random);
                    assertThat(stack.mistakes()).isEmpty();
                    started = Instant.now();
                    stack = stack.again();
                }
                try (DynamoDbClient dynamoDb = Clients.dynamoDb(stack.dynamoDb())) {
                    nights = settle(apiDot, dynamoDb, started);
                    checkBudgets(apiDot, dynamoDb);
                }
                expected = check(apiDot, stack.api());
                assertThat(stack.mistakes()).isEmpty();
            } finally {
                stack.close();
            }
            try (Stream<Path> files = Files.walk(folder.resolve("objects"))) {
                assertThat(files.filter(Files::isRegularFile)
                                .map(file -> folder.resolve("objects/darkroom-images")
                                        .relativize(file)
                                        .toString())
                                .toList())
                        .as("seed %d", seed)
                        .containsExactlyInAnyOrderElementsOf(expected);
            }
            report(apiDot, plan, nights, Duration.ofNanos(System.nanoTime() - begun));
        }
    }

    private static Map<String, String> settings(SimulatedApiDot apiDot) {
        return Map.of(
                "APIDOT_BASE_URL",
                apiDot.baseUrl(),
                "APIDOT_API_KEY",
                KEY,
                "TRUSTED_HOSTS",
                "localhost:" + apiDot.port(),
                "CLIENT_WEBHOOK_SECRETS",
                SECRET);
    }

    private static List<Phase> plan(Random random) {
        List<Phase> plan = new ArrayList<>();
        while (plan.size() < KILLS) {
            List<Phase> each = new ArrayList<>(List.of(Phase.values()));
            Collections.shuffle(each, random);
            plan.addAll(each);
        }
        return plan.subList(0, KILLS);
    }

    private void round(Phase phase, SimulatedApiDot apiDot, StackProcess stack, ExecutorService threads, Random random)
            throws Exception {
        int number = pictures.size() / PICTURES_A_KILL;
        List<Picture> now = new ArrayList<>();
        for (int i = 0; i < PICTURES_A_KILL; i++) {
            now.add(new Picture(number, i));
        }
        pictures.addAll(now);
        misbehave(phase, apiDot, now);
        List<Future<?>> submits = new ArrayList<>();
        for (Picture picture : now) {
            submits.add(threads.submit(() -> submit(picture, apiDot, stack.api())));
        }
        clients.addAll(submits);
        String label = "[picture " + number + ".";
        switch (phase) {
            case BEFORE_THE_SUBMIT, WHATEVER -> {}
            case DURING_THE_SUBMIT -> awaitMoment(() -> apiDot.stats(label).submitsArrived() > 0);
            case AFTER_THE_SUBMIT -> awaitMoment(() -> submits.stream().anyMatch(Future::isDone));
            case COPYING -> awaitMoment(() -> apiDot.stats(label).fileReads() > 0);
            case SENDING_A_CALLBACK ->
                awaitMoment(() ->
                        now.stream().anyMatch(picture -> apiDot.receiver().received(picture.name()) > 0));
            case DELETING -> {
                awaitMoment(() -> now.stream().anyMatch(picture -> isFinished(picture, stack.api())));
                now.stream()
                        .filter(picture -> isFinished(picture, stack.api()))
                        .forEach(picture -> clients.add(threads.submit(() -> delete(picture, stack.api()))));
            }
        }
        stack.killAfter(Duration.ofMillis(random.nextInt(phase.window)));
    }

    /** Waits for the phase of the kill. On a busy machine the kill comes anyway, and is counted as missed. */
    private void awaitMoment(BooleanSupplier begun) {
        Instant latest = Instant.now().plus(LONGEST_WAIT);
        await().until(() -> begun.getAsBoolean() || Instant.now().isAfter(latest));
        missed += begun.getAsBoolean() ? 0 : 1;
    }

    private static void misbehave(Phase phase, SimulatedApiDot apiDot, List<Picture> pictures) {
        for (Picture picture : pictures) {
            boolean even = picture.number % 2 == 0;
            switch (phase) {
                case DURING_THE_SUBMIT ->
                    apiDot.faults()
                            .add(
                                    new SubmitFault.Hangs(
                                            Duration.ofSeconds(1),
                                            even ? Moment.BEFORE_ACCEPTING : Moment.AFTER_ACCEPTING),
                                    1,
                                    picture.label());
                case COPYING -> apiDot.faults().add(new FileFault.Slow(20_000), 1, picture.label());
                case SENDING_A_CALLBACK ->
                    apiDot.receiver()
                            .answer(
                                    picture.name(),
                                    new ReceiverAnswer(200, null, null, Duration.ofSeconds(1), false, 0, 0, 1));
                case BEFORE_THE_SUBMIT, AFTER_THE_SUBMIT, DELETING, WHATEVER -> {}
            }
        }
    }

    private void submit(Picture picture, SimulatedApiDot apiDot, URI api) {
        Json.Obj body = Json.object()
                .put("model", "gpt-image-2")
                .put("callback_url", apiDot.receiverUrl(picture.name()))
                .put("input", Json.object().put("prompt", picture.label()).build())
                .build();
        HttpResponse<String> answer = answered(Set.of(200), () -> {
            picture.submits.incrementAndGet();
            return request(picture, api, "submit")
                    .header("Idempotency-Key", picture.name())
                    .header("Content-Type", "application/json")
                    .POST(BodyPublishers.ofString(body.text()));
        });
        picture.task = Objects.requireNonNull(data(answer).string("task_id"));
    }

    private void delete(Picture picture, URI api) {
        // 404: an earlier attempt deleted the task, and its answer was lost.
        var _ = answered(Set.of(200, 404), () -> {
            picture.deletes.incrementAndGet();
            return request(picture, api, "tasks/" + picture.task).DELETE();
        });
    }

    private boolean isFinished(Picture picture, URI api) {
        return !picture.task.isEmpty()
                && "finished"
                        .equals(data(answered(Set.of(200), () -> request(picture, api, "status/" + picture.task)))
                                .string("status"));
    }

    private static HttpRequest.Builder request(Picture picture, URI api, String path) {
        return HttpRequest.newBuilder(api.resolve("/api/generate/" + path))
                .header("Authorization", "Bearer " + picture.user());
    }

    private interface Asking {
        HttpRequest.Builder request();
    }

    /** Repeats a request until its answer has one of these statuses. */
    private HttpResponse<String> answered(Set<Integer> ends, Asking asking) {
        return await().pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(50))
                .until(() -> ask(ends, asking.request().build()), Optional::isPresent)
                .orElseThrow();
    }

    private Optional<HttpResponse<String>> ask(Set<Integer> ends, HttpRequest request) throws InterruptedException {
        try {
            HttpResponse<String> answer = http.send(request, BodyHandlers.ofString());
            if (ends.contains(answer.statusCode())) {
                return Optional.of(answer);
            }
            assertThat(answer.statusCode()).as(answer.body()).isIn(409, 429, 503);
        } catch (IOException e) {
            // The stack was killed.
        }
        return Optional.empty();
    }

    private static Json.Obj data(HttpResponse<String> answer) {
        try {
            return Objects.requireNonNull(((Json.Obj) Json.parse(answer.body())).object("data"));
        } catch (JsonException e) {
            throw new AssertionError(answer.body(), e);
        }
    }

    /**
     * Moves the clock forward whenever nothing happens, and returns how often.
     *
     * @param started when this stack was started; functions that began earlier are dead
     */
    private int settle(SimulatedApiDot apiDot, DynamoDbClient dynamoDb, Instant started) throws Exception {
        await().until(() -> apiDot.tasks("[picture").stream().allMatch(SigkillTest::isReported));
        int nights = 0;
        while (true) {
            AtomicReference<List<Open>> seen = new AtomicReference<>(List.of());
            List<Open> open = await().pollInterval(Duration.ofSeconds(1))
                    .until(
                            () -> open(dynamoDb),
                            now -> now.equals(seen.getAndSet(now))
                                    && now.stream().noneMatch(one -> one.isHeld(started)));
            if (open.isEmpty()) {
                break;
            }
            assertThat(++nights).as("nights, open: %s", open).isLessThanOrEqualTo(MOST_NIGHTS);
            open.forEach(one -> letTimePass(dynamoDb, one));
        }
        for (Future<?> client : clients) {
            client.get();
        }
        return nights;
    }

    /** Returns whether a webhook about the task was accepted: upstream then sends no more. */
    private static boolean isReported(SimulatedTask task) {
        return task.webhooks().stream().anyMatch(sent -> sent.status() == 200);
    }

    /** An item with work left. */
    private record Open(Map<String, AttributeValue> item) {
        /** Returns whether a worker of the present stack, started after that time, holds the task. */
        boolean isHeld(Instant since) {
            return item.containsKey("lease_until")
                    && Stream.of("updated_at", "callback_attempted_at")
                            .filter(item::containsKey)
                            .anyMatch(time -> number(item, time) >= since.toEpochMilli());
        }
    }

    private static List<Open> open(DynamoDbClient dynamoDb) {
        return items(dynamoDb)
                .filter(item -> item.containsKey("due_at"))
                .map(Open::new)
                .toList();
    }

    private static Stream<Map<String, AttributeValue>> items(DynamoDbClient dynamoDb) {
        return dynamoDb.scanPaginator(request -> request.tableName(TABLE).consistentRead(true)).items().stream();
    }

    private static long number(Map<String, AttributeValue> item, String name) {
        return Long.parseLong(Objects.requireNonNull(item.get(name), name).n());
    }

    private static void letTimePass(DynamoDbClient dynamoDb, Open open) {
        List<String> times = Stream.of("created_at", "updated_at", "upstream_at", "due_at", "lease_until")
                .filter(open.item()::containsKey)
                .toList();
        try {
            dynamoDb.updateItem(request -> request.tableName(TABLE)
                    .key(Map.of("task_id", open.item().get("task_id")))
                    .updateExpression("SET "
                            + times.stream()
                                    .map(time -> time + " = " + time + " - :night")
                                    .collect(Collectors.joining(", ")))
                    .conditionExpression("version = :version")
                    .expressionAttributeValues(Map.of(
                            ":night", AttributeValue.fromN(Long.toString(NIGHT.toMillis())),
                            ":version", open.item().get("version"))));
        } catch (ConditionalCheckFailedException e) {
            // A worker still holds the task.
        }
    }

    /** Returns the keys of all objects that must exist. */
    private Set<String> check(SimulatedApiDot apiDot, URI api) throws Exception {
        Set<String> objects = new TreeSet<>();
        for (Picture picture : pictures) {
            List<SimulatedTask> upstream = apiDot.tasks(picture.label());
            Stats stats = apiDot.stats(picture.label());
            assertThat(stats.submitsArrived()).as("submits of %s", picture).isLessThanOrEqualTo(1);
            assertThat(upstream).as("upstream tasks of %s", picture).hasSize((int) stats.submitsArrived());
            assertThat(stats.creditsCharged()).as("credits of %s", picture).isEqualTo(upstream.size());
            if (picture.isDeleted()) {
                assertThat(answered(Set.of(404), () -> request(picture, api, "status/" + picture.task))
                                .statusCode())
                        .isEqualTo(404);
                assertThat(listed(picture, api)).as("deleted").doesNotContain(picture.task);
                continue;
            }
            Json.Obj status = data(answered(Set.of(200), () -> request(picture, api, "status/" + picture.task)));
            String end = Objects.requireNonNull(status.string("status"));
            assertThat(end).as("end of %s", picture).isEqualTo(upstream.isEmpty() ? "failed" : "finished");
            assertThat(listed(picture, api)).contains(picture.task);
            checkCallbacks(apiDot, picture, end);
            if (end.equals("finished")) {
                objects.addAll(checkFile(apiDot, picture, upstream.getFirst(), status));
            } else {
                assertThat(status.items("files")).isEmpty();
            }
        }
        return objects;
    }

    private String listed(Picture picture, URI api) {
        return answered(Set.of(200), () -> request(picture, api, "tasks?limit=100"))
                .body();
    }

    private static void checkCallbacks(SimulatedApiDot apiDot, Picture picture, String end) {
        List<Callback> callbacks = apiDot.receiver().callbacks(picture.name());
        assertThat(callbacks).as("callbacks of %s", picture).isNotEmpty().allSatisfy(callback -> {
            assertThat(callback.id()).isEqualTo(picture.task);
            assertThat(callback.signature()).isEqualTo(Callback.Signature.VALID);
            assertThat(callback.json()).isInstanceOfSatisfying(Json.Obj.class, body -> {
                Json.Obj told = Objects.requireNonNull(body.object("data"));
                assertThat(told.string("status")).isEqualTo(end);
            });
        });
    }

    /** Returns the keys of the image and its preview. */
    private List<String> checkFile(SimulatedApiDot apiDot, Picture picture, SimulatedTask upstream, Json.Obj status)
            throws Exception {
        assertThat(status.items("files")).as("files of %s", picture).hasSize(1);
        Json.Obj file = (Json.Obj) status.items("files").getFirst();
        URI url = URI.create(Objects.requireNonNull(file.string("file_url")));
        byte[] bytes = bytes(url);
        assertThat(sha256(bytes))
                .as("bytes of %s", picture)
                .isEqualTo(sha256(bytes(URI.create(apiDot.baseUrl() + "/files/" + upstream.id() + "/0.png"))))
                .isEqualTo(file.string("sha256"));
        assertThat(file.integer("bytes")).isEqualTo(bytes.length);
        URI preview = URI.create(Objects.requireNonNull(file.string("preview_url")));
        await().until(() -> http.send(HttpRequest.newBuilder(preview).build(), BodyHandlers.discarding())
                        .statusCode()
                == 200);
        assertThat(ImageIO.read(new ByteArrayInputStream(bytes(preview))))
                .as("preview of %s", picture)
                .isNotNull();
        return Stream.of(url, preview)
                .map(where -> where.getPath().replaceFirst("^/darkroom-images/", ""))
                .toList();
    }

    private byte[] bytes(URI url) throws Exception {
        HttpResponse<byte[]> answer = http.send(HttpRequest.newBuilder(url).build(), BodyHandlers.ofByteArray());
        assertThat(answer.statusCode()).isEqualTo(200);
        return answer.body();
    }

    private static String sha256(byte[] bytes) throws Exception {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    }

    /** Users must have spent what was paid for their tasks, including deleted ones. */
    private static void checkBudgets(SimulatedApiDot apiDot, DynamoDbClient dynamoDb) {
        long spent = items(dynamoDb)
                .filter(item -> item.getOrDefault("task_id", AttributeValue.fromS(""))
                        .s()
                        .startsWith("budget#"))
                .mapToLong(item -> number(item, "credits"))
                .sum();
        assertThat(spent).isEqualTo(apiDot.stats().creditsCharged());
    }

    private void report(SimulatedApiDot apiDot, List<Phase> plan, int nights, Duration time) {
        Map<Phase, Long> kills =
                plan.stream().collect(Collectors.groupingBy(phase -> phase, TreeMap::new, Collectors.counting()));
        Stats stats = apiDot.stats();
        long deleted = pictures.stream().filter(Picture::isDeleted).count();
        System.out.println("Kills: " + KILLS + " " + kills + ", " + missed + " too early, in " + time.toSeconds()
                + " s; " + pictures.size()
                + " pictures submitted "
                + pictures.stream().mapToInt(picture -> picture.submits.get()).sum()
                + " times by their clients, " + stats.submitsArrived() + " times upstream, " + stats.creditsCharged()
                + " credits; " + stats.fileReads() + " downloads; "
                + pictures.stream()
                        .mapToLong(picture -> apiDot.receiver().received(picture.name()))
                        .sum()
                + " callbacks; " + (pictures.size() - stats.tasksAccepted()) + " never sent and failed; " + deleted
                + " deleted; " + nights + " nights");
    }
}
