package dev.darkroom.apidot;

import static dev.darkroom.apidot.ScriptedServer.head;
import static dev.darkroom.apidot.ScriptedServer.json;
import static dev.darkroom.apidot.SubmitTest.ACCEPTED;
import static dev.darkroom.apidot.SubmitTest.BODY;
import static dev.darkroom.apidot.SubmitTest.KEY;
import static dev.darkroom.apidot.SubmitTest.LIMIT;
import static dev.darkroom.apidot.SubmitTest.OK;
import static dev.darkroom.apidot.SubmitTest.error;
import static dev.darkroom.apidot.SubmitTest.refused;
import static org.assertj.core.api.Assertions.assertThat;

import dev.darkroom.apidot.ScriptedServer.Reply;
import dev.darkroom.apidot.SubmitOutcome.Reason;
import dev.darkroom.apidot.SubmitOutcome.Unknown;
import dev.darkroom.apidot.SubmitOutcome.Why;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every row of the table "what upstream's answer means", and how often the request arrived. */
class SubmitAnswerTest {
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

    static Stream<Row> table() {
        String noReason = "APIDot refused the request without a reason";
        return Stream.of(
                row("200 with a task id", json(200, OK), ACCEPTED),
                row("201", json(201, OK), ACCEPTED),
                row("no code", json(200, "{\"data\":{\"task_id\":\"task-unified-1\"}}"), ACCEPTED),
                row("code 0", json(200, "{\"code\":0,\"data\":{\"task_id\":\"task-unified-1\"}}"), ACCEPTED),
                row("a code that is no error", json(200, OK.replace("200", "201")), ACCEPTED),
                row("a code that is no number", json(200, OK.replace("200", "\"ok\"")), ACCEPTED),
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
                row(
                        "401",
                        json(401, error(401, "key ap***89")),
                        refused(Reason.BAD_KEY, "APIDot does not accept our key")),
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
                        "503 in APIDot's shape, with its least code",
                        List.of(json(503, error(400, "busy")), json(200, OK)),
                        ACCEPTED,
                        2),
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
                unknown("200, id is no whole number", json(200, "{\"data\":{\"task_id\":7.5}}"), Why.NO_TASK_ID),
                unknown("200, id is an object", json(200, "{\"data\":{\"task_id\":{}}}"), Why.NO_TASK_ID),
                unknown("200, id is empty", json(200, "{\"data\":{\"task_id\":\"\"}}"), Why.NO_TASK_ID),
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
            // The hard limit is in real time: it is short only for servers that hang.
            boolean hangs = row.replies.getFirst() instanceof Reply.Hang;
            HandClock clock = new HandClock();
            ApiDot apiDot = new ApiDot(server.url(), KEY, clock, clock, new Random(7));
            SubmitOutcome outcome = apiDot.submit(BODY, hangs ? ApiDot.SHORTEST_ATTEMPT : LIMIT);

            assertThat(outcome).isEqualTo(row.outcome);
            if (row.arrivals < 0) {
                assertThat(server.requests).hasSizeGreaterThan(2);
            } else {
                assertThat(server.requests).hasSize(row.arrivals);
            }
        }
    }
}
