package dev.darkroom.notify;

import static org.assertj.core.api.Assertions.assertThat;

import com.standardwebhooks.Webhook;
import dev.darkroom.config.Environment;
import dev.darkroom.json.Json;
import dev.darkroom.local.apidot.Callback;
import dev.darkroom.local.apidot.ReceiverAnswer;
import dev.darkroom.local.apidot.Settings;
import dev.darkroom.local.apidot.SimulatedApiDot;
import dev.darkroom.local.aws.DynamoDbServer;
import dev.darkroom.log.Log;
import dev.darkroom.net.NameLookup;
import dev.darkroom.net.OutsideHttp;
import dev.darkroom.net.TestHost;
import dev.darkroom.net.TrustedHosts;
import dev.darkroom.task.CallbackStatus;
import dev.darkroom.task.Task;
import dev.darkroom.task.TaskId;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/**
 * One task's callback to a receiver that misbehaves, followed to its end: real table, real HTTP, the sweep and the notifier's own code,
 * with time moved by hand from one attempt to the next.
 */
class ReceiverFaultsTest {
    private static final List<Duration> WAITS = Stream.of(5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400)
            .map(Duration::ofSeconds)
            .toList();
    private static final String SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

    /** Where the receiver answers; it never comes to that. */
    private static final Duration ENOUGH = Duration.ofSeconds(10);

    /** Where it never does. */
    private static final Duration SHORT = Duration.ofMillis(250);

    private static final AtomicInteger NUMBER = new AtomicInteger();
    private static DynamoDbServer server;
    private static DynamoDbClient dynamoDb;
    private static SimulatedApiDot simulated;
    private static TestHost raw;
    private static int nobody;

    @BeforeAll
    static void start() throws Exception {
        InetSocketAddress free = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        server = DynamoDbServer.start(free);
        dynamoDb = EndedTasks.client(server);
        simulated = SimulatedApiDot.start(free, Settings.quick("key"));
        raw = new TestHost();
        raw.on("/drips", (request, out) -> {
            byte[] head = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
            for (byte each : head) {
                out.write(each);
                out.flush();
                Thread.sleep(1000);
            }
        });
        raw.on("/nonsense", (request, out) -> out.write("I am no web server\r\n".getBytes(StandardCharsets.US_ASCII)));
        try (ServerSocket closed = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            nobody = closed.getLocalPort();
        }
    }

    @AfterAll
    static void stop() throws IOException {
        raw.close();
        simulated.close();
        dynamoDb.close();
        server.close();
    }

    /** One callback and its world. */
    private static final class Run implements InstantSource {
        final long seed = new Random().nextLong();
        final Random random = new Random(seed);
        final String name = "r" + NUMBER.incrementAndGet();
        final ByteArrayOutputStream lines = new ByteArrayOutputStream();
        final Log log = new Log(new PrintStream(lines, true, StandardCharsets.UTF_8), this);
        // The official library compares with the machine's clock, so the story begins now.
        Instant now = Instant.now();
        final EndedTasks tasks = new EndedTasks(dynamoDb, "tasks-" + name, this);
        final Notification notification;
        final TaskId task;

        Run(String url, Duration attempt, OutsideHttp http) {
            System.out.println(name + ": seed " + seed);
            notification = new Notification(
                    tasks.store(),
                    http,
                    WebhookSecrets.of(new Environment(Map.of(WebhookSecrets.SETTING, SECRET))),
                    attempt,
                    Schedule.of(new Environment(Map.of())),
                    EndedTasks.RETENTION,
                    image -> "https://bucket.example/" + image.key() + "?X-Amz-Signature=presigned",
                    () -> UUID.randomUUID().toString(),
                    this,
                    random,
                    log);
            task = tasks.finished("task-0123456789abcdef-" + name, url);
        }

        @Override
        public Instant instant() {
            return now;
        }

        Task read() {
            return tasks.read(task);
        }

        Instant dueAt() {
            return Optional.ofNullable(read().dueAt()).orElseThrow();
        }

        /** Nothing happens before the time; at it, the sweep wakes the task for the notifier. */
        void wake() {
            Instant due = dueAt();
            now = due.minusMillis(1);
            assertThat(tasks.swept(log)).isZero();
            now = due;
            assertThat(tasks.swept(log)).isOne();
        }

        List<Json.Obj> said() {
            return lines.toString(StandardCharsets.UTF_8)
                    .lines()
                    .map(Run::parsed)
                    .filter(line -> "client_callback".equals(line.string("event")))
                    .toList();
        }

        private static Json.Obj parsed(String line) {
            try {
                return (Json.Obj) Json.parse(line);
            } catch (Exception e) {
                throw new AssertionError(e);
            }
        }
    }

    private static OutsideHttp http() {
        return new OutsideHttp(
                TrustedHosts.parse(
                        "TRUSTED_HOSTS",
                        List.of("localhost:" + simulated.port(), "127.0.0.1:" + raw.port(), "localhost:" + nobody)),
                NameLookup.system());
    }

    private static ReceiverAnswer answer(int status) {
        return ReceiverAnswer.status(status, 0);
    }

    private static ReceiverAnswer asksFor(int status, String retryAfter) {
        return new ReceiverAnswer(status, retryAfter, null, Duration.ZERO, false, 0, 0, 0);
    }

    private static ReceiverAnswer body(int status, long bytes, int bytesPerSecond) {
        return new ReceiverAnswer(status, null, null, Duration.ZERO, false, bytes, bytesPerSecond, 0);
    }

    /** Follows a callback that never succeeds through its whole schedule. */
    private static void expectEveryAttempt(Run run, Duration leastAsked) {
        for (int attempt = 1; attempt <= WAITS.size(); attempt++) {
            run.notification.notify(run.task);
            // A stream may bring a record twice; somebody has it already.
            run.notification.notify(run.task);
            Task waiting = run.read();
            assertThat(waiting.callbackStatus()).isEqualTo(CallbackStatus.WAITING);
            assertThat(waiting.callbackAttempts()).isEqualTo(attempt);
            Duration wait = WAITS.get(attempt - 1);
            Duration least = leastAsked.compareTo(wait) > 0 ? leastAsked : wait;
            Duration most = leastAsked.compareTo(wait.multipliedBy(11).dividedBy(10)) > 0
                    ? leastAsked
                    : wait.multipliedBy(11).dividedBy(10);
            assertThat(run.dueAt()).isBetween(millis(run.now.plus(least)), run.now.plus(most));
            run.wake();
        }
        run.notification.notify(run.task);
        expectEnd(run, CallbackStatus.FAILED, WAITS.size() + 1);
        assertThat(run.said())
                .extracting(line -> line.string("outcome"))
                .containsExactly(Stream.concat(WAITS.stream().map(_ -> "retried"), Stream.of("given_up"))
                        .toArray(String[]::new));
    }

    private static Instant millis(Instant time) {
        return Instant.ofEpochMilli(time.toEpochMilli());
    }

    private static void expectEnd(Run run, CallbackStatus status, int attempts) {
        Task ended = run.read();
        assertThat(ended.callbackStatus()).isEqualTo(status);
        assertThat(ended.callbackAttempts()).isEqualTo(attempts);
        assertThat(ended.dueAt()).isNull();
        assertThat(ended.isExpired(run.now.plus(EndedTasks.RETENTION).minusSeconds(1)))
                .isFalse();
        assertThat(ended.isExpired(run.now.plus(EndedTasks.RETENTION))).isTrue();
        run.now = run.now.plus(Duration.ofDays(30));
        assertThat(run.tasks.swept(run.log)).isZero();
        String log = run.lines.toString(StandardCharsets.UTF_8);
        assertThat(log)
                .isNotBlank()
                .doesNotContain("://", "localhost", "receiver", "whsec", SECRET.substring(6), "v1,", "X-Amz")
                .doesNotContain(EndedTasks.PROMPT);
    }

    /** What arrived is the same message each time: id and body stay, time and signature are the attempt's own. */
    private static void expectTheSameMessage(List<Callback> callbacks, TaskId task) throws Exception {
        for (Callback callback : callbacks) {
            assertThat(callback.id()).isEqualTo(task.value());
            assertThat(callback.body()).isEqualTo(callbacks.getFirst().body());
            long timestamp = Long.parseLong(header(callback, "webhook-timestamp"));
            assertThat(header(callback, "webhook-signature"))
                    .isEqualTo(new Webhook(SECRET).sign(callback.id(), timestamp, callback.body()));
        }
        assertThat(callbacks)
                .extracting(callback -> header(callback, "webhook-timestamp"))
                .doesNotHaveDuplicates();
    }

    private static String header(Callback callback, String name) {
        return Objects.requireNonNull(callback.headers().get(name), name);
    }

    static List<Arguments> answersThatAreNone() {
        Duration none = Duration.ZERO;
        Duration day = Duration.ofDays(1);
        ReceiverAnswer redirect =
                new ReceiverAnswer(302, null, simulated.receiverUrl("elsewhere"), Duration.ZERO, false, 0, 0, 0);
        ReceiverAnswer toPrivate =
                new ReceiverAnswer(302, null, "http://169.254.169.254/latest", Duration.ZERO, false, 0, 0, 0);
        return List.of(
                Arguments.of("500", answer(500), ENOUGH, none),
                Arguments.of("404", answer(404), ENOUGH, none),
                Arguments.of("302 to another receiver", redirect, ENOUGH, none),
                Arguments.of("302 to a private address", toPrivate, ENOUGH, none),
                Arguments.of("429 with a shorter wait", asksFor(429, "3"), ENOUGH, none),
                Arguments.of("429 with Retry-After", asksFor(429, "4000"), ENOUGH, Duration.ofSeconds(4000)),
                Arguments.of("503 that asks for a week", asksFor(503, "604800"), ENOUGH, day),
                Arguments.of(
                        "503 until a far date",
                        asksFor(503, httpDate(Instant.now().plus(Duration.ofDays(99)))),
                        ENOUGH,
                        day),
                Arguments.of("500 with 1 GB", body(500, 1L << 30, 0), ENOUGH, none),
                Arguments.of(
                        "hangs", new ReceiverAnswer(200, null, null, Duration.ofHours(1), false, 0, 0, 0), SHORT, none),
                Arguments.of("cuts", new ReceiverAnswer(200, null, null, Duration.ZERO, true, 0, 0, 0), ENOUGH, none));
    }

    private static String httpDate(Instant time) {
        return DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ROOT)
                .format(time.atZone(ZoneOffset.UTC));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("answersThatAreNone")
    void a_receiver_that_does_not_take_it_is_tried_by_the_whole_schedule(
            String fault, ReceiverAnswer answer, Duration attempt, Duration leastAsked) throws Exception {
        Run run = new Run(simulated.receiverUrl("r" + (NUMBER.get() + 1)), attempt, http());
        simulated.receiver().answer(run.name, answer);
        expectEveryAttempt(run, leastAsked);
        assertThat(simulated.receiver().callbacks(run.name)).hasSize(WAITS.size() + 1);
        expectTheSameMessage(simulated.receiver().callbacks(run.name), run.task);
        assertThat(simulated.receiver().received("elsewhere")).isZero();
    }

    static List<Arguments> hostsThatAreNone() {
        return List.of(
                Arguments.of("refuses", "http://localhost:" + nobody + "/", ENOUGH, "connection_failed"),
                Arguments.of("no TLS", "https://localhost:" + simulated.port() + "/", ENOUGH, "tls_failed"),
                Arguments.of("no HTTP", raw.url("/nonsense"), ENOUGH, "connection_failed"),
                Arguments.of("an answer of one byte a second", raw.url("/drips"), SHORT, "timed_out"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("hostsThatAreNone")
    void a_host_that_does_not_answer_is_tried_by_the_whole_schedule(
            String fault, String url, Duration attempt, String trouble) {
        Run run = new Run(url, attempt, http());
        expectEveryAttempt(run, Duration.ZERO);
        assertThat(run.said())
                .allSatisfy(line -> assertThat(line.string("trouble")).isEqualTo(trouble));
    }

    static List<Arguments> answersThatCount() {
        return List.of(
                Arguments.of("200", answer(200), ENOUGH, CallbackStatus.DELIVERED, "delivered"),
                Arguments.of("204", answer(204), ENOUGH, CallbackStatus.DELIVERED, "delivered"),
                Arguments.of("200 with 1 GB", body(200, 1L << 30, 0), ENOUGH, CallbackStatus.DELIVERED, "delivered"),
                Arguments.of(
                        "200, then one byte a second",
                        body(200, 1000, 1),
                        SHORT,
                        CallbackStatus.DELIVERED,
                        "delivered"),
                Arguments.of("410", answer(410), ENOUGH, CallbackStatus.FAILED, "given_up"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("answersThatCount")
    void an_answer_that_counts_ends_it_at_once(
            String name, ReceiverAnswer answer, Duration attempt, CallbackStatus status, String outcome)
            throws Exception {
        Run run = new Run(simulated.receiverUrl("r" + (NUMBER.get() + 1)), attempt, http());
        simulated.receiver().answer(run.name, answer);
        run.notification.notify(run.task);
        expectEnd(run, status, 1);
        assertThat(run.said()).extracting(line -> line.string("outcome")).containsExactly(outcome);
        assertThat(simulated.receiver().received(run.name)).isOne();
        expectTheSameMessage(simulated.receiver().callbacks(run.name), run.task);
    }

    @Test
    void a_receiver_that_recovers_is_told_and_the_delay_is_counted() throws Exception {
        Run run = new Run(simulated.receiverUrl("r" + (NUMBER.get() + 1)), ENOUGH, http());
        simulated.receiver().answer(run.name, ReceiverAnswer.status(500, 2));
        Instant ended = run.now;
        for (int attempt = 1; attempt <= 2; attempt++) {
            run.notification.notify(run.task);
            run.wake();
        }
        run.notification.notify(run.task);
        long delay = Duration.between(millis(ended), run.now).toMillis();
        expectEnd(run, CallbackStatus.DELIVERED, 3);
        assertThat(run.said())
                .extracting(
                        line -> line.string("outcome"),
                        line -> line.integer("attempt"),
                        line -> line.integer("delay_millis"))
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple("retried", 1L, null),
                        org.assertj.core.groups.Tuple.tuple("retried", 2L, null),
                        org.assertj.core.groups.Tuple.tuple("delivered", 3L, delay));
        expectTheSameMessage(simulated.receiver().callbacks(run.name), run.task);
    }

    @Test
    void an_attempt_whose_worker_died_is_made_again_after_its_lease() {
        Run run = new Run(simulated.receiverUrl("r" + (NUMBER.get() + 1)), ENOUGH, http());
        assertThat(run.tasks.store().write(dev.darkroom.task.Notifying.claim(run.task, "dead", run.now)))
                .isInstanceOf(dev.darkroom.task.Written.Applied.class);
        run.notification.notify(run.task);
        assertThat(simulated.receiver().received(run.name)).isZero();
        run.wake();
        run.notification.notify(run.task);
        expectEnd(run, CallbackStatus.DELIVERED, 2);
        assertThat(simulated.receiver().received(run.name)).isOne();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"127.0.0.1", "10.1.2.3", "169.254.169.254", "192.168.1.1", "::1", "fd00::1", "8.8.8.8 127.0.0.1"
            })
    void a_name_that_leads_to_a_private_address_is_never_connected_to(String addresses) throws Exception {
        try (ServerSocket inside = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            OutsideHttp http = new OutsideHttp(TrustedHosts.none(), name -> lookedUp(name, addresses));
            Run run = new Run("https://innocent.example:" + inside.getLocalPort() + "/hook", ENOUGH, http);
            expectEveryAttempt(run, Duration.ZERO);
            assertThat(run.said())
                    .allSatisfy(line -> assertThat(line.string("trouble")).isEqualTo("forbidden"));
            inside.setSoTimeout(1);
            assertThat(org.assertj.core.api.Assertions.catchThrowable(inside::accept))
                    .isInstanceOf(java.net.SocketTimeoutException.class);
        }
    }

    private static List<InetAddress> lookedUp(String name, String addresses) throws UnknownHostException {
        assertThat(name).isEqualTo("innocent.example");
        List<InetAddress> found = new ArrayList<>();
        for (String address : addresses.split(" ")) {
            found.add(InetAddress.ofLiteral(address));
        }
        return found;
    }
}
