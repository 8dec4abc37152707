package dev.darkroom.submits;

import dev.darkroom.apidot.ApiDot;
import dev.darkroom.apidot.CallbackUrls;
import dev.darkroom.apidot.HandClock;
import dev.darkroom.config.Environment;
import dev.darkroom.config.Timing;
import dev.darkroom.json.Json;
import dev.darkroom.local.LocalStack;
import dev.darkroom.local.apidot.SimulatedApiDot;
import dev.darkroom.local.aws.Clients;
import dev.darkroom.log.Log;
import dev.darkroom.net.TrustedHosts;
import dev.darkroom.request.Parsed;
import dev.darkroom.request.Source;
import dev.darkroom.store.DynamoTaskStore;
import dev.darkroom.submit.Submission;
import dev.darkroom.submit.SubmitHandler;
import dev.darkroom.task.Budget;
import dev.darkroom.task.Task;
import dev.darkroom.task.TaskId;
import dev.darkroom.task.TaskStore;
import dev.darkroom.task.UserId;
import dev.darkroom.testing.HttpEvent;
import dev.darkroom.testing.HttpEvent.Answer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * Submits against DynamoDB Local behind a {@link LossyWire}, the simulated APIDot, and the functions that come after a submit. Each
 * test has its own users and prompts.
 */
final class Bench implements AutoCloseable {
    private final LocalStack stack;
    private final AtomicInteger scenes = new AtomicInteger();
    private final LossyWire wire;
    private final TaskStore table;

    Bench(LocalStack stack) {
        this.stack = stack;
        try {
            wire = new LossyWire(stack.dynamoDb()
                    .serviceClientConfiguration()
                    .endpointOverride()
                    .orElseThrow());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        table = new DynamoTaskStore(Clients.dynamoDb(wire.url()), stack.tasksTable());
    }

    @Override
    public void close() {
        wire.close();
    }

    LocalStack stack() {
        return stack;
    }

    SimulatedApiDot apiDot() {
        return stack.apiDot();
    }

    LossyWire wire() {
        return wire;
    }

    /** The table through the lossy wire, without the product's short time-outs, which a busy machine would exceed. */
    TaskStore table() {
        return table;
    }

    private Environment environment() {
        Map<String, String> variables = new HashMap<>();
        variables.put("AWS_REGION", "us-east-1");
        variables.put("AWS_ENDPOINT_URL_DYNAMODB", wire.url().toString());
        variables.put("TASKS_TABLE", stack.tasksTable());
        variables.put("TRUSTED_HOSTS", "localhost:" + apiDot().port());
        variables.put("APIDOT_BASE_URL", apiDot().baseUrl());
        variables.put("CALLBACK_BASE_URL", stack.apiUrl().toString());
        variables.put("CALLBACK_SIGNING_KEYS", stack.secrets().callbackSigningKeys());
        return new Environment(variables);
    }

    /** A user and a prompt of its own, and a submit function that only this user calls. */
    Scene scene(long dailyLimit) {
        return new Scene("scene-" + scenes.incrementAndGet() + "-" + Long.toString(System.nanoTime(), 36), dailyLimit);
    }

    final class Scene {
        final String name;
        final HandClock clock = HandClock.fromNow();
        final GatedStore store = new GatedStore(table);
        private final long dailyLimit;
        private final ByteArrayOutputStream written = new ByteArrayOutputStream();
        private URI upstream = URI.create(apiDot().baseUrl());
        private boolean webhooks;
        private Duration sourcesTake = Duration.ZERO;

        private Scene(String name, long dailyLimit) {
            this.name = name;
            this.dailyLimit = dailyLimit;
        }

        /** Moves APIDot to another address. */
        void upstreamAt(URI url) {
            upstream = url;
        }

        /** Gives APIDot a callback URL, so that this task's webhook arrives. */
        void withWebhooks() {
            webhooks = true;
        }

        /** Makes the check of the source images take this much of the function's time. */
        void sourcesTake(Duration time) {
            sourcesTake = time;
        }

        void mend() {
            store.clear();
            wire.lose(0, request -> false);
            apiDot().faults().clear();
            upstream = URI.create(apiDot().baseUrl());
            sourcesTake = Duration.ZERO;
        }

        /** Returns a submit function with the present settings. */
        SubmitHandler handler(TaskStore tasks) {
            Environment environment = environment();
            TrustedHosts trusted = TrustedHosts.of(environment);
            Log log = new Log(new PrintStream(written, true, StandardCharsets.UTF_8), clock);
            Duration slow = sourcesTake;
            Submission submission = new Submission(
                    new Timing(
                            Duration.ofSeconds(900),
                            Duration.ofDays(1),
                            Duration.ofSeconds(60),
                            Duration.ofMinutes(10),
                            Duration.ofDays(37)),
                    dailyLimit,
                    tasks,
                    (user, sources, limit) -> {
                        clock.move(slow);
                        return new Parsed.Valid<>(sources.stream()
                                .map(source -> source instanceof Source.Web
                                        ? source.text()
                                        : apiDot().baseUrl() + "/samples/source.png")
                                .toList());
                    },
                    new ApiDot(upstream, "simulated-apidot-key", clock, clock, new SecureRandom()),
                    webhooks ? CallbackUrls.of(environment, trusted) : withoutCallbacks(environment, trusted),
                    clock,
                    clock,
                    new SecureRandom(),
                    log);
            return new SubmitHandler(environment, submission, log);
        }

        private CallbackUrls withoutCallbacks(Environment environment, TrustedHosts trusted) {
            Map<String, String> variables = new HashMap<>(environment.variables());
            variables.remove("CALLBACK_BASE_URL");
            return CallbackUrls.of(new Environment(variables), trusted);
        }

        /** Submits this scene's request under this scene's key. */
        Answer submit() {
            return submit(handler(store), "key-" + name, name);
        }

        Answer submit(SubmitHandler handler, String key, String prompt) {
            return HttpEvent.submit(name, body(prompt), Map.of("idempotency-key", key))
                    .through(handler);
        }

        String body(String prompt) {
            return Json.object()
                    .put("model", "gpt-image-2")
                    .put("input", Json.object().put("prompt", prompt).build())
                    .build()
                    .text();
        }

        TaskId taskId() {
            return TaskId.of(new UserId(name), "key-" + name);
        }

        Optional<Task> task() {
            return table.read(taskId());
        }

        /** Returns the credits that this user's budget of the day holds; 0 without a counter. */
        long held() {
            Map<String, AttributeValue> counter = stack.dynamoDb()
                    .getItem(request -> request.tableName(stack.tasksTable())
                            .key(Map.of(
                                    "task_id",
                                    AttributeValue.fromS(Budget.of(new UserId(name), clock.instant())
                                            .key())))
                            .consistentRead(true))
                    .item();
            AttributeValue credits = counter.get("credits");
            return credits == null ? 0 : Long.parseLong(credits.n());
        }

        long arrived() {
            return apiDot().stats(name).submitsArrived();
        }

        long accepted() {
            return apiDot().stats(name).tasksAccepted();
        }

        String log() {
            return written.toString(StandardCharsets.UTF_8);
        }
    }
}
