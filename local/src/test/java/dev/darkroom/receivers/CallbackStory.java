package dev.darkroom.receivers;

import static org.assertj.core.api.Assertions.assertThat;

import com.standardwebhooks.Webhook;
import dev.darkroom.apidot.HandClock;
import dev.darkroom.config.Environment;
import dev.darkroom.json.Json;
import dev.darkroom.json.JsonException;
import dev.darkroom.local.apidot.Callback;
import dev.darkroom.log.Log;
import dev.darkroom.net.OutsideHttp;
import dev.darkroom.notify.Notification;
import dev.darkroom.notify.Schedule;
import dev.darkroom.notify.WebhookSecrets;
import dev.darkroom.sweep.Sweep;
import dev.darkroom.task.CallbackStatus;
import dev.darkroom.task.Task;
import dev.darkroom.task.TaskId;
import dev.darkroom.testing.NewTasks;
import dev.darkroom.testing.Stores;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import java.util.stream.Stream;

/** One ended task, its client's receiver, and a clock moved by hand. Not thread-safe. */
final class CallbackStory {
    static final String SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

    /** The documented default, written out; the code under test uses its own. */
    static final List<Duration> WAITS = Stream.of(5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400)
            .map(Duration::ofSeconds)
            .toList();

    private final ByteArrayOutputStream lines = new ByteArrayOutputStream();

    // The official library compares times with the machine's clock, so the story starts at the real time.
    final HandClock clock = HandClock.fromNow();

    private final Log log = new Log(new PrintStream(lines, true, StandardCharsets.UTF_8), clock);
    final NewTasks tasks = new NewTasks(new Stores().own);
    private final Notification notification;
    private final TaskId task;

    CallbackStory(String callbackUrl, Duration attempt, OutsideHttp http) {
        long seed = new Random().nextLong();
        System.out.println("callback story: seed " + seed);
        notification = new Notification(
                tasks.store(),
                http,
                WebhookSecrets.of(new Environment(Map.of("CLIENT_WEBHOOK_SECRETS", SECRET))),
                attempt,
                Schedule.of(new Environment(Map.of())),
                NewTasks.RETENTION,
                key -> "https://bucket.example/" + key + "?X-Amz-Signature=presigned",
                () -> UUID.randomUUID().toString(),
                clock,
                new Random(seed),
                log);
        task = tasks.finished(clock.instant(), callbackUrl).id();
    }

    TaskId task() {
        return task;
    }

    /** Wakes the notifier for a due task, as the stream does. */
    void attempt() {
        notification.notify(task);
    }

    /** Moves the clock to the task's due time, and checks that nothing happens earlier. */
    void isTriedAgain() {
        assertThat(tasks.read(task).callbackStatus()).isEqualTo(CallbackStatus.WAITING);
        clock.moveTo(dueAt().minusMillis(1));
        assertThat(swept()).isZero();
    }

    /** Lets the sweep wake the task for the notifier. */
    void passTimeUntilDue() {
        clock.moveTo(dueAt());
        assertThat(swept()).isOne();
    }

    /** Runs the sweep and returns the number of tasks that it woke. */
    private long swept() {
        Sweep.Swept swept =
                new Sweep(tasks.store(), clock, log).run(clock.instant().plus(Duration.ofHours(1)));
        assertThat(swept.complete()).isTrue();
        return swept.woken();
    }

    private Instant dueAt() {
        return Optional.ofNullable(tasks.read(task).dueAt()).orElseThrow();
    }

    /**
     * Follows a callback that never succeeds through its whole schedule.
     *
     * @param asked the waits that the receiver's answers ask for
     */
    void failsByTheWholeSchedule(Duration asked) {
        for (int attempt = 1; attempt <= WAITS.size(); attempt++) {
            attempt();
            // The stream may deliver a record twice: the second must not cause an attempt.
            attempt();
            Task waiting = tasks.read(task);
            assertThat(waiting.callbackStatus()).isEqualTo(CallbackStatus.WAITING);
            assertThat(waiting.callbackAttempts()).isEqualTo(attempt);
            Duration wait = WAITS.get(attempt - 1);
            assertThat(dueAt())
                    .isBetween(
                            clock.instant().plus(longer(asked, wait)),
                            clock.instant()
                                    .plus(longer(asked, wait.multipliedBy(11).dividedBy(10))));
            if (attempt == 1) {
                isTriedAgain();
            }
            passTimeUntilDue();
        }
        attempt();
        hasEnded(CallbackStatus.FAILED, WAITS.size() + 1);
        assertThat(said("outcome"))
                .containsExactlyElementsOf(Stream.concat(WAITS.stream().map(_ -> "retried"), Stream.of("given_up"))
                        .toList());
    }

    private static Duration longer(Duration one, Duration other) {
        return one.compareTo(other) > 0 ? one : other;
    }

    /** Checks that no work is left, that the record stays for its retention, and that the log has no secret. */
    void hasEnded(CallbackStatus status, int attempts) {
        Task ended = tasks.read(task);
        assertThat(ended.callbackStatus()).isEqualTo(status);
        assertThat(ended.callbackAttempts()).isEqualTo(attempts);
        assertThat(ended.dueAt()).isNull();
        assertThat(ended.isExpired(clock.instant().plus(NewTasks.RETENTION).minusSeconds(1)))
                .isFalse();
        assertThat(ended.isExpired(clock.instant().plus(NewTasks.RETENTION))).isTrue();
        clock.move(Duration.ofDays(30));
        assertThat(swept()).isZero();
        assertThat(text())
                .isNotBlank()
                .doesNotContain("://", "localhost", "receiver", "whsec", SECRET.substring(6), "v1,", "X-Amz")
                .doesNotContain(NewTasks.PROMPT);
    }

    /** Returns a field of each log line about an attempt as text; null where a line has none. */
    List<String> said(String field) {
        return text().lines()
                .map(CallbackStory::parsed)
                .filter(line -> "client_callback".equals(line.string("event")))
                .map(line -> line.get(field) instanceof Json.Str(String value) ? value : "" + line.integer(field))
                .toList();
    }

    private String text() {
        return lines.toString(StandardCharsets.UTF_8);
    }

    private static Json.Obj parsed(String line) {
        try {
            return (Json.Obj) Json.parse(line);
        } catch (JsonException e) {
            throw new AssertionError(line, e);
        }
    }

    /**
     * Checks that all attempts sent one message: the same id and body, each with its own time and a signature that the official library
     * accepts.
     */
    void isOneMessage(List<Callback> arrived) throws Exception {
        for (Callback callback : arrived) {
            assertThat(callback.id()).isEqualTo(task.value());
            assertThat(callback.body()).isEqualTo(arrived.getFirst().body());
            long timestamp = Long.parseLong(header(callback, "webhook-timestamp"));
            assertThat(header(callback, "webhook-signature"))
                    .isEqualTo(new Webhook(SECRET).sign(callback.id(), timestamp, callback.body()));
        }
        assertThat(arrived)
                .extracting(callback -> header(callback, "webhook-timestamp"))
                .doesNotHaveDuplicates();
    }

    private static String header(Callback callback, String name) {
        return Objects.requireNonNull(callback.headers().get(name), name);
    }
}
