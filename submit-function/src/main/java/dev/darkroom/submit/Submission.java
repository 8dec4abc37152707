package dev.darkroom.submit;

import dev.darkroom.apidot.ApiDot;
import dev.darkroom.apidot.CallbackUrls;
import dev.darkroom.apidot.Pause;
import dev.darkroom.apidot.SubmitOutcome;
import dev.darkroom.config.Timing;
import dev.darkroom.json.Json;
import dev.darkroom.lambda.ApiError;
import dev.darkroom.log.Log;
import dev.darkroom.log.Metric;
import dev.darkroom.request.ImageRequest;
import dev.darkroom.request.Parsed;
import dev.darkroom.request.Price;
import dev.darkroom.request.Problem;
import dev.darkroom.request.Source;
import dev.darkroom.task.Deleting;
import dev.darkroom.task.Item;
import dev.darkroom.task.Recorded;
import dev.darkroom.task.StoreUnavailableException;
import dev.darkroom.task.Submitting;
import dev.darkroom.task.Task;
import dev.darkroom.task.TaskId;
import dev.darkroom.task.TaskState;
import dev.darkroom.task.TaskStore;
import dev.darkroom.task.UpstreamTaskId;
import dev.darkroom.task.UserId;
import dev.darkroom.task.Write;
import dev.darkroom.task.Written;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Handles one valid request: known already? → source images → record → upstream → upstream's id. It sends nothing before the
 * record exists. It sends again only if upstream certainly has not accepted the first attempt. Thread-safe.
 *
 * @param dailyCreditLimit of a user and UTC day; 0 for none
 */
public record Submission(
        Timing timing,
        long dailyCreditLimit,
        TaskStore store,
        SourceCheck sources,
        ApiDot apiDot,
        CallbackUrls callbackUrls,
        Pause pause,
        InstantSource clock,
        RandomGenerator random,
        Log log) {
    /** SubmitFunction's time-out. Until then the first submit with a key may still be running. */
    public static final Duration FUNCTION_TIMEOUT = Duration.ofSeconds(29);

    /** By then the client has its answer, whatever upstream does. */
    private static final Duration ANSWER_LIMIT = Duration.ofSeconds(19);

    /**
     * By then the last write begins. It may take four seconds, and after it a lost upstream id must be logged before the
     * function's time is over.
     */
    private static final Duration WRITE_LIMIT = Duration.ofSeconds(24);

    /** Short, because the client waits for its 503. */
    private static final Duration REMOVAL_LIMIT = Duration.ofSeconds(5);

    private static final Duration SOURCES_LIMIT = Duration.ofSeconds(8);

    /** Checks source images before money is spent: {@link Sources#check}. */
    @FunctionalInterface
    public interface SourceCheck {
        Parsed<List<String>> check(UserId user, List<Source> sources, Duration limit);
    }

    /** @throws StoreUnavailableException before anything was sent upstream, so the client may try again */
    Submitted submit(UserId user, ImageRequest request, @Nullable IdempotencyKey key) {
        Instant start = clock.instant();
        TaskId id = key == null ? TaskId.random(random) : TaskId.of(user, key.value());
        if (key != null) {
            Optional<Task> known = store.read(id);
            if (known.isPresent() && !known.get().isExpired(start)) {
                return again(known.get(), request);
            }
        }
        return switch (sources.check(user, request.sources(), SOURCES_LIMIT)) {
            case Parsed.Invalid<List<String>>(List<Problem> problems) ->
                new Submitted.Refused(ApiError.invalidRequest(problems));
            case Parsed.Valid<List<String>>(List<String> imageUrls) -> submit(id, user, request, imageUrls, start);
        };
    }

    private Submitted submit(TaskId id, UserId user, ImageRequest request, List<String> imageUrls, Instant start) {
        Write.Update record = record(id, user, request);
        Task recorded = new Task(record.apply(Item.ABSENT));
        return switch (recordOrNothing(record, recorded)) {
            case Recorded.OverBudget _ ->
                refused(
                        ApiError.Type.INSUFFICIENT_CREDITS,
                        "The daily credit limit does not cover this request. A new day begins at midnight UTC.");
            case Written.Refused(Item item) -> again(new Task(item), request);
            case Written.Applied _ -> send(recorded, request.upstreamBody(imageUrls, callbackUrls.of(id)), start);
        };
    }

    private Write.Update record(TaskId id, UserId user, ImageRequest request) {
        Price price = request.price();
        return Submitting.record(
                new Submitting.NewTask(
                        id,
                        user,
                        request.model().text(),
                        request.canonical().text(),
                        price.credits(),
                        price.resolution().text(),
                        request.callbackUrl(),
                        TaskId.random(random).value()),
                clock.instant(),
                timing.firstPoll(),
                timing.submitDeadline(),
                dailyCreditLimit > 0);
    }

    /**
     * Writes the record. If the table does not answer, the record may exist anyway. This removes it, so that a repeated submit
     * does not find a task that was never sent.
     */
    private Recorded recordOrNothing(Write.Update record, Task recorded) {
        try {
            return store.record(record, dailyCreditLimit);
        } catch (StoreUnavailableException e) {
            remove(recorded, clock.instant().plus(REMOVAL_LIMIT));
            throw e;
        }
    }

    /** The answer to a repeated submit, given the first submit's task. */
    private Submitted again(Task first, ImageRequest request) {
        if (!isOf(first, request)) {
            return refused(
                    ApiError.Type.IDEMPOTENCY_MISMATCH,
                    "This Idempotency-Key belongs to another request. Use a new key.");
        }
        if (first.state().isGone()) {
            return refused(
                    ApiError.Type.CONFLICT,
                    "The task of this Idempotency-Key was deleted. Use a new key to submit again.");
        }
        Duration rest = Duration.between(clock.instant(), first.createdAt().plus(FUNCTION_TIMEOUT));
        return first.state() == TaskState.SUBMITTING && rest.isPositive()
                ? new Submitted.Refused(ApiError.retryLater(
                        ApiError.Type.IDEMPOTENCY_CONFLICT,
                        "The first request with this Idempotency-Key is still running. Try again later.",
                        rest))
                : new Submitted.Accepted(first);
    }

    private static boolean isOf(Task first, ImageRequest request) {
        String canonical = request.canonical().text();
        return first.state().isGone()
                ? Deleting.requestHash(first.id(), canonical, request.callbackUrl())
                        .equals(first.requestHash())
                : first.request().equals(canonical) && Objects.equals(first.callbackUrl(), request.callbackUrl());
    }

    private Submitted send(Task recorded, Json.Obj body, Instant start) {
        Instant sent = clock.instant();
        Duration limit = Duration.between(sent, start.plus(ANSWER_LIMIT));
        Instant writtenBy = start.plus(WRITE_LIMIT);
        SubmitOutcome outcome = apiDot.submit(body, limit);
        long latency = Duration.between(sent, clock.instant()).toMillis();
        return switch (outcome) {
            case SubmitOutcome.Accepted(UpstreamTaskId upstream) -> {
                keep(recorded, upstream, writtenBy);
                log.info("submit_accepted")
                        .task(recorded.id())
                        .metric(Metric.SUBMITS_ACCEPTED, 1)
                        .metric(Metric.CREDITS_ACCEPTED, recorded.credits())
                        .metric(Metric.UPSTREAM_SUBMIT_LATENCY, latency)
                        .write();
                yield new Submitted.Accepted(recorded);
            }
            case SubmitOutcome.Unknown(SubmitOutcome.Why why) -> {
                log.warn("submit_unknown")
                        .task(recorded.id())
                        .with("why", why)
                        .metric(Metric.SUBMITS_UNKNOWN, 1)
                        .metric(Metric.CREDITS_ACCEPTED, recorded.credits())
                        .metric(Metric.UPSTREAM_SUBMIT_LATENCY, latency)
                        .write();
                yield new Submitted.Accepted(recorded);
            }
            case SubmitOutcome.Refused refusal -> {
                refused(refusal.reason())
                        .task(recorded.id())
                        .with("reason", refusal.reason())
                        .metric(Metric.UPSTREAM_SUBMIT_LATENCY, latency)
                        .write();
                remove(recorded, writtenBy);
                yield new Submitted.Refused(error(refusal));
            }
        };
    }

    /** A warning, not an error: a refused key and an empty balance have alarms of their own. */
    private Log.Event refused(SubmitOutcome.Reason reason) {
        return switch (reason) {
            case BAD_KEY -> log.warn("submit_refused").metric(Metric.UPSTREAM_KEY_REFUSALS, 1);
            case INSUFFICIENT_CREDITS -> log.warn("submit_refused").metric(Metric.UPSTREAM_BALANCE_EMPTY, 1);
            case INVALID_REQUEST, RATE_LIMITED, UNAVAILABLE, OTHER_REFUSAL -> log.warn("submit_refused");
        };
    }

    private static Submitted refused(ApiError.Type type, String message) {
        return new Submitted.Refused(ApiError.of(type, message));
    }

    private static ApiError error(SubmitOutcome.Refused refusal) {
        Duration retryAfter = refusal.retryAfter() == null ? ApiError.RETRY_AFTER : refusal.retryAfter();
        return switch (refusal.reason()) {
            case INVALID_REQUEST -> ApiError.of(ApiError.Type.INVALID_REQUEST, refusal.message());
            case INSUFFICIENT_CREDITS -> ApiError.of(ApiError.Type.INSUFFICIENT_CREDITS, refusal.message());
            case RATE_LIMITED -> ApiError.retryLater(ApiError.Type.RATE_LIMITED, refusal.message(), retryAfter);
            case UNAVAILABLE -> ApiError.retryLater(ApiError.Type.UNAVAILABLE, refusal.message(), retryAfter);
            // The client cannot repair our key, and must learn nothing about it.
            case BAD_KEY ->
                ApiError.of(
                        ApiError.Type.UPSTREAM_ERROR,
                        "The image service refused this service. Only the operator of this service can change that.");
            case OTHER_REFUSAL -> ApiError.of(ApiError.Type.UPSTREAM_ERROR, refusal.message());
        };
    }

    /** Records upstream's id. If the write fails, the log has both ids, and the webhook brings the id again. */
    private void keep(Task recorded, UpstreamTaskId upstream, Instant by) {
        if (!isKept(recorded, upstream, by)) {
            log.error("upstream_id_not_recorded")
                    .task(recorded.id())
                    .upstream(upstream)
                    .write();
        }
    }

    private boolean isKept(Task recorded, UpstreamTaskId upstream, Instant by) {
        Optional<Written> written =
                persistently(Submitting.accepted(recorded, upstream, clock.instant(), timing.firstPoll()), by);
        if (written.isPresent() && written.get() instanceof Written.Refused(Item item)) {
            Optional<Write.Update> authority =
                    Submitting.acceptedAfterAll(item, recorded.id(), upstream, clock.instant());
            if (authority.isEmpty()) {
                return upstream.equals(new Task(item).upstreamTaskId());
            }
            written = persistently(authority.get(), by);
        }
        return written.isPresent() && written.get() instanceof Written.Applied;
    }

    /** Removes the task. If the write fails, the task fails at the submit deadline, and its user gets the credits back then. */
    private void remove(Task recorded, Instant by) {
        switch (persistently(Submitting.refused(recorded), by).orElse(null)) {
            case Written.Applied _ -> {}
            // A webhook has named an upstream task meanwhile, or another submit with the same key came first.
            case Written.Refused _ ->
                log.warn("refused_task_goes_on").task(recorded.id()).write();
            case null ->
                log.error("refused_task_not_removed").task(recorded.id()).write();
        }
    }

    /** Repeats a write until it is done or refused; empty if the time is over. Then no write begins. */
    private Optional<Written> persistently(Write write, Instant by) {
        Duration wait = Duration.ofMillis(100);
        while (!clock.instant().isAfter(by)) {
            try {
                return Optional.of(store.write(write));
            } catch (StoreUnavailableException e) {
                log.warn("write_repeated").task(write.task()).cause(e).write();
            }
            if (clock.instant().plus(wait).isAfter(by)) {
                return Optional.empty();
            }
            try {
                pause.wait(wait);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return Optional.empty();
            }
            wait = wait.multipliedBy(2);
        }
        return Optional.empty();
    }
}
