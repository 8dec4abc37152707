package dev.darkroom.rules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.darkroom.json.Json;
import dev.darkroom.local.LocalStack;
import dev.darkroom.local.Options;
import dev.darkroom.local.apidot.ReceiverAnswer;
import dev.darkroom.local.apidot.Shapes;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.s3.model.S3Object;

/**
 * All faults at once on the whole system: every task must end as expected, and both sides must count the same. {@code
 * -Ddarkroom.soak.size} sets the number of tasks; the default is one of each kind.
 */
@Order(0)
class SoakTest {
    private static final int SIZE =
            Integer.getInteger("darkroom.soak.size", SoakKind.all().size());
    private static final int CLIENTS = 12;

    /** The default of {@code SETTLE_DEADLINE_SECONDS}. A deadline that this test could wait for would be shorter than a lease. */
    private static final Duration SETTLE_DEADLINE = Duration.ofDays(1);

    private record Job(int number, SoakKind kind) {
        /** Returns the part of the prompt by which the simulator matches faults to this task. */
        String label() {
            return "[soak " + number + "]";
        }

        String receiver() {
            return "soak-" + number;
        }

        /** Returns how this client's receiver answers the callback. */
        ReceiverAnswer answer() {
            return switch (number % 5) {
                case 1 -> ReceiverAnswer.status(500, 1);
                case 2 -> ReceiverAnswer.status(429, 1);
                case 3 -> ReceiverAnswer.status(410, 0);
                default -> ReceiverAnswer.OK;
            };
        }

        boolean isToldInTheEnd() {
            return number % 5 != 3;
        }
    }

    private record Submitted(Job job, HttpResponse<String> answer) {
        String task() {
            try {
                Json.Obj data = ((Json.Obj) Json.parse(answer.body())).object("data");
                return data == null ? "" : Objects.requireNonNullElse(data.string("task_id"), "");
            } catch (dev.darkroom.json.JsonException e) {
                throw new IllegalArgumentException(e);
            }
        }
    }

    @Test
    void every_task_ends_where_it_must_and_both_sides_count_the_same() throws Exception {
        List<SoakKind> kinds = SoakKind.all();
        List<Job> jobs = new ArrayList<>();
        for (int i = 0; i < SIZE; i++) {
            jobs.add(new Job(i, kinds.get(i % kinds.size())));
        }
        ByteArrayOutputStream logged = new ByteArrayOutputStream();
        PrintStream standard = System.out;
        // The functions keep the standard output that is set when they are created.
        System.setOut(new PrintStream(logged, true, StandardCharsets.UTF_8));
        try (LocalStack stack = LocalStack.start(Options.forTests()
                        .withSweepEvery(Duration.ofSeconds(1))
                        .with("DAILY_CREDIT_LIMIT", "0")
                        .with("FIRST_POLL_SECONDS", "1")
                        .with("MAX_POLL_SECONDS", "2")
                        .with("MAX_IMAGE_BYTES", "4000000")
                        .with("NOTIFY_SCHEDULE_SECONDS", "1,2,3,4"));
                HttpClient http = HttpClient.newHttpClient()) {
            System.setOut(standard);
            // Random formats of answers and webhooks: the result must not depend on the format.
            stack.apiDot().speak(new Shapes(Shapes.Status.RANDOM, Shapes.Webhook.RANDOM, Shapes.Picture.ALTERNATING));
            long begun = System.nanoTime();
            for (Job job : jobs) {
                job.kind().faults().forEach(use -> stack.apiDot().faults().add(use.fault(), use.times(), job.label()));
                stack.apiDot().receiver().answer(job.receiver(), job.answer());
            }
            // The first task runs alone, because everything is cold.
            List<Submitted> submitted = submitAll(stack, http, jobs.subList(0, 1));
            awaitEnds(stack, Set.of());
            submitted.addAll(submitAll(stack, http, jobs.subList(1, jobs.size())));
            Set<String> waiting = submitted.stream()
                    .filter(one -> one.job().kind().endsAtADeadline())
                    .map(Submitted::task)
                    .collect(Collectors.toSet());
            awaitEnds(stack, waiting);
            waiting.forEach(task -> passDeadline(stack, task));
            awaitEnds(stack, Set.of());
            report(stack, submitted, begun, logged.toString(StandardCharsets.UTF_8));
            check(stack, submitted);
            assertThat(logged.toString(StandardCharsets.UTF_8))
                    .doesNotContain("[soak", "/callbacks/apidot/", "/receiver/", "/files/", "whsec_")
                    .doesNotContain(Objects.requireNonNull(stack.secrets().callbackSigningKeys()));
        } finally {
            System.setOut(standard);
        }
    }

    /** Waits until no other task has work left: long enough for leases to end that a busy machine left behind. */
    private static void awaitEnds(LocalStack stack, Set<String> waiting) {
        await().atMost(Duration.ofMinutes(20))
                .pollInterval(Duration.ofMillis(500))
                .until(() -> items(stack).entrySet().stream()
                        .noneMatch(item -> item.getValue().containsKey("due_at") && !waiting.contains(item.getKey())));
    }

    /** Moves the task's record so far back that its deadlines are over. */
    private static void passDeadline(LocalStack stack, String task) {
        stack.dynamoDb()
                .updateItem(request -> request.tableName(stack.tasksTable())
                        .key(Map.of("task_id", AttributeValue.fromS(task)))
                        .updateExpression("SET created_at = created_at - :deadline")
                        .expressionAttributeValues(
                                Map.of(":deadline", AttributeValue.fromN(Long.toString(SETTLE_DEADLINE.toMillis())))));
    }

    private static List<Submitted> submitAll(LocalStack stack, HttpClient http, List<Job> jobs) throws Exception {
        List<Future<Submitted>> answers = new ArrayList<>();
        try (ExecutorService clients = Executors.newFixedThreadPool(CLIENTS)) {
            for (Job job : jobs) {
                answers.add(clients.submit(() -> submit(stack, http, job)));
            }
        }
        List<Submitted> submitted = new ArrayList<>();
        for (Future<Submitted> answer : answers) {
            submitted.add(answer.get());
        }
        return submitted;
    }

    private static Submitted submit(LocalStack stack, HttpClient http, Job job) throws Exception {
        Json.Obj body = Json.object()
                .put("model", "gpt-image-2")
                .put("callback_url", stack.apiDot().receiverUrl(job.receiver()))
                .put(
                        "input",
                        Json.object().put("prompt", "Soaked " + job.label()).build())
                .build();
        HttpRequest request = HttpRequest.newBuilder(stack.apiUrl().resolve("/api/generate/submit"))
                .header("Authorization", "Bearer user-" + job.number() % 7)
                .header("Content-Type", "application/json")
                .header("Idempotency-Key", "soak-" + job.number())
                .POST(BodyPublishers.ofString(body.text()))
                .build();
        HttpResponse<String> answer = http.send(request, BodyHandlers.ofString());
        // On a busy machine the table may take no record in time. No kind of task is answered so for good.
        for (int again = 0; again < 10 && answer.statusCode() == 503; again++) {
            answer = http.send(request, BodyHandlers.ofString());
        }
        return new Submitted(job, answer);
    }

    private static Map<String, Map<String, AttributeValue>> items(LocalStack stack) {
        return stack.dynamoDb().scanPaginator(request -> request.tableName(stack.tasksTable())).items().stream()
                .collect(Collectors.toMap(item -> text(item, "task_id"), item -> item));
    }

    private static String text(Map<String, AttributeValue> item, String name) {
        AttributeValue value = item.get(name);
        return value == null ? "" : value.s();
    }

    private static void report(LocalStack stack, List<Submitted> submitted, long begun, String logged) {
        Map<String, Map<String, AttributeValue>> items = items(stack);
        Map<String, Integer> ends = new TreeMap<>();
        for (Submitted one : submitted) {
            Map<String, AttributeValue> item = items.getOrDefault(one.task(), Map.of());
            String end = item.isEmpty()
                    ? "refused " + one.answer().statusCode()
                    : text(item, "state") + " " + text(item, "error_type");
            ends.merge(end.strip(), 1, Integer::sum);
        }
        Map<String, Integer> told = new TreeMap<>();
        items.values().forEach(item -> told.merge(text(item, "callback_status"), 1, Integer::sum));
        Map<String, Integer> alarms = new TreeMap<>();
        logged.lines().filter(line -> line.contains("\"level\":\"ERROR\"")).forEach(line -> {
            int from = line.indexOf("\"event\":\"") + 9;
            alarms.merge(line.substring(from, line.indexOf('"', from)), 1, Integer::sum);
        });
        System.out.println("soak: " + submitted.size() + " tasks in "
                + Duration.ofNanos(System.nanoTime() - begun).toSeconds() + " s\n  ends " + ends + "\n  told " + told
                + "\n  alarms " + alarms + "\n  upstream " + stack.apiDot().stats());
    }

    private static void check(LocalStack stack, List<Submitted> submitted) throws Exception {
        Map<String, Map<String, AttributeValue>> items = items(stack);
        Map<String, S3Object> objects = new HashMap<>();
        stack.s3().listObjectsV2Paginator(request -> request.bucket(stack.imagesBucket())).contents().stream()
                // The server also lists its parts of broken-off uploads, with a UUID after the key. They are not
                // objects.
                .filter(object -> object.key().matches(".*/[0-9]\\.[a-z]+"))
                .forEach(object -> objects.put(object.key(), object));
        int recorded = 0;
        for (Submitted one : submitted) {
            SoakKind kind = one.job().kind();
            String about =
                    kind.name() + " " + one.job().label() + " " + one.answer().body();
            assertThat(one.answer().statusCode()).as(about).isEqualTo(kind.submit());
            assertThat(stack.apiDot().stats(one.job().label()).tasksAccepted())
                    .as(about)
                    .isEqualTo(kind.accepted());
            if (kind.end().isEmpty()) {
                assertThat(one.task()).as(about).isEmpty();
                assertThat(stack.apiDot().receiver().received(one.job().receiver()))
                        .isZero();
                continue;
            }
            recorded++;
            Map<String, AttributeValue> item = Objects.requireNonNull(items.get(one.task()), about);
            assertThat(text(item, "state")).as(about).isEqualTo(kind.end());
            assertThat(text(item, "error_type")).as(about).isEqualTo(kind.errorType());
            assertThat(item).containsKey("expires_at").doesNotContainKeys("due_at", "due_shard");
            assertThat(text(item, "callback_status"))
                    .as(about)
                    .isEqualTo(one.job().isToldInTheEnd() ? "delivered" : "failed");
            assertThat(stack.apiDot().receiver().received(one.job().receiver()))
                    .as(about)
                    .isPositive();
            assertThat(checkedFiles(stack, text(item, "files"), objects))
                    .as(about)
                    .isEqualTo(kind.files());
        }
        assertThat(items).hasSize(recorded);
        // The bucket has no other object.
        assertThat(objects).isEmpty();
        assertThat(stack.apiDot().stats().tasksAccepted())
                .isEqualTo(submitted.stream()
                        .mapToLong(one -> one.job().kind().accepted())
                        .sum());
        // Each finished task costs one credit. Upstream charges nothing for tasks that failed or never ended.
        assertThat(stack.apiDot().stats().creditsCharged())
                .isEqualTo(submitted.stream()
                        .map(one -> one.job().kind())
                        .filter(kind -> !kind.errorType().equals("upstream_failed"))
                        .filter(kind -> !kind.errorType().equals("settle_deadline"))
                        .mapToLong(SoakKind::accepted)
                        .sum());
        assertThat(stack.deadRecords()).isEmpty();
    }

    /** Checks a task's files against their recorded facts, removes them from the objects, and returns their number. */
    private static int checkedFiles(LocalStack stack, String files, Map<String, S3Object> objects) throws Exception {
        if (files.isEmpty() || !(Json.parse(files) instanceof Json.Arr(List<Json> images))) {
            return 0;
        }
        for (Json image : images) {
            Json.Obj facts = (Json.Obj) image;
            String key = Objects.requireNonNull(facts.string("key"));
            assertThat(objects.remove(key)).isNotNull();
            byte[] bytes = stack.s3()
                    .getObjectAsBytes(
                            request -> request.bucket(stack.imagesBucket()).key(key))
                    .asByteArray();
            assertThat(facts.integer("bytes")).isEqualTo(bytes.length);
            assertThat(facts.string("sha256"))
                    .isEqualTo(HexFormat.of()
                            .formatHex(MessageDigest.getInstance("SHA-256").digest(bytes)));
        }
        return images.size();
    }
}
