package dev.darkroom.notify;

import dev.darkroom.json.Json;
import dev.darkroom.log.Log;
import dev.darkroom.net.Exchange;
import dev.darkroom.net.OutsideHttp;
import dev.darkroom.net.RetryAfter;
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
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Tells a client that its task has ended: claim → POST → one write. A crash between the two means that the client is told
 * once more, under the same id, and never that it is not told. Thread-safe.
 */
public final class Notification {
    /** For one attempt, connecting included. */
    private static final Duration ATTEMPT = Duration.ofSeconds(10);

    private final TaskStore store;
    private final OutsideHttp http;
    private final WebhookSecrets secrets;
    private final Schedule schedule;
    private final Duration retention;
    private final TaskView.Downloads downloads;
    private final Supplier<String> claims;
    private final InstantSource clock;
    private final RandomGenerator random;
    private final Log log;

    public Notification(
            TaskStore store,
            OutsideHttp http,
            WebhookSecrets secrets,
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

    /** Sends the task's callback if it is due; does nothing when somebody else holds it or has sent it. */
    public void notify(TaskId id) {
        Write claim = Notifying.claim(id, claims.get(), clock.instant());
        if (store.write(claim) instanceof Written.Applied(Item item)) {
            Task task = new Task(item);
            conclude(task, send(task));
        }
    }

    private Exchange<OutsideHttp.PostAnswer> send(Task task) {
        String url = Optional.ofNullable(task.callbackUrl()).orElseThrow();
        String body = Json.object()
                .put("code", 200)
                .put("data", TaskView.ended(task, downloads).build())
                .build()
                .text();
        return http.post(
                url,
                secrets.headers(task.id().value(), clock.instant(), body),
                body.getBytes(StandardCharsets.UTF_8),
                ATTEMPT);
    }

    private void conclude(Task task, Exchange<OutsideHttp.PostAnswer> exchange) {
        switch (exchange) {
            case Exchange.Answered<OutsideHttp.PostAnswer>(OutsideHttp.PostAnswer answer) -> {
                if (answer.status() / 100 == 2) {
                    record(task, Outcome.DELIVERED, Notifying.delivered(task, clock.instant(), retention));
                } else if (answer.status() == 410) {
                    record(task, Outcome.GIVEN_UP, Notifying.givenUp(task, clock.instant(), retention));
                } else {
                    again(task, RetryAfter.read(answer.retryAfter().orElse(null), clock.instant()));
                }
            }
            case Exchange.Failed<OutsideHttp.PostAnswer> failed -> again(task, null);
            case Exchange.Forbidden<OutsideHttp.PostAnswer> forbidden -> again(task, null);
            case Exchange.HostNotListed<OutsideHttp.PostAnswer> notListed -> again(task, null);
        }
    }

    private void again(Task task, @Nullable Duration retryAfter) {
        Instant now = clock.instant();
        Optional<Instant> next = schedule.next(now, task.callbackAttempts(), retryAfter, random.nextDouble());
        if (next.isPresent()) {
            record(task, Outcome.RETRIED, Notifying.again(task, next.get()));
        } else {
            record(task, Outcome.GIVEN_UP, Notifying.givenUp(task, now, retention));
        }
    }

    private void record(Task task, Outcome outcome, Write write) {
        store.write(write);
        log.info("client_callback")
                .task(task.id())
                .with("outcome", outcome)
                .with("attempt", task.callbackAttempts())
                .write();
    }
}
