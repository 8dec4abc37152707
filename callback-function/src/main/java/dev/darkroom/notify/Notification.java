package dev.darkroom.notify;

import dev.darkroom.json.Json;
import dev.darkroom.log.Log;
import dev.darkroom.log.Metric;
import dev.darkroom.net.Exchange;
import dev.darkroom.net.OutsideHttp;
import dev.darkroom.net.RetryAfter;
import dev.darkroom.task.Attribute;
import dev.darkroom.task.CallbackResult;
import dev.darkroom.task.CallbackResult.Unanswered;
import dev.darkroom.task.Item;
import dev.darkroom.task.Notifying;
import dev.darkroom.task.Task;
import dev.darkroom.task.TaskId;
import dev.darkroom.task.TaskStore;
import dev.darkroom.task.Write;
import dev.darkroom.task.Written;
import dev.darkroom.view.TaskView;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Tells a client that its task has ended: claim → POST → one write. After a crash in between the client gets the callback again,
 * under the same id. No callback is lost. Thread-safe.
 *
 * @param attempt how long a receiver has for one attempt: {@link #ATTEMPT}, or less in tests
 * @param claims new ids, one for each claim
 */
public record Notification(
        TaskStore store,
        OutsideHttp http,
        WebhookSecrets secrets,
        Duration attempt,
        Schedule schedule,
        Duration retention,
        UnaryOperator<String> downloads,
        Supplier<String> claims,
        InstantSource clock,
        RandomGenerator random,
        Log log) {
    /** How long a receiver has for one attempt, with connecting. */
    public static final Duration ATTEMPT = Duration.ofSeconds(10);

    /** Limits writes at once, so that no write of a large batch times out in a cold start. */
    private static final Semaphore WRITES = new Semaphore(16);

    private enum Outcome {
        DELIVERED,
        RETRIED,
        GIVEN_UP
    }

    /**
     * The result of one attempt.
     *
     * @param retryAfter how long the receiver asked to wait; null if it did not
     */
    private record Attempt(CallbackResult result, @Nullable Duration retryAfter) {}

    /** Sends the task's callback if it is due. Does nothing if another worker holds it or has sent it. */
    public void notify(TaskId id) {
        Write.Update claim = Notifying.claim(id, claims.get(), clock.instant());
        if (write(claim) instanceof Written.Applied(Item item)) {
            Task task = new Task(item);
            conclude(task, attempt(task));
        }
    }

    private Attempt attempt(Task task) {
        try {
            return switch (send(task)) {
                case Exchange.Answered<OutsideHttp.PostAnswer>(OutsideHttp.PostAnswer answer) ->
                    new Attempt(
                            new CallbackResult.Answered(answer.status()),
                            RetryAfter.read(answer.retryAfter(), clock.instant()));
                case Exchange.Failed<OutsideHttp.PostAnswer>(Exchange.Trouble trouble, boolean _) ->
                    new Attempt(unanswered(trouble), null);
                case Exchange.NotAllowed<OutsideHttp.PostAnswer> _ -> new Attempt(Unanswered.URL_NOT_ALLOWED, null);
            };
        } catch (RuntimeException e) {
            // A bug of ours must not keep a callback from the end of its schedule.
            log.error("unexpected_failure").task(task.id()).cause(e).write();
            return new Attempt(Unanswered.NOT_SENT, null);
        }
    }

    private static Unanswered unanswered(Exchange.Trouble trouble) {
        return switch (trouble) {
            case NAME_NOT_RESOLVED -> Unanswered.NAME_NOT_RESOLVED;
            case ADDRESS_NOT_PUBLIC -> Unanswered.ADDRESS_NOT_PUBLIC;
            case CONNECTION_FAILED -> Unanswered.CONNECTION_FAILED;
            case TLS_FAILED -> Unanswered.TLS_FAILED;
            case TIMED_OUT -> Unanswered.TIMED_OUT;
        };
    }

    private Exchange<OutsideHttp.PostAnswer> send(Task task) {
        String url = Optional.ofNullable(task.callbackUrl()).orElseThrow();
        String body = Json.object()
                .put("code", 200)
                .put("data", TaskView.ended(task, downloads))
                .build()
                .text();
        return http.post(
                url,
                secrets.headers(task.id().value(), clock.instant(), body),
                body.getBytes(StandardCharsets.UTF_8),
                attempt);
    }

    private void conclude(Task task, Attempt attempt) {
        Log.Event event = log.info("client_callback").task(task.id()).with("attempt", task.callbackAttempts());
        switch (attempt.result()) {
            case CallbackResult.Answered(int status) -> {
                event.with("http_status", status);
                if (status / 100 == 2) {
                    delivered(task, attempt, event);
                } else if (status == 410) {
                    givenUp(task, attempt, event);
                } else {
                    again(task, attempt, event);
                }
            }
            // A URL that is not allowed now was allowed at its submit, so this may change back.
            case Unanswered trouble -> again(task, attempt, event.with("trouble", trouble));
        }
    }

    private void delivered(Task task, Attempt attempt, Log.Event event) {
        Instant now = clock.instant();
        // Only the first conclusion sets the expiry. A callback that is sent again has one already.
        if (task.item().number(Attribute.EXPIRES_AT) == null) {
            long delay = Duration.between(task.updatedAt(), now).toMillis();
            event.with("delay_millis", delay).metric(Metric.CLIENT_CALLBACK_DELAY, delay);
        }
        event.with("outcome", Outcome.DELIVERED).metric(Metric.CLIENT_CALLBACKS_DELIVERED, 1);
        record(Notifying.delivered(task, attempt.result(), now, retention), event);
    }

    private void again(Task task, Attempt attempt, Log.Event event) {
        Instant now = clock.instant();
        Optional<Instant> next = schedule.next(now, task.callbackAttempts(), attempt.retryAfter(), random.nextDouble());
        if (next.isPresent()) {
            event.with("outcome", Outcome.RETRIED).metric(Metric.CLIENT_CALLBACKS_RETRIED, 1);
            record(Notifying.again(task, attempt.result(), next.get()), event);
        } else {
            givenUp(task, attempt, event);
        }
    }

    private void givenUp(Task task, Attempt attempt, Log.Event event) {
        event.with("outcome", Outcome.GIVEN_UP).metric(Metric.CLIENT_CALLBACKS_GIVEN_UP, 1);
        record(Notifying.givenUp(task, attempt.result(), clock.instant(), retention), event);
    }

    /** Logs what was recorded, so that each outcome counts once. After a lost lease another worker's attempt counts. */
    private void record(Write.Update write, Log.Event event) {
        switch (write(write)) {
            case Written.Applied _ -> event.write();
            case Written.Refused _ ->
                log.warn("client_callback_lease_lost").task(write.task()).write();
        }
    }

    private Written write(Write.Update write) {
        WRITES.acquireUninterruptibly();
        try {
            return store.write(write);
        } finally {
            WRITES.release();
        }
    }
}
