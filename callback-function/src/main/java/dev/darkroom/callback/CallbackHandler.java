package dev.darkroom.callback;

import dev.darkroom.apidot.CallbackSignature;
import dev.darkroom.apidot.Webhook;
import dev.darkroom.apidot.WebhookSignature;
import dev.darkroom.config.Environment;
import dev.darkroom.json.Json;
import dev.darkroom.lambda.Answers;
import dev.darkroom.lambda.ApiError;
import dev.darkroom.lambda.HttpAnswer;
import dev.darkroom.lambda.HttpFunction;
import dev.darkroom.lambda.HttpRequest;
import dev.darkroom.lambda.RequestBody;
import dev.darkroom.log.Log;
import dev.darkroom.log.Metric;
import dev.darkroom.net.Greeting;
import dev.darkroom.snapshot.Rehearsal;
import dev.darkroom.store.DynamoDb;
import dev.darkroom.task.Item;
import dev.darkroom.task.Report;
import dev.darkroom.task.StoreUnavailableException;
import dev.darkroom.task.TaskId;
import dev.darkroom.task.TaskStore;
import dev.darkroom.task.Written;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * {@code POST /callbacks/apidot/{task_id}/{signature}}: what APIDot says about a task. It checks the signature in the path first,
 * so that a forged webhook costs no database call. The condition of one write checks everything else.
 */
public final class CallbackHandler extends HttpFunction {
    /** By then a worker has found out who owns the recorded upstream task. */
    private static final Duration DISPUTED_RETRY_AFTER = Duration.ofSeconds(60);

    /** A write takes four seconds at most, and the answer five. */
    private static final Duration SECOND_WRITE_LIMIT = Duration.ofSeconds(1);

    private final TaskStore store;
    private final CallbackSignature signature;
    private final @Nullable WebhookSignature webhookSignature;
    private final InstantSource clock;

    /** On Lambda. */
    public CallbackHandler() {
        Environment environment = Environment.ofProcess();
        this(environment, DynamoDb.open(environment), InstantSource.system(), Log.toStandardOutput());
        Rehearsal.beforeSnapshot(CallbackHandler::of, CallbackRehearsal::scenes, Greeting::dynamoDb);
    }

    /** With this store and clock; the keys are the environment's. */
    public CallbackHandler(Environment environment, TaskStore store, InstantSource clock, Log log) {
        super(log);
        this.store = store;
        this.signature = CallbackSignature.of(environment);
        this.webhookSignature = WebhookSignature.of(environment, clock).orElse(null);
        this.clock = clock;
    }

    public static CallbackHandler of(Environment environment, Log log) {
        return new CallbackHandler(environment, DynamoDb.open(environment), InstantSource.system(), log);
    }

    /** After an unexpected failure: the delivery is not recorded. */
    @Override
    protected HttpAnswer refuse(ApiError error) {
        log.warn("callback_not_recorded")
                .metric(Metric.CALLBACKS_UNAVAILABLE, 1)
                .write();
        return Answers.error(error);
    }

    @Override
    protected HttpAnswer answer(HttpRequest request) {
        Map<String, String> path = request.path();
        Optional<TaskId> task = TaskId.parse(path.getOrDefault("task_id", ""))
                .filter(id -> signature.verifies(id, path.getOrDefault("signature", "")));
        if (task.isEmpty()) {
            log.warn("callback_signature_wrong")
                    .metric(Metric.CALLBACKS_FORGED, 1)
                    .write();
            return Answers.error(ApiError.unknownTask());
        }
        return switch (RequestBody.ofWebhook(request)) {
            case RequestBody.Text(String text) -> checked(task.get(), request, text);
            case RequestBody.Refused(ApiError error)
            when error.type() == ApiError.Type.PAYLOAD_TOO_LARGE -> {
                log.warn("callback_too_large")
                        .task(task.get())
                        .metric(Metric.CALLBACKS_TOO_LARGE, 1)
                        .write();
                yield Answers.error(error);
            }
            // Text in an unknown encoding counts as unreadable.
            case RequestBody.Refused _ -> checked(task.get(), request, "");
        };
    }

    private HttpAnswer checked(TaskId task, HttpRequest request, String body) {
        Report report = Webhook.read(body);
        WebhookSignature key = webhookSignature;
        boolean genuine = key == null
                || key.verifies(
                        report,
                        request.headers().get(WebhookSignature.TIMESTAMP_HEADER),
                        request.headers().get(WebhookSignature.SIGNATURE_HEADER));
        if (!genuine) {
            log.warn("webhook_signature_wrong")
                    .task(task)
                    .metric(Metric.CALLBACKS_FORGED, 1)
                    .write();
            return Answers.error(ApiError.unknownTask());
        }
        try {
            return answer(task, report, deliver(task, report));
        } catch (StoreUnavailableException e) {
            log.error("storage_unavailable")
                    .task(task)
                    .cause(e)
                    .metric(Metric.CALLBACKS_UNAVAILABLE, 1)
                    .write();
            return Answers.error(ApiError.unavailable("The webhook could not be recorded. Send it again later."));
        }
    }

    private Report.Outcome deliver(TaskId task, Report report) {
        Instant now = clock.instant();
        return switch (store.write(report.write(task, now))) {
            case Written.Applied _ -> report.applied();
            case Written.Refused(Item item) -> {
                Optional<Report> rest = report.afterAll(item);
                if (rest.isEmpty()) {
                    yield report.refusedBy(item, now);
                }
                if (clock.instant().isAfter(now.plus(SECOND_WRITE_LIMIT))) {
                    // Two slow writes would take longer than the sender waits. It sends the webhook again.
                    throw new StoreUnavailableException(
                            new TimeoutException("the first write was too slow for a second one"));
                }
                yield deliver(task, rest.get());
            }
        };
    }

    private HttpAnswer answer(TaskId task, Report report, Report.Outcome outcome) {
        Log.Event event = switch (outcome) {
            case NEWS, NOTED, DUPLICATE, IGNORED -> log.info("callback").with("outcome", outcome);
            case VIOLATION, DISPUTED -> log.error("ownership_violation").with("outcome", outcome);
            case TOO_LATE -> log.error("callback_after_submit_deadline");
        };
        event.task(task).metric(metric(outcome), 1).write();
        return switch (outcome) {
            case NEWS, NOTED -> ok();
            case DUPLICATE -> ok("duplicate");
            case IGNORED -> ok("ignored");
            // It changes nothing: the task has ended, and an unreadable webhook names no recorded upstream task.
            case TOO_LATE ->
                switch (report) {
                    case Report.Ended _ -> ok("duplicate");
                    case Report.NotEnded _ -> ok();
                    case Report.Unreadable _ -> ok("ignored");
                };
            case VIOLATION ->
                Answers.error(ApiError.of(ApiError.Type.FORBIDDEN, "This address belongs to another task."));
            case DISPUTED ->
                Answers.error(ApiError.retryLater(
                        ApiError.Type.UNAVAILABLE,
                        "Darkroom is finding out which task this address belongs to. Send this again later.",
                        DISPUTED_RETRY_AFTER));
        };
    }

    private static Metric metric(Report.Outcome outcome) {
        return switch (outcome) {
            case NEWS -> Metric.CALLBACKS_NEWS;
            case NOTED -> Metric.CALLBACKS_NOTED;
            case DUPLICATE -> Metric.CALLBACKS_DUPLICATE;
            case IGNORED -> Metric.CALLBACKS_IGNORED;
            case VIOLATION, DISPUTED -> Metric.OWNERSHIP_VIOLATIONS;
            case TOO_LATE -> Metric.CALLBACKS_TOO_LATE;
        };
    }

    /** @param also what else is true */
    private static HttpAnswer ok(String... also) {
        Json.Builder body = Json.object().put("ok", true);
        for (String word : also) {
            body.put(word, true);
        }
        return Answers.json(200, body.build(), Map.of());
    }
}
