package dev.darkroom.apidot;

import static dev.darkroom.apidot.ScriptedServer.json;
import static org.assertj.core.api.Assertions.assertThat;

import dev.darkroom.apidot.ScriptedServer.Reply;
import dev.darkroom.apidot.SubmitOutcome.Accepted;
import dev.darkroom.apidot.SubmitOutcome.Reason;
import dev.darkroom.apidot.SubmitOutcome.Refused;
import dev.darkroom.apidot.SubmitOutcome.Unknown;
import dev.darkroom.json.Json;
import dev.darkroom.task.UpstreamTaskId;
import java.net.URI;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

@Order(1)
class SubmitTest {
    static final Duration LIMIT = Duration.ofSeconds(20);
    static final String KEY = "apidot-key-0123456789";
    static final String OK = "{\"code\":200,\"data\":{\"task_id\":\"task-unified-1\",\"status\":\"not_started\"}}";
    static final Accepted ACCEPTED = new Accepted(new UpstreamTaskId("task-unified-1"));
    private static final Refused NO_CONNECTION =
            refused(Reason.UNAVAILABLE, "APIDot cannot be reached. Try again later.");
    static final Json.Obj BODY = Json.object()
            .put("model", "gpt-image-2")
            .put("callback_url", "https://callbacks.example.com/callbacks/apidot/task-1/c2lnbmF0dXJlLW9mLW91cnM")
            .put(
                    "input",
                    Json.object()
                            .put("prompt", "a lighthouse at dawn, \"oil\" on canvas")
                            .build())
            .build();

    private final HandClock clock = new HandClock();

    static String error(int code, String message) {
        return "{\"code\":" + code + ",\"error\":{\"message\":\"" + message + "\",\"type\":\"some_error\"}}";
    }

    static Refused refused(Reason reason, String message) {
        return refused(reason, message, null);
    }

    static Refused refused(Reason reason, String message, @Nullable Integer retryAfterSeconds) {
        return new Refused(reason, message, retryAfterSeconds == null ? null : Duration.ofSeconds(retryAfterSeconds));
    }

    @Test
    void the_request_is_what_APIDot_documents_each_on_a_connection_of_its_own() throws Exception {
        try (ScriptedServer server = new ScriptedServer(List.of(json(200, OK)))) {
            ApiDot apiDot = apiDot(server.url());
            assertThat(apiDot.submit(BODY, LIMIT)).isEqualTo(ACCEPTED);
            assertThat(apiDot.submit(BODY, LIMIT)).isEqualTo(ACCEPTED);

            assertThat(server.connections).hasValue(2);
            assertThat(server.requests)
                    .hasSize(2)
                    .allSatisfy(request -> assertThat(request)
                            .startsWith("POST /api/generate/submit HTTP/1.1\r\n")
                            .contains("\r\nAuthorization: Bearer " + KEY + "\r\n")
                            .containsIgnoringCase("\r\nContent-Type: application/json")
                            .doesNotContainIgnoringCase("accept-encoding")
                            .endsWith("\r\n\r\n" + BODY.text()));
        }
    }

    @Test
    void a_base_url_with_a_path_keeps_it() throws Exception {
        try (ScriptedServer server = new ScriptedServer(List.of(json(200, OK)))) {
            apiDot(URI.create(server.url() + "/proxy")).submit(BODY, LIMIT);
            assertThat(server.requests.getFirst()).startsWith("POST /proxy/api/generate/submit ");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://127.0.0.1:1", "http://no-such-host.invalid", "https://127.0.0.1:1"})
    void a_connection_never_made_is_tried_again_and_then_refused(String nowhere) {
        assertThat(apiDot(URI.create(nowhere)).submit(BODY, LIMIT)).isEqualTo(NO_CONNECTION);
        assertThat(clock.waits()).hasSizeGreaterThan(2);
    }

    @Test
    void a_failed_TLS_handshake_is_a_connection_never_made() throws Exception {
        try (ScriptedServer server = new ScriptedServer(List.of(new Reply.Unasked("plain text")))) {
            assertThat(apiDot(server.url("https")).submit(BODY, LIMIT)).isEqualTo(NO_CONNECTION);
            assertThat(server.connections).hasValueGreaterThan(2);
        }
    }

    @Test
    void a_certificate_that_nobody_vouches_for_gets_neither_request_nor_key(@TempDir Path folder) throws Exception {
        char[] password = "changeit".toCharArray();
        Path file = folder.resolve("own.p12");
        Process keytool = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-alias",
                        "own",
                        "-keyalg",
                        "EC",
                        "-dname",
                        "CN=localhost",
                        "-ext",
                        "san=ip:127.0.0.1",
                        "-storetype",
                        "PKCS12",
                        "-storepass",
                        "changeit",
                        "-keystore",
                        file.toString())
                .inheritIO()
                .start();
        assertThat(keytool.waitFor()).isZero();
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(KeyStore.getInstance(file.toFile(), password), password);
        SSLContext tls = SSLContext.getInstance("TLS");
        tls.init(keys.getKeyManagers(), null, null);

        try (ScriptedServer server = new ScriptedServer(List.of(json(200, OK)), tls.getServerSocketFactory())) {
            assertThat(apiDot(server.url("https")).submit(BODY, LIMIT)).isEqualTo(NO_CONNECTION);
            assertThat(server.connections).hasValueGreaterThan(2);
            assertThat(server.requests).isEmpty();
        }
    }

    @Test
    void a_handshake_that_hangs_until_the_limit_sends_nothing() throws Exception {
        try (ScriptedServer server = new ScriptedServer(List.of(new Reply.Silence()))) {
            SubmitOutcome outcome = realTime(server.url("https")).submit(BODY, ApiDot.SHORTEST_ATTEMPT);
            assertThat(outcome).isEqualTo(NO_CONNECTION);
        }
    }

    @Test
    void too_little_time_for_an_answer_sends_nothing() throws Exception {
        try (ScriptedServer server = new ScriptedServer(List.of(json(200, OK)))) {
            for (Duration limit : List.of(
                    Duration.ofSeconds(-1), Duration.ZERO, ApiDot.SHORTEST_ATTEMPT.minus(Duration.ofMillis(1)))) {
                assertThat(apiDot(server.url()).submit(BODY, limit))
                        .isEqualTo(refused(Reason.UNAVAILABLE, "No time was left to ask APIDot"));
            }
            assertThat(server.connections).hasValue(0);
            assertThat(apiDot(server.url()).submit(BODY, ApiDot.SHORTEST_ATTEMPT))
                    .isEqualTo(ACCEPTED);
        }
    }

    static Stream<Reply> silences() {
        return Stream.of(
                new Reply.Hang(""), new Reply.Hang("HTTP/1.1 200 OK\r\n"), new Reply.Endless("HTTP/1.1 200 O"));
    }

    @ParameterizedTest
    @MethodSource("silences")
    void no_answer_within_the_limit_is_unknown_and_not_sent_again(Reply silence) throws Exception {
        try (ScriptedServer server = new ScriptedServer(List.of(silence))) {
            SubmitOutcome outcome = realTime(server.url()).submit(BODY, ApiDot.SHORTEST_ATTEMPT);
            assertThat(outcome).isInstanceOf(Unknown.class);
            assertThat(server.requests).hasSize(1);
        }
    }

    static Stream<Reply> failures() {
        return Stream.of(
                new Reply.CutBeforeReading(),
                new Reply.CutAfterReading(),
                new Reply.Bytes("no HTTP"),
                json(307, "", "Location: /api/generate/submit"),
                json(408, ""),
                json(500, ""),
                json(200, "{}"));
    }

    /** If connections were kept, the first submit would leave one that has died since. */
    @ParameterizedTest
    @MethodSource("failures")
    void a_submit_is_one_request_on_the_wire_whatever_fails_once_it_may_have_gone_out(Reply failure) throws Exception {
        try (ScriptedServer server = new ScriptedServer(List.of(json(200, OK), failure))) {
            ApiDot apiDot = apiDot(server.url());
            assertThat(apiDot.submit(BODY, LIMIT)).isEqualTo(ACCEPTED);
            assertThat(apiDot.submit(BODY, LIMIT)).isInstanceOf(Unknown.class);
            assertThat(server.connections).hasValue(2);
            assertThat(server.requests).hasSize(failure instanceof Reply.CutBeforeReading ? 1 : 2);
        }
    }

    @Test
    void waits_grow_never_undercut_Retry_After_and_leave_time_for_the_answer() throws Exception {
        try (ScriptedServer server = new ScriptedServer(List.of(
                json(429, ""),
                json(429, "", "Retry-After: 3"),
                json(429, "", "Retry-After: Sun, 22 Nov 2026 13:00:09 GMT"),
                json(429, "")))) {
            apiDot(server.url()).submit(BODY, LIMIT);

            Duration first = clock.waits().get(0);
            assertThat(first).isLessThanOrEqualTo(Duration.ofMillis(500));
            assertThat(clock.waits().get(1)).isBetween(Duration.ofSeconds(3), Duration.ofSeconds(4));
            assertThat(first.plus(clock.waits().get(1)).plus(clock.waits().get(2)))
                    .isGreaterThanOrEqualTo(Duration.ofSeconds(9));
            assertThat(clock.waits().stream().reduce(Duration.ZERO, Duration::plus))
                    .isLessThanOrEqualTo(LIMIT.minus(ApiDot.SHORTEST_ATTEMPT));
        }
    }

    @Test
    void a_wait_that_leaves_just_enough_time_for_an_answer_is_worth_it() throws Exception {
        // Without jitter, twenty seconds leave just the three that the shortest attempt needs.
        for (int wait : new int[] {17, 18}) {
            try (ScriptedServer server =
                    new ScriptedServer(List.of(json(429, "slow", "Retry-After: " + wait), json(200, OK)))) {
                HandClock still = new HandClock();
                ApiDot apiDot = new ApiDot(server.url(), KEY, still, still, () -> 0);
                assertThat(apiDot.submit(BODY, LIMIT))
                        .isEqualTo(wait == 17 ? ACCEPTED : refused(Reason.RATE_LIMITED, "slow", wait));
            }
        }
    }

    @Test
    void an_interrupt_ends_the_wait_for_another_attempt() throws Exception {
        try (ScriptedServer server = new ScriptedServer(List.of(json(429, "slow"), json(200, OK)))) {
            Pause interrupted = time -> {
                throw new InterruptedException();
            };
            ApiDot apiDot = new ApiDot(server.url(), KEY, interrupted, clock, new Random(7));
            assertThat(apiDot.submit(BODY, LIMIT)).isEqualTo(refused(Reason.RATE_LIMITED, "slow"));
            assertThat(Thread.interrupted()).isTrue();
        }
    }

    @Test
    void what_we_sent_is_masked_where_APIDot_echoes_it() throws Exception {
        String echo = "key " + KEY + " may not draw a lighthouse at dawn, 'oil' to "
                + "https://callbacks.example.com/callbacks/apidot/task-1/x or c2lnbmF0dXJlLW9mLW91cnM";
        try (ScriptedServer server = new ScriptedServer(List.of(json(400, error(400, echo))))) {
            assertThat(apiDot(server.url()).submit(BODY, LIMIT))
                    .isEqualTo(refused(
                            Reason.INVALID_REQUEST, "key [masked] may not draw [masked]'oil' to [masked] or [masked]"));
        }
    }

    @Test
    void an_interrupt_stays_set_and_is_no_answer() throws Exception {
        try (ScriptedServer server = new ScriptedServer(List.of(new Reply.Hang("")))) {
            Thread.currentThread().interrupt();
            SubmitOutcome outcome = apiDot(server.url()).submit(BODY, ApiDot.SHORTEST_ATTEMPT);
            assertThat(Thread.interrupted()).isTrue();
            assertThat(outcome).isNotInstanceOf(Accepted.class);
        }
    }

    private ApiDot apiDot(URI url) {
        return new ApiDot(url, KEY, clock, clock, new Random(7));
    }

    private static ApiDot realTime(URI url) {
        return new ApiDot(url, KEY, Thread::sleep, InstantSource.system(), new Random(7));
    }
}
