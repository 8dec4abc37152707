package dev.darkroom.apidot;

import static dev.darkroom.apidot.ScriptedServer.head;
import static dev.darkroom.apidot.ScriptedServer.json;
import static org.assertj.core.api.Assertions.assertThat;

import dev.darkroom.apidot.ScriptedServer.Reply;
import dev.darkroom.apidot.StatusRead.Failed;
import dev.darkroom.apidot.StatusRead.Finished;
import dev.darkroom.apidot.StatusRead.Kind;
import dev.darkroom.apidot.StatusRead.NotEnded;
import dev.darkroom.apidot.StatusRead.Trouble;
import dev.darkroom.apidot.StatusRead.UnknownTask;
import dev.darkroom.task.Progress;
import dev.darkroom.task.UpstreamStatus;
import dev.darkroom.task.UpstreamTaskId;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class StatusTest {
    private static final UpstreamTaskId ID = new UpstreamTaskId("task-1");
    private static final String KEY = "apidot-key-0123456789";
    private static final String FILE = "{\"file_url\":\"https://storage.example.com/a.webp\",\"file_type\":\"image\"}";
    private static final Finished FINISHED = new Finished(List.of("https://storage.example.com/a.webp"));

    record Row(String name, Reply reply, StatusRead read) {
        @Override
        public String toString() {
            return name;
        }
    }

    private static Row data(String fields, StatusRead read) {
        return new Row(fields, json(200, "{\"code\":200,\"data\":{" + fields + "}}"), read);
    }

    private static Row flat(String fields, StatusRead read) {
        return new Row("flat " + fields, json(200, "{" + fields + "}"), read);
    }

    private static Row trouble(String name, Reply reply, Kind kind) {
        return new Row(name, reply, new Trouble(kind));
    }

    private static NotEnded notEnded(UpstreamStatus status, @Nullable Integer percent) {
        return new NotEnded(new Progress(status, percent));
    }

    static Stream<Row> table() {
        String finished = "\"task_id\":\"task-1\",\"status\":\"finished\"";
        return Stream.of(
                data(finished + ",\"output\":{\"files\":[" + FILE + "]},\"error_message\":null", FINISHED),
                data(finished + ",\"files\":[" + FILE + "],\"progress\":100", FINISHED),
                data("\"status\":\"success\",\"output\":{\"files\":[]},\"files\":[" + FILE + "]", FINISHED),
                data("\"status\":\" Finished \",\"output\":null,\"files\":[" + FILE + "]", FINISHED),
                flat(finished + ",\"files\":[" + FILE + "]", FINISHED),
                flat(finished + ",\"output\":{\"files\":[" + FILE + "]}", FINISHED),
                new Row(
                        "files beside data",
                        json(200, "{\"data\":{" + finished + "},\"files\":[" + FILE + "]}"),
                        FINISHED),
                data(
                        finished + ",\"files\":[" + FILE + "," + FILE.replace("/a.", "/b.") + "]",
                        new Finished(
                                List.of("https://storage.example.com/a.webp", "https://storage.example.com/b.webp"))),
                data(
                        finished + ",\"files\":[" + FILE + ",{\"file_type\":\"image\"}]",
                        notEnded(UpstreamStatus.RUNNING, null)),
                data(finished + ",\"files\":[{\"file_url\":\" \"}]", notEnded(UpstreamStatus.RUNNING, null)),
                data(finished + ",\"files\":[],\"progress\":100", notEnded(UpstreamStatus.RUNNING, 100)),
                data(finished, notEnded(UpstreamStatus.RUNNING, null)),
                data("\"status\":\"not_started\",\"progress\":0", notEnded(UpstreamStatus.NOT_STARTED, 0)),
                data("\"status\":\"pending\"", notEnded(UpstreamStatus.NOT_STARTED, null)),
                data("\"status\":\"queued\"", notEnded(UpstreamStatus.NOT_STARTED, null)),
                data("\"status\":\"running\",\"progress\":42.9", notEnded(UpstreamStatus.RUNNING, 42)),
                data("\"status\":\"PROCESSING\",\"progress\":101", notEnded(UpstreamStatus.RUNNING, null)),
                data("\"status\":\"running\",\"progress\":-1", notEnded(UpstreamStatus.RUNNING, null)),
                data("\"status\":\"running\",\"progress\":1e999999", notEnded(UpstreamStatus.RUNNING, null)),
                data("\"status\":\"running\",\"progress\":\"7\"", notEnded(UpstreamStatus.RUNNING, null)),
                data("\"status\":\"dreaming\"", notEnded(UpstreamStatus.RUNNING, null)),
                flat("\"status\":\"running\"", notEnded(UpstreamStatus.RUNNING, null)),
                data(
                        "\"status\":\"failed\",\"files\":[],\"error_message\":\"against policy\"",
                        new Failed("against policy")),
                data("\"status\":\"failed\",\"error_message\":null", new Failed("APIDot gave no reason")),
                data("\"status\":\"failed\",\"error\":{\"message\":\"inner\"}", new Failed("inner")),
                data("\"status\":\"canceled\",\"message\":\"by hand\"", new Failed("by hand")),
                data("\"status\":\"cancelled\",\"files\":[" + FILE + "]", new Failed("APIDot gave no reason")),
                data(
                        "\"status\":\"failed\",\"error_message\":\"see https://x.example.com/?k=1 with " + KEY + "\"",
                        new Failed("see [masked] with [masked]")),
                data(
                        "\"task_id\":\"task-2\",\"status\":\"finished\",\"files\":[" + FILE + "]",
                        new Trouble(Kind.OTHER)),
                data("\"task_id\":\"task-1\"", new Trouble(Kind.OTHER)),
                trouble("status is a number", json(200, "{\"data\":{\"status\":1}}"), Kind.OTHER),
                new Row("404", json(404, "{\"detail\":\"no such task\"}"), new UnknownTask()),
                new Row("code 404", json(200, "{\"code\":404,\"message\":\"none\"}"), new UnknownTask()),
                trouble("401", json(401, ""), Kind.BAD_KEY),
                trouble("code 401", json(200, "{\"code\":401}"), Kind.BAD_KEY),
                trouble("402", json(402, ""), Kind.NO_CREDITS),
                trouble("403", json(403, ""), Kind.OTHER),
                trouble("408", json(408, ""), Kind.OTHER),
                trouble("429", json(429, "", "Retry-After: 9"), Kind.OTHER),
                trouble("500", json(500, "{\"data\":{" + finished + ",\"files\":[" + FILE + "]}}"), Kind.OTHER),
                trouble("503", json(503, "", "Retry-After: 9"), Kind.OTHER),
                trouble("302", json(302, "", "Location: https://elsewhere.example.com/"), Kind.OTHER),
                trouble("code 1", json(200, "{\"code\":1,\"data\":{\"status\":\"running\"}}"), Kind.OTHER),
                trouble("HTML", json(200, "<html>"), Kind.OTHER),
                trouble("an array", json(200, "[]"), Kind.OTHER),
                trouble("too deep", json(200, "{\"data\":" + "[".repeat(5000)), Kind.OTHER),
                trouble("body cut", new Reply.Bytes(head(200, "Content-Length: 999") + "{\"data\":{"), Kind.OTHER),
                trouble("over two MiB", new Reply.Endless(head(200, "X: y") + "{\"data\":{}"), Kind.OTHER),
                trouble("cut", new Reply.CutAfterReading(), Kind.OTHER));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("table")
    void what_a_status_answer_means(Row row) throws Exception {
        try (ScriptedServer server = new ScriptedServer(List.of(row.reply))) {
            assertThat(apiDot(server.url()).status(ID, Duration.ofSeconds(10))).isEqualTo(row.read);
            assertThat(server.requests).hasSize(1);
            assertThat(server.requests.getFirst())
                    .startsWith("GET /api/generate/status/task-1 HTTP/1.1\r\n")
                    .contains("\r\nAuthorization: Bearer " + KEY + "\r\n");
        }
    }

    @Test
    void no_connection_and_no_answer_are_trouble() throws Exception {
        assertThat(apiDot(URI.create("http://127.0.0.1:1")).status(ID, Duration.ofSeconds(5)))
                .isEqualTo(new Trouble(Kind.OTHER));
        try (ScriptedServer server = new ScriptedServer(List.of(new Reply.Hang("")))) {
            assertThat(apiDot(server.url()).status(ID, Duration.ofMillis(300))).isEqualTo(new Trouble(Kind.OTHER));
        }
    }

    @Test
    void an_id_stays_one_segment_of_the_path() throws Exception {
        try (ScriptedServer server = new ScriptedServer(List.of(json(404, "")))) {
            apiDot(server.url()).status(new UpstreamTaskId("../a/b?c=d#e%2f"), Duration.ofSeconds(10));
            assertThat(server.requests.getFirst())
                    .startsWith("GET /api/generate/status/..%2Fa%2Fb%3Fc%3Dd%23e%252f HTTP/1.1\r\n");
        }
    }

    private static ApiDot apiDot(URI url) {
        MovedClock clock = new MovedClock();
        return new ApiDot(url, KEY, clock, clock, new Random(7));
    }
}
