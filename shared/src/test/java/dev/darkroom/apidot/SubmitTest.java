package dev.darkroom.apidot;

import static dev.darkroom.apidot.ScriptedServer.head;
import static dev.darkroom.apidot.ScriptedServer.json;
import static org.assertj.core.api.Assertions.assertThat;

import dev.darkroom.apidot.ScriptedServer.Reply;
import dev.darkroom.apidot.SubmitOutcome.Accepted;
import dev.darkroom.apidot.SubmitOutcome.Reason;
import dev.darkroom.apidot.SubmitOutcome.Refused;
import dev.darkroom.apidot.SubmitOutcome.Unknown;
import dev.darkroom.apidot.SubmitOutcome.Why;
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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class SubmitTest {
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final String KEY = "apidot-key-0123456789";
    private static final String OK =
            "{\"code\":200,\"data\":{\"task_id\":\"task-unified-1\",\"status\":\"not_started\"}}";
    private static final Accepted ACCEPTED = new Accepted(new UpstreamTaskId("task-unified-1"));
    private static final Refused NO_CONNECTION = refused(Reason.UNAVAILABLE, "No connection to APIDot could be made");
    private static final Json.Obj BODY = Json.object()
            .put("model", "gpt-image-2")
            .put("callback_url", "https://callbacks.example.com/callbacks/apidot/task-1/c2lnbmF0dXJlLW9mLW91cnM")
            .put(
                    "input",
                    Json.object()
                            .put("prompt", "a lighthouse at dawn, \"oil\" on canvas")
                            .build())
            .build();

    private final MovedClock clock = new MovedClock();

    /** @param arrivals how often the request must have arrived; -1 for more than once */
    record Row(String name, List<Reply> replies, SubmitOutcome outcome, int arrivals) {
        @Override
        public String toString() {
            return name;
        }
    }

    private static Row row(String name, Reply reply, SubmitOutcome outcome) {
        return new Row(name, List.of(reply), outcome, 1);
    }

    private static Row unknown(String name, Reply reply, Why why) {
        return row(name, reply, new Unknown(why));
    }

    private static String error(int code, String message) {
        return "{\"code\":" + code + ",\"error\":{\"message\":\"" + message + "\",\"type\":\"some_error\"}}";
    }

    private static Refused refused(Reason reason, String message) {
        return refused(reason, message, null);
    }

    private static Refused refused(Reason reason, String message, @Nullable Integer retryAfterSeconds) {
        return new Refused(reason, message, retryAfterSeconds == null ? null : Duration.ofSeconds(retryAfterSeconds));
    }

    static Stream<Row> table() {
        String noReason = "APIDot refused the request without a reason";
        return Stream.of(
                row("200 with a task id", json(200, OK), ACCEPTED),
                row("201", json(201, OK), ACCEPTED),
                row("no code", json(200, "{\"data\":{\"task_id\":\"task-unified-1\"}}"), ACCEPTED),
                row("code 0", json(200, "{\"code\":0,\"data\":{\"task_id\":\"task-unified-1\"}}"), ACCEPTED),
                row("byte order mark", json(200, "\ufeff" + OK), ACCEPTED),
                row("no length, closed at the end", new Reply.Bytes(head(200, "X: y") + OK), ACCEPTED),
                row(
                        "chunked",
                        new Reply.Bytes(head(200, "Transfer-Encoding: chunked")
                                + Integer.toHexString(OK.length())
                                + "\r\n" + OK + "\r\n0\r\n\r\n"),
                        ACCEPTED),
                row("400", json(400, error(400, "bad size")), refused(Reason.INVALID_REQUEST, "bad size")),
                row("200 with code 400", json(200, error(400, "bad")), refused(Reason.INVALID_REQUEST, "bad")),
                row(
                        "code in a string decides too",
                        json(200, "{\"code\":\"402\",\"message\":\"poor\"}"),
                        refused(Reason.INSUFFICIENT_CREDITS, "poor")),
                row(
                        "code decides over a task id",
                        json(200, "{\"code\":400,\"message\":\"no\",\"data\":{\"task_id\":\"t\"}}"),
                        refused(Reason.INVALID_REQUEST, "no")),
                row(
                        "422 with a list of details",
                        json(422, "{\"detail\":[{\"loc\":[\"a\"],\"msg\":\"one\"},{\"msg\":\"two\"}]}"),
                        refused(Reason.INVALID_REQUEST, "one; two")),
                row(
                        "400 whose body hangs",
                        new Reply.Hang(head(400, "Content-Length: 99") + "half"),
                        refused(Reason.INVALID_REQUEST, "half")),
                row("402", json(402, error(402, "top up")), refused(Reason.INSUFFICIENT_CREDITS, "top up")),
                row("401", json(401, error(401, "bad key")), refused(Reason.BAD_KEY, "bad key")),
                row("403", json(403, "{\"detail\":\"no\"}"), refused(Reason.OTHER_REFUSAL, "no")),
                row("404", json(404, "<html>gone</html>"), refused(Reason.OTHER_REFUSAL, "<html>gone</html>")),
                row("409", json(409, ""), refused(Reason.OTHER_REFUSAL, noReason)),
                row("413", json(413, "{\"message\":\"long\"}"), refused(Reason.OTHER_REFUSAL, "long")),
                new Row("429 once", List.of(json(429, "slow"), json(200, OK)), ACCEPTED, 2),
                new Row("code 429 once", List.of(json(200, error(429, "slow")), json(200, OK)), ACCEPTED, 2),
                new Row("429 for ever", List.of(json(429, "slow")), refused(Reason.RATE_LIMITED, "slow"), -1),
                new Row(
                        "429 that asks for more time than there is",
                        List.of(json(429, "slow", "Retry-After: 60")),
                        refused(Reason.RATE_LIMITED, "slow", 60),
                        1),
                new Row("503 with Retry-After", List.of(json(503, "", "Retry-After: 2"), json(200, OK)), ACCEPTED, 2),
                new Row("503 in APIDot's shape", List.of(json(503, error(503, "busy")), json(200, OK)), ACCEPTED, 2),
                new Row(
                        "503 in APIDot's shape for ever",
                        List.of(json(503, error(503, "busy"))),
                        refused(Reason.UNAVAILABLE, "busy"),
                        -1),
                new Row(
                        "429, then the outcome is unknown: not sent a third time",
                        List.of(json(429, ""), new Reply.CutAfterReading(), json(200, OK)),
                        new Unknown(Why.CONNECTION_LOST),
                        2),
                unknown("503 of a proxy", json(503, "<html>busy</html>"), Why.UNCLEAR_STATUS),
                unknown("503 in another shape", json(503, "{\"code\":503,\"message\":\"x\"}"), Why.UNCLEAR_STATUS),
                unknown("503, unreadable Retry-After", json(503, "", "Retry-After: soon"), Why.UNCLEAR_STATUS),
                unknown("408", json(408, "Request timeout"), Why.UNCLEAR_STATUS),
                unknown("408 with Retry-After", json(408, "", "Retry-After: 1"), Why.UNCLEAR_STATUS),
                unknown("500", json(500, error(500, "oops")), Why.UNCLEAR_STATUS),
                unknown("502", json(502, ""), Why.UNCLEAR_STATUS),
                unknown("504", json(504, "", "Retry-After: 1"), Why.UNCLEAR_STATUS),
                unknown("529", json(529, ""), Why.UNCLEAR_STATUS),
                unknown("200 with code 500", json(200, error(500, "oops")), Why.UNCLEAR_STATUS),
                unknown("200 with code 1001", json(200, error(1001, "oops")), Why.UNCLEAR_STATUS),
                unknown("307 is not followed", json(307, "", "Location: /api/generate/submit"), Why.UNCLEAR_STATUS),
                unknown("304", new Reply.Bytes(head(304, "X: y")), Why.UNCLEAR_STATUS),
                unknown("200, empty", json(200, ""), Why.NO_TASK_ID),
                unknown("204", new Reply.Bytes(head(204, "X: y")), Why.NO_TASK_ID),
                unknown("200, HTML", json(200, "<html>"), Why.NO_TASK_ID),
                unknown("200, no id", json(200, "{\"code\":200,\"data\":{}}"), Why.NO_TASK_ID),
                unknown("200, id is a number", json(200, "{\"data\":{\"task_id\":7}}"), Why.NO_TASK_ID),
                unknown("200, id is empty", json(200, "{\"data\":{\"task_id\":\"\"}}"), Why.NO_TASK_ID),
                unknown("200, code 1", json(200, "{\"code\":1,\"data\":{\"task_id\":\"t\"}}"), Why.NO_TASK_ID),
                unknown(
                        "200, body cut",
                        new Reply.Bytes(head(200, "Content-Length: 99") + "{\"code\":"),
                        Why.NO_TASK_ID),
                unknown("200, endless body", new Reply.Endless(head(200, "X: y") + "{"), Why.NO_TASK_ID),
                unknown("cut when read", new Reply.CutAfterReading(), Why.CONNECTION_LOST),
                unknown("cut in the head", new Reply.Bytes("HTTP/1.1 20"), Why.CONNECTION_LOST),
                unknown("not HTTP", new Reply.Bytes("hello\r\n\r\n"), Why.CONNECTION_LOST),
                new Row(
                        "cut before it was read",
                        List.of(new Reply.CutBeforeReading()),
                        new Unknown(Why.CONNECTION_LOST),
                        0));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("table")
    void what_an_answer_means(Row row) throws Exception {
        try (ScriptedServer server = new ScriptedServer(row.replies)) {
            // The hard limit is real time: short only where the server hangs.
            boolean hangs = row.replies.getFirst() instanceof Reply.Hang;
            SubmitOutcome outcome = apiDot(server.url()).submit(BODY, hangs ? Duration.ofMillis(700) : LIMIT);

            assertThat(outcome).isEqualTo(row.outcome);
            if (row.arrivals < 0) {
                assertThat(server.requests).hasSizeGreaterThan(2);
            } else {
                assertThat(server.requests).hasSize(row.arrivals);
            }
        }
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
        assertThat(clock.pauses).hasSizeGreaterThan(2);
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
            SubmitOutcome outcome = realTime(server.url("https")).submit(BODY, Duration.ofMillis(500));
            assertThat(outcome).isEqualTo(NO_CONNECTION);
        }
    }

    @Test
    void no_time_sends_nothing() throws Exception {
        try (ScriptedServer server = new ScriptedServer(List.of(json(200, OK)))) {
            assertThat(apiDot(server.url()).submit(BODY, Duration.ZERO)).isInstanceOf(Refused.class);
            assertThat(server.connections).hasValue(0);
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
            SubmitOutcome outcome = realTime(server.url()).submit(BODY, Duration.ofMillis(700));
            assertThat(outcome).isInstanceOf(Unknown.class);
            assertThat(server.requests).hasSize(1);
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

            Duration first = clock.pauses.get(0);
            assertThat(first).isLessThanOrEqualTo(Duration.ofMillis(500));
            assertThat(clock.pauses.get(1)).isBetween(Duration.ofSeconds(3), Duration.ofSeconds(4));
            assertThat(first.plus(clock.pauses.get(1)).plus(clock.pauses.get(2)))
                    .isGreaterThanOrEqualTo(Duration.ofSeconds(9));
            assertThat(clock.pauses.stream().reduce(Duration.ZERO, Duration::plus))
                    .isLessThanOrEqualTo(LIMIT.minus(ApiDot.SHORTEST_REPEAT));
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
    void an_interrupt_ends_the_submit_and_stays_set() throws Exception {
        try (ScriptedServer server = new ScriptedServer(List.of(new Reply.Hang("")))) {
            Thread.currentThread().interrupt();
            SubmitOutcome outcome = apiDot(server.url()).submit(BODY, LIMIT);
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
