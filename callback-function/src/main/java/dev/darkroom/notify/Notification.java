package dev.darkroom.notify;

import dev.darkroom.json.Json;
import dev.darkroom.log.Log;
import dev.darkroom.log.Metric;
import dev.darkroom.net.Exchange;
import dev.darkroom.net.OutsideHttp;
import dev.darkroom.net.RetryAfter;
import dev.darkroom.task.Attribute;
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
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Tells a client that its task has ended: claim → POST → one write. A crash between the two means that the client is told
 * once more, under the same id, and never that it is not told. Thread-safe.
 */
public final class Notification {
    /** How long a receiver has for one attempt, connecting included. */
    public static final Duration ATTEMPT = Duration.ofSeconds(10);

    /** Writes at a time: of a large batch that starts cold, none may time out while it waits for the others' turn. */
    private static final int WRITES_AT_ONCE = 16;

    private final Semaphore writes = new Semaphore(WRITES_AT_ONCE);
    private final TaskStore store;
    private final OutsideHttp http;
    private final WebhookSecrets secrets;
    private final Duration attempt;
    private final Schedule schedule;
    private final Duration retention;
    private final TaskView.Downloads downloads;
    private final Supplier<String> claims;
    private final InstantSource clock;
    private final RandomGenerator random;
    private final Log log;

    /** @param attempt how long a receiver has for one attempt: {@link #ATTEMPT}, less where a test would wait for it */
    public Notification(
            TaskStore store,
            OutsideHttp http,
            WebhookSecrets secrets,
            Duration attempt,
            Schedule schedule,
            Duration retention,
            TaskView.Downloads downloads,
            Supplier<String> claims,
            InstantSource clock,
            RandomGenerator random,
            Log log) {
        this.store = store;
        this.http = http;
        this.secrets = secrets;
        this.attempt = attempt;
        this.schedule = schedule;
        this.retention = retention;
        this.downloads = downloads;
        this.claims = claims;
        this.clock = clock;
        this.random = random;
        this.log = log;
    }

    private enum Outcome {
        DELIVERED,
        RETRIED,
        GIVEN_UP
    }

    private enum Refusal {
        FORBIDDEN
    }

    /** Sends the task's callback if it is due; does nothing when somebody else holds it or has sent it. */
    public void notify(TaskId id) {
        Write claim = Notifying.claim(id, claims.get(), clock.instant());
        if (write(claim) instanceof Written.Applied(Item item)) {
            Task task = new Task(item);
            Exchange<OutsideHttp.PostAnswer> exchange;
            try {
                exchange = send(task);
            } catch (RuntimeException e) {
                // A mistake of ours must not keep a callback from the end of its schedule.
                log.error("unexpected_failure").task(id).cause(e).write();
                exchange = new Exchange.Failed<>(Exchange.Trouble.CONNECTION_FAILED);
            }
            conclude(task, exchange);
        }
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

    private void conclude(Task task, Exchange<OutsideHttp.PostAnswer> exchange) {
        Log.Event event = log.info("client_callback").task(task.id()).with("attempt", task.callbackAttempts());
        switch (exchange) {
            case Exchange.Answered<OutsideHttp.PostAnswer>(OutsideHttp.PostAnswer answer) -> {
                event.with("http_status", answer.status());
                if (answer.status() / 100 == 2) {
                    delivered(task, event);
                } else if (answer.status() == 410) {
                    givenUp(task, event);
                } else {
                    again(task, RetryAfter.read(answer.retryAfter().orElse(null), clock.instant()), event);
                }
            }
            case Exchange.Failed<OutsideHttp.PostAnswer>(Exchange.Trouble trouble) ->
                again(task, null, event.with("trouble", trouble));
            // It was allowed when it was submitted: what changed since then may change back.
            case Exchange.Forbidden<OutsideHttp.PostAnswer> forbidden ->
                again(task, null, event.with("trouble", Refusal.FORBIDDEN));
            case Exchange.Unreadable<OutsideHttp.PostAnswer> unreadable ->
                again(task, null, event.with("trouble", Refusal.FORBIDDEN));
            case Exchange.HostNotListed<OutsideHttp.PostAnswer> notListed ->
                again(task, null, event.with("trouble", Refusal.FORBIDDEN));
        }
    }

    private void delivered(Task task, Log.Event event) {
        Instant now = clock.instant();
        // A callback that an operator sends again was concluded before; the item has had its expiry since then.
        if (task.item().number(Attribute.EXPIRES_AT) == null) {
            long delay = Duration.between(task.updatedAt(), now).toMillis();
            event.with("delay_millis", delay).metric(Metric.CLIENT_CALLBACK_DELAY, delay);
        }
        event.with("outcome", Outcome.DELIVERED).metric(Metric.CLIENT_CALLBACKS_DELIVERED, 1);
        record(Notifying.delivered(task, now, retention), event);
    }

    private void again(Task task, @Nullable Duration retryAfter, Log.Event event) {
        Instant now = clock.instant();
        Optional<Instant> next = schedule.next(now, task.callbackAttempts(), retryAfter, random.nextDouble());
        if (next.isPresent()) {
            event.with("outcome", Outcome.RETRIED).metric(Metric.CLIENT_CALLBACKS_RETRIED, 1);
            record(Notifying.again(task, next.get()), event);
        } else {
            givenUp(task, event);
        }
    }

    private void givenUp(Task task, Log.Event event) {
        event.with("outcome", Outcome.GIVEN_UP).metric(Metric.CLIENT_CALLBACKS_GIVEN_UP, 1);
        record(Notifying.givenUp(task, clock.instant(), retention), event);
    }

    /** Says what was recorded, so that each outcome is counted once; after a lost lease somebody else's attempt counts. */
    private void record(Write write, Log.Event event) {
        switch (write(write)) {
            case Written.Applied applied -> event.write();
            case Written.Refused refused ->
                log.warn("client_callback_lease_lost").task(write.task()).write();
            case Written.OverBudget none -> throw new IllegalStateException("a callback costs nothing");
        }
    }

    private Written write(Write write) {
        writes.acquireUninterruptibly();
        try {
            return store.write(write);
        } finally {
            writes.release();
        }
    }
}
