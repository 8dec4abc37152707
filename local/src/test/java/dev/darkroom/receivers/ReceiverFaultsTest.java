package dev.darkroom.receivers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.darkroom.local.apidot.ReceiverAnswer;
import dev.darkroom.local.apidot.Settings;
import dev.darkroom.local.apidot.SimulatedApiDot;
import dev.darkroom.net.NameLookup;
import dev.darkroom.net.OutsideHttp;
import dev.darkroom.net.TestHost;
import dev.darkroom.net.TrustedHosts;
import dev.darkroom.task.CallbackStatus;
import dev.darkroom.task.Notifying;
import dev.darkroom.task.Written;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The callback to a receiver that misbehaves, from the first attempt to its end: real table, real HTTP, sweep and notifier. */
@Order(1)
class ReceiverFaultsTest {
    /** The time-out of one attempt where the receiver answers: long enough that it never ends an attempt. */
    private static final Duration ENOUGH = Duration.ofSeconds(10);

    /** The time-out of one attempt where the receiver never answers. */
    private static final Duration SHORT = Duration.ofMillis(250);

    private static final int ALL_ATTEMPTS = CallbackStory.WAITS.size() + 1;

    private static final Duration NOT_AT_ALL = Duration.ZERO;
    private static final Duration A_DAY = Duration.ofDays(1);

    private static final AtomicInteger STORIES = new AtomicInteger();

    @AutoClose
    private static SimulatedApiDot simulated;

    @BeforeAll
    static void start() throws Exception {
        InetSocketAddress free = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        simulated = SimulatedApiDot.start(free, Settings.quick("key"));
    }

    private static OutsideHttp http(int... ports) {
        List<String> trusted = new ArrayList<>(List.of("localhost:" + simulated.port()));
        for (int port : ports) {
            trusted.add("localhost:" + port);
        }
        return new OutsideHttp(TrustedHosts.parse("TRUSTED_HOSTS", trusted));
    }

    /** Returns how many attempts reach the receiver at least. On a slow machine a short time may end before the request arrives. */
    private static int fewest(Duration attempt) {
        return attempt.equals(ENOUGH) ? ALL_ATTEMPTS : 1;
    }

    private static String nextName() {
        return "story" + STORIES.incrementAndGet();
    }

    /** Returns a story whose receiver answers like this. */
    private static CallbackStory story(String name, ReceiverAnswer answer, Duration attempt) {
        simulated.receiver().answer(name, answer);
        return new CallbackStory(simulated.receiverUrl(name), attempt, http());
    }

    private static ReceiverAnswer retryAfter(int status, String wait) {
        return new ReceiverAnswer(status, wait, null, Duration.ZERO, false, 0, 0, 0);
    }

    private static ReceiverAnswer redirect(String location) {
        return new ReceiverAnswer(302, null, location, Duration.ZERO, false, 0, 0, 0);
    }

    private static ReceiverAnswer body(int status, long bytes, int bytesPerSecond) {
        return new ReceiverAnswer(status, null, null, Duration.ZERO, false, bytes, bytesPerSecond, 0);
    }

    static List<Arguments> faults() {
        ReceiverAnswer hangs = new ReceiverAnswer(200, null, null, Duration.ofHours(1), false, 0, 0, 0);
        ReceiverAnswer cuts = new ReceiverAnswer(200, null, null, Duration.ZERO, true, 0, 0, 0);
        return List.of(
                Arguments.of("500", ReceiverAnswer.status(500, 0), ENOUGH, NOT_AT_ALL),
                Arguments.of("404", ReceiverAnswer.status(404, 0), ENOUGH, NOT_AT_ALL),
                Arguments.of("302", redirect("http://169.254.169.254/latest/meta-data/"), ENOUGH, NOT_AT_ALL),
                Arguments.of("429 that asks for less", retryAfter(429, "3"), ENOUGH, NOT_AT_ALL),
                Arguments.of("429 that asks for more", retryAfter(429, "4000"), ENOUGH, Duration.ofSeconds(4000)),
                Arguments.of("503 that asks for a week", retryAfter(503, "604800"), ENOUGH, A_DAY),
                Arguments.of("503 that asks for no time", retryAfter(503, "soon"), ENOUGH, NOT_AT_ALL),
                Arguments.of("500 with 1 GB", body(500, 1L << 30, 0), ENOUGH, NOT_AT_ALL),
                Arguments.of("hangs", hangs, SHORT, NOT_AT_ALL),
                Arguments.of("cuts", cuts, ENOUGH, NOT_AT_ALL));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("faults")
    void a_receiver_that_does_not_take_it_is_tried_by_the_whole_schedule(
            String fault, ReceiverAnswer answer, Duration attempt, Duration asked) throws Exception {
        String name = nextName();
        CallbackStory story = story(name, answer, attempt);
        story.failsByTheWholeSchedule(asked);
        assertThat((int) simulated.receiver().received(name)).as(fault).isBetween(fewest(attempt), ALL_ATTEMPTS);
        story.isOneMessage(simulated.receiver().callbacks(name));
    }

    @Test
    void a_redirect_is_not_followed_even_to_where_a_callback_could_go() throws Exception {
        CallbackStory story = story(nextName(), redirect(simulated.receiverUrl("elsewhere")), ENOUGH);
        story.failsByTheWholeSchedule(NOT_AT_ALL);
        assertThat(simulated.receiver().received("elsewhere")).isZero();
    }

    @ParameterizedTest
    @CsvSource({
        "I am no web server, 0, 10000, connection_failed",
        "HTTP/1.1 200 OK one byte a second, 1000, 250, timed_out"
    })
    void a_host_that_does_not_speak_in_time_is_tried_by_the_whole_schedule(
            String words, long pauseMillis, long attemptMillis, String trouble) throws Exception {
        try (StrangeHost host = new StrangeHost(words + "\r\n", Duration.ofMillis(pauseMillis))) {
            CallbackStory story = new CallbackStory(
                    "http://localhost:" + host.port() + "/", Duration.ofMillis(attemptMillis), http(host.port()));
            story.failsByTheWholeSchedule(NOT_AT_ALL);
            assertThat(host.connections()).isBetween(fewest(Duration.ofMillis(attemptMillis)), ALL_ATTEMPTS);
            assertThat(story.said("trouble")).containsOnly(trouble);
        }
    }

    @Test
    void a_port_that_refuses_is_tried_by_the_whole_schedule() throws Exception {
        int port = TestHost.CLOSED_PORT;
        CallbackStory story = new CallbackStory("http://localhost:" + port + "/", ENOUGH, http(port));
        story.failsByTheWholeSchedule(NOT_AT_ALL);
        assertThat(story.said("trouble")).containsOnly("connection_failed");
    }

    @Test
    void a_host_without_tls_is_tried_by_the_whole_schedule() throws Exception {
        try (StrangeHost host = new StrangeHost("HTTP/1.1 400 This is no TLS\r\n\r\n", Duration.ZERO)) {
            CallbackStory story =
                    new CallbackStory("https://localhost:" + host.port() + "/", ENOUGH, http(host.port()));
            story.failsByTheWholeSchedule(NOT_AT_ALL);
            assertThat(story.said("trouble")).containsOnly("tls_failed");
        }
    }

    @Test
    void a_certificate_that_nobody_vouches_for_gets_no_callback(@TempDir Path folder) throws Exception {
        try (SelfSignedHost host = new SelfSignedHost(folder)) {
            CallbackStory story =
                    new CallbackStory("https://localhost:" + host.port() + "/", ENOUGH, http(host.port()));
            story.attempt();
            story.isTriedAgain();
            assertThat(story.said("trouble")).containsExactly("tls_failed");
            assertThat(host.requests()).isZero();
        }
    }

    static List<Arguments> answersThatCount() {
        return List.of(
                Arguments.of(ReceiverAnswer.status(204, 0), ENOUGH, CallbackStatus.DELIVERED, "delivered"),
                Arguments.of(body(200, 1L << 30, 0), ENOUGH, CallbackStatus.DELIVERED, "delivered"),
                // The status arrives in time, and the rest of the answer, which does not, is not read.
                Arguments.of(body(200, 1000, 1), ENOUGH, CallbackStatus.DELIVERED, "delivered"),
                Arguments.of(ReceiverAnswer.status(410, 0), ENOUGH, CallbackStatus.FAILED, "given_up"));
    }

    @ParameterizedTest
    @MethodSource("answersThatCount")
    void an_answer_that_counts_ends_it_at_once(
            ReceiverAnswer answer, Duration attempt, CallbackStatus status, String outcome) throws Exception {
        String name = nextName();
        CallbackStory story = story(name, answer, attempt);
        story.attempt();
        story.hasEnded(status, 1);
        assertThat(story.said("outcome")).containsExactly(outcome);
        assertThat(simulated.receiver().received(name)).isOne();
        story.isOneMessage(simulated.receiver().callbacks(name));
    }

    @Test
    void a_receiver_that_recovers_is_told_and_the_delay_is_counted() throws Exception {
        String name = nextName();
        CallbackStory story = story(name, ReceiverAnswer.status(500, 2), ENOUGH);
        long ended = story.clock.instant().toEpochMilli();
        for (int attempt = 1; attempt <= 2; attempt++) {
            story.attempt();
            story.passTimeUntilDue();
        }
        story.attempt();
        long delay = story.clock.instant().toEpochMilli() - ended;
        story.hasEnded(CallbackStatus.DELIVERED, 3);
        assertThat(story.said("outcome")).containsExactly("retried", "retried", "delivered");
        assertThat(story.said("attempt")).containsExactly("1", "2", "3");
        assertThat(story.said("http_status")).containsExactly("500", "500", "200");
        assertThat(story.said("delay_millis")).containsExactly("null", "null", "" + delay);
        story.isOneMessage(simulated.receiver().callbacks(name));
    }

    @Test
    void an_attempt_whose_worker_died_is_made_again_after_its_lease() {
        String name = nextName();
        CallbackStory story = story(name, ReceiverAnswer.OK, ENOUGH);
        assertThat(story.tasks.store().write(Notifying.claim(story.task(), "died", story.clock.instant())))
                .isInstanceOf(Written.Applied.class);
        story.attempt();
        assertThat(simulated.receiver().received(name)).isZero();
        story.passTimeUntilDue();
        story.attempt();
        story.hasEnded(CallbackStatus.DELIVERED, 2);
        assertThat(simulated.receiver().received(name)).isOne();
    }

    @ParameterizedTest
    @ValueSource(strings = {"10.1.2.3", "169.254.169.254", "::1", "fd00::1", "8.8.8.8 127.0.0.1"})
    void a_name_that_leads_to_a_private_address_is_not_sent_to(String addresses) {
        CallbackStory story = new CallbackStory("https://innocent.example/hook", ENOUGH, resolving(addresses));
        story.attempt();
        story.isTriedAgain();
        assertThat(story.said("trouble")).containsExactly("address_not_public");
    }

    @Test
    void a_name_that_leads_to_this_machine_is_never_connected_to() throws Exception {
        try (StrangeHost inside = new StrangeHost("HTTP/1.1 200 OK\r\n\r\n", Duration.ZERO)) {
            String url = "https://innocent.example:" + inside.port() + "/hook";
            CallbackStory story = new CallbackStory(url, ENOUGH, resolving("127.0.0.1"));
            story.failsByTheWholeSchedule(NOT_AT_ALL);
            assertThat(story.said("trouble")).containsOnly("address_not_public");
            assertThat(inside.connections()).isZero();
        }
    }

    private static OutsideHttp resolving(String addresses) {
        return new OutsideHttp(TrustedHosts.none(), (NameLookup) name -> lookedUp(name, addresses));
    }

    private static List<InetAddress> lookedUp(String name, String addresses) throws UnknownHostException {
        assertThat(name).isEqualTo("innocent.example");
        List<InetAddress> found = new ArrayList<>();
        for (String address : addresses.split(" ", -1)) {
            found.add(InetAddress.ofLiteral(address));
        }
        return found;
    }
}
