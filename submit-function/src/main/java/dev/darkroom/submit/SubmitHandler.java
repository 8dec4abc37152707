package dev.darkroom.submit;

import dev.darkroom.apidot.ApiDot;
import dev.darkroom.apidot.CallbackUrls;
import dev.darkroom.config.Environment;
import dev.darkroom.config.Timing;
import dev.darkroom.json.Json;
import dev.darkroom.lambda.Answers;
import dev.darkroom.lambda.ApiError;
import dev.darkroom.lambda.Caller;
import dev.darkroom.lambda.HttpAnswer;
import dev.darkroom.lambda.HttpFunction;
import dev.darkroom.lambda.HttpRequest;
import dev.darkroom.lambda.RequestBody;
import dev.darkroom.log.Log;
import dev.darkroom.log.Metric;
import dev.darkroom.media.PresignedUrls;
import dev.darkroom.net.Greeting;
import dev.darkroom.net.OutsideHttp;
import dev.darkroom.net.TrustedHosts;
import dev.darkroom.request.ImageRequest;
import dev.darkroom.request.Parsed;
import dev.darkroom.request.Problem;
import dev.darkroom.request.RequestParser;
import dev.darkroom.snapshot.Rehearsal;
import dev.darkroom.store.DynamoDb;
import dev.darkroom.task.StoreUnavailableException;
import dev.darkroom.task.Task;
import dev.darkroom.task.TaskStore;
import dev.darkroom.task.UserId;
import dev.darkroom.view.TaskView;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** {@code POST /api/generate/submit}: validates an image request, records it and submits it to APIDot. */
public final class SubmitHandler extends HttpFunction {
    private static final String IDEMPOTENCY_KEY = "idempotency-key";

    private final Environment environment;
    private final boolean acceptSubmits;
    private final RequestParser parser;
    private final Submission submission;

    /** On Lambda. */
    public SubmitHandler() {
        Environment environment = Environment.ofProcess();
        Log log = Log.toStandardOutput();
        this(environment, submission(environment, log), log);
        Rehearsal.beforeSnapshot(SubmitHandler::of, SubmitRehearsal::scenes, Greeting::dynamoDb);
    }

    public SubmitHandler(Environment environment, Submission submission, Log log) {
        super(log);
        this.environment = environment;
        this.acceptSubmits = environment.flag("ACCEPT_SUBMITS", true);
        this.parser = RequestParser.of(environment);
        this.submission = submission;
    }

    public static SubmitHandler of(Environment environment, Log log) {
        return new SubmitHandler(environment, submission(environment, log), log);
    }

    private static Submission submission(Environment environment, Log log) {
        TrustedHosts trusted = TrustedHosts.of(environment);
        TaskStore store = DynamoDb.open(environment);
        return new Submission(
                Timing.of(environment),
                environment.integer("DAILY_CREDIT_LIMIT", 2000, 0, Integer.MAX_VALUE),
                store,
                new Sources(
                        environment,
                        store,
                        new OutsideHttp(trusted),
                        new PresignedUrls(environment),
                        trusted,
                        InstantSource.system(),
                        log)::check,
                ApiDot.of(environment, trusted),
                CallbackUrls.of(environment, trusted),
                Thread::sleep,
                InstantSource.system(),
                new SecureRandom(),
                log);
    }

    @Override
    protected HttpAnswer answer(HttpRequest request) {
        Optional<UserId> user = Caller.of(request, environment);
        if (user.isEmpty()) {
            return refuse(ApiError.noUser());
        }
        if (!acceptSubmits) {
            return refuse(ApiError.unavailable("New submits are stopped for now. Try again later."));
        }
        return switch (RequestBody.ofJson(request)) {
            case RequestBody.Refused(ApiError error) -> refuse(error);
            case RequestBody.Text(String text) ->
                submit(user.get(), parser.parse(text), request.headers().get(IDEMPOTENCY_KEY));
        };
    }

    private HttpAnswer submit(UserId user, Parsed<ImageRequest> parsed, @Nullable String header) {
        IdempotencyKey key =
                header == null ? null : IdempotencyKey.parse(header).orElse(null);
        List<Problem> badKey = header != null && key == null
                ? List.of(new Problem("Idempotency-Key", "must be 1 to 255 visible ASCII characters"))
                : List.of();
        // The answer reports problems of the body and of the key together.
        return switch (parsed) {
            case Parsed.Invalid<ImageRequest>(List<Problem> problems) ->
                refuse(ApiError.invalidRequest(
                        Stream.concat(problems.stream(), badKey.stream()).toList()));
            case Parsed.Valid<ImageRequest>(ImageRequest request) ->
                badKey.isEmpty() ? submit(user, request, key) : refuse(ApiError.invalidRequest(badKey));
        };
    }

    private HttpAnswer submit(UserId user, ImageRequest request, @Nullable IdempotencyKey key) {
        try {
            return answer(submission.submit(user, request, key));
        } catch (StoreUnavailableException e) {
            log.error("storage_unavailable").cause(e).write();
            return refuse(ApiError.unavailable(
                    "The request could not be recorded, so nothing was submitted or paid. Try again later."));
        }
    }

    private HttpAnswer answer(Submitted submitted) {
        return switch (submitted) {
            case Submitted.Refused(ApiError error) -> refuse(error);
            case Submitted.Accepted(Task task) ->
                Answers.ok(Json.object()
                        .put("task_id", task.id().value())
                        .put("status", "not_started")
                        .put("created_time", TaskView.time(task.createdAt()))
                        .put("model", task.model())
                        .put("credits", task.credits())
                        .put("resolution", task.resolution())
                        .build());
        };
    }

    /** Logs, counts and answers the error. */
    @Override
    protected HttpAnswer refuse(ApiError error) {
        log.info("submit_rejected")
                .with("type", error.type())
                .metric(rejection(error.type()), 1)
                .write();
        return Answers.error(error);
    }

    private static Metric rejection(ApiError.Type type) {
        return switch (type) {
            case INVALID_REQUEST -> Metric.SUBMITS_REJECTED_INVALID_REQUEST;
            case AUTHENTICATION_ERROR -> Metric.SUBMITS_REJECTED_AUTHENTICATION_ERROR;
            case INSUFFICIENT_CREDITS -> Metric.SUBMITS_REJECTED_INSUFFICIENT_CREDITS;
            case IDEMPOTENCY_CONFLICT -> Metric.SUBMITS_REJECTED_IDEMPOTENCY_CONFLICT;
            case CONFLICT -> Metric.SUBMITS_REJECTED_CONFLICT;
            case PAYLOAD_TOO_LARGE -> Metric.SUBMITS_REJECTED_PAYLOAD_TOO_LARGE;
            case UNSUPPORTED_MEDIA_TYPE -> Metric.SUBMITS_REJECTED_UNSUPPORTED_MEDIA_TYPE;
            case IDEMPOTENCY_MISMATCH -> Metric.SUBMITS_REJECTED_IDEMPOTENCY_MISMATCH;
            case RATE_LIMITED -> Metric.SUBMITS_REJECTED_RATE_LIMITED;
            case UPSTREAM_ERROR -> Metric.SUBMITS_REJECTED_UPSTREAM_ERROR;
            case UNAVAILABLE -> Metric.SUBMITS_REJECTED_UNAVAILABLE;
            case FORBIDDEN, NOT_FOUND -> throw new IllegalStateException("a submit is never answered so");
        };
    }
}
