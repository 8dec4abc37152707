package dev.darkroom.apidot;

import static dev.darkroom.apidot.ScriptedServer.head;
import static dev.darkroom.apidot.ScriptedServer.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.darkroom.apidot.ScriptedServer.Reply;
import dev.darkroom.apidot.StatusRead.Failed;
import dev.darkroom.apidot.StatusRead.Finished;
import dev.darkroom.apidot.StatusRead.NotEnded;
import dev.darkroom.apidot.StatusRead.Odd;
import dev.darkroom.apidot.StatusRead.Trouble;
import dev.darkroom.config.ConfigurationException;
import dev.darkroom.config.Environment;
import dev.darkroom.net.TrustedHosts;
import dev.darkroom.task.Progress;
import dev.darkroom.task.UpstreamStatus;
import dev.darkroom.task.UpstreamTaskId;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
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

    private static Row trouble(String name, Reply reply, long code) {
        return new Row(name, reply, new Trouble(code));
    }

    private static NotEnded notEnded(UpstreamStatus status, @Nullable Integer percent) {
        return new NotEnded(new Progress(status, percent));
    }

    private static Odd missing() {
        return new Odd(false, Progress.NONE, "");
    }

    private static Odd otherTask() {
        return new Odd(true, Progress.NONE, "");
    }

    private static Odd oddWord(@Nullable Integer percent, String word) {
        return new Odd(true, new Progress(UpstreamStatus.RUNNING, percent), word);
    }

    private static Odd noFile(@Nullable Integer percent) {
        return new Odd(false, new Progress(UpstreamStatus.RUNNING, percent), "");
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
                data(finished + ",\"files\":[" + FILE + ",{\"file_type\":\"image\"}]", noFile(null)),
                data(finished + ",\"files\":[{\"file_url\":\" \"}]", noFile(null)),
                data(finished + ",\"files\":[{\"b64_json\":\"iVBORw0KGgo=\"}]", noFile(null)),
                data(finished + ",\"files\":[\"data:image/png;base64,iVBORw0KGgo=\"]", noFile(null)),
                data(finished + ",\"files\":[\"/files/a.png\"]", noFile(null)),
                data(finished + ",\"files\":[],\"progress\":100", noFile(100)),
                data(finished, noFile(null)),
                data("\"status\":\"not_started\",\"progress\":0", notEnded(UpstreamStatus.NOT_STARTED, 0)),
                data("\"status\":\"pending\"", notEnded(UpstreamStatus.NOT_STARTED, null)),
                data("\"status\":\"queued\"", notEnded(UpstreamStatus.NOT_STARTED, null)),
                data("\"status\":\"running\",\"progress\":42.9", notEnded(UpstreamStatus.RUNNING, 42)),
                data("\"status\":\"PROCESSING\",\"progress\":101", notEnded(UpstreamStatus.RUNNING, null)),
                data("\"status\":\"running\",\"progress\":-1", notEnded(UpstreamStatus.RUNNING, null)),
                data("\"status\":\"running\",\"progress\":1e999999", notEnded(UpstreamStatus.RUNNING, null)),
                data("\"status\":\"running\",\"progress\":\"7\"", notEnded(UpstreamStatus.RUNNING, 7)),
                data("\"status\":\"running\",\"progress\":\" 42.9 %\"", notEnded(UpstreamStatus.RUNNING, 42)),
                data("\"status\":\"running\",\"progress\":\"100%\"", notEnded(UpstreamStatus.RUNNING, 100)),
                data("\"status\":\"running\",\"progress\":\"101\"", notEnded(UpstreamStatus.RUNNING, null)),
                data("\"status\":\"running\",\"progress\":\"1e2\"", notEnded(UpstreamStatus.RUNNING, null)),
                data("\"status\":\"running\",\"progress\":\"half\"", notEnded(UpstreamStatus.RUNNING, null)),
                data("\"status\":\"running\",\"progress\":[7]", notEnded(UpstreamStatus.RUNNING, null)),
                data("\"status\":\"dreaming\",\"progress\":7", oddWord(7, "dreaming")),
                data("\"status\":3", oddWord(null, "3")),
                data("\"status\":true", oddWord(null, "true")),
                data("\"status\":{\"id\":\"a private id\"}", oddWord(null, "{}")),
                data("\"status\":[\"finished\"]", oddWord(null, "[]")),
                data(
                        "\"status\":\"" + "x".repeat(39) + " " + "y".repeat(39) + "\"",
                        oddWord(null, "x".repeat(39) + " " + "y".repeat(24))),
                data(
                        "\"status\":\"see https://x.example/?k=1 or " + KEY + "\"",
                        oddWord(null, "see [masked] or [masked]")),
                data("\"status\":\"dreaming\",\"state\":\"running\"", notEnded(UpstreamStatus.RUNNING, null)),
                data("\"status\":\"queued\",\"state\":\"running\"", notEnded(UpstreamStatus.RUNNING, null)),
                data(
                        "\"status\":\"finished\",\"state\":\"running\",\"files\":[" + FILE + "]",
                        oddWord(null, "finished running")),
                data(
                        "\"status\":\"failed\",\"state\":\"success\",\"files\":[" + FILE + "]",
                        oddWord(null, "failed success")),
                data("\"status\":\"\",\"files\":[" + FILE + "]", missing()),
                data("\"status\":null", missing()),
                new Row(
                        "an envelope that failed and a task that did not",
                        json(200, "{\"status\":\"error\",\"data\":{" + finished + ",\"files\":[" + FILE + "]}}"),
                        FINISHED),
                new Row(
                        "an envelope's success and a task that failed",
                        json(200, "{\"status\":\"success\",\"message\":\"ok\",\"data\":{\"status\":\"failed\"}}"),
                        new Failed("APIDot gave no reason")),
                new Row(
                        "an envelope's error is no end of a task",
                        json(200, "{\"status\":\"error\",\"data\":{\"task_id\":\"task-1\"}}"),
                        missing()),
                new Row(
                        "an envelope's unknown word is none of the task's",
                        json(200, "{\"status\":\"dreaming\",\"data\":{\"task_id\":\"task-1\"}}"),
                        missing()),
                new Row(
                        "the state beside the data",
                        json(200, "{\"status\":\"finished\",\"data\":{\"files\":[" + FILE + "]}}"),
                        FINISHED),
                new Row(
                        "code as text",
                        json(200, "{\"code\":\"200\",\"data\":{" + finished + ",\"files\":[" + FILE + "]}}"),
                        FINISHED),
                new Row(
                        "code as a word",
                        json(200, "{\"code\":\"Success\",\"data\":{" + finished + ",\"files\":[" + FILE + "]}}"),
                        FINISHED),
                new Row(
                        "code 1",
                        json(200, "{\"code\":1,\"data\":{\"status\":\"running\"}}"),
                        notEnded(UpstreamStatus.RUNNING, null)),
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
                data("\"task_id\":\"task-2\",\"status\":\"finished\",\"files\":[" + FILE + "]", otherTask()),
                data("\"task_id\":7,\"status\":\"finished\",\"files\":[" + FILE + "]", otherTask()),
                data("\"task_id\":\"task-1\"", missing()),
                data("\"status\":\"failed\",\"error\":\"plain\"", new Failed("plain")),
                data("\"status\":\"failed\",\"fail_reason\":\"so\"", new Failed("so")),
                trouble("404", json(404, "{\"detail\":\"no such task\"}"), 404),
                trouble("code 404", json(200, "{\"code\":404,\"message\":\"none\"}"), 404),
                trouble("401", json(401, ""), 401),
                trouble("code 401", json(200, "{\"code\":401}"), 401),
                trouble("402", json(402, ""), 402),
                trouble("403", json(403, ""), 403),
                trouble("408", json(408, ""), 408),
                trouble("429", json(429, "", "Retry-After: 9"), 429),
                trouble("500", json(500, "{\"data\":{" + finished + ",\"files\":[" + FILE + "]}}"), 500),
                trouble("503", json(503, "", "Retry-After: 9"), 503),
                trouble("302", json(302, "", "Location: https://elsewhere.example.com/"), 302),
                trouble("code -1", json(200, "{\"code\":-1,\"data\":{\"status\":\"running\"}}"), -1),
                trouble("code 300", json(200, "{\"code\":300,\"data\":{\"status\":\"running\"}}"), 300),
                trouble("code as any word", json(200, "{\"code\":\"no\",\"data\":{\"status\":\"failed\"}}"), -1),
                new Row("HTML", json(200, "<html>"), missing()),
                new Row("an array", json(200, "[]"), missing()),
                new Row("too deep", json(200, "{\"data\":" + "[".repeat(5000)), missing()),
                new Row("body cut", new Reply.Bytes(head(200, "Content-Length: 999") + "{\"data\":{"), missing()),
                new Row("over two MiB", new Reply.Endless(head(200, "X: y") + "{\"data\":{}"), missing()),
                trouble("cut", new Reply.CutAfterReading(), 0));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("table")
    void what_a_status_answer_means(Row row) throws Exception {
        try (ScriptedServer server = new ScriptedServer(List.of(row.reply))) {
            assertThat(apiDot(server.url()).status(ID, Duration.ofSeconds(10))).isEqualTo(row.read);
            assertThat(server.requests).hasSize(1);
            assertThat(server.requests.getFirst())
                    .startsWith("GET /api/generate/status/task-1 HTTP/1.1\r\n")
                    .contains("\r\nAuthorization: Bearer " + KEY + "\r\n", "\r\nAccept: application/json\r\n");
        }
    }

    @Test
    void no_connection_and_no_answer_are_trouble() throws Exception {
        assertThat(apiDot(URI.create("http://127.0.0.1:1")).status(ID, Duration.ofSeconds(5)))
                .isEqualTo(new Trouble(0));
        try (ScriptedServer server = new ScriptedServer(List.of(new Reply.Hang("")))) {
            assertThat(apiDot(server.url()).status(ID, Duration.ofMillis(300))).isEqualTo(new Trouble(0));
        }
    }

    @Test
    void no_time_is_no_request() throws Exception {
        try (ScriptedServer server = new ScriptedServer(List.of(json(404, "")))) {
            assertThat(apiDot(server.url()).status(ID, Duration.ZERO)).isEqualTo(new Trouble(0));
            assertThat(server.connections).hasValue(0);
        }
    }

    @Test
    void address_and_key_are_settings() throws Exception {
        try (ScriptedServer server = new ScriptedServer(List.of(json(404, "")))) {
            String url = server.url().toString();
            Environment environment = new Environment(Map.of(ApiDot.BASE_URL, url, ApiDot.API_KEY, KEY));
            TrustedHosts trusted = TrustedHosts.of(new Environment(Map.of("TRUSTED_HOSTS", url.substring(7))));

            assertThat(ApiDot.of(environment, trusted).status(ID, Duration.ofSeconds(10)))
                    .isEqualTo(new Trouble(404));
            assertThat(server.requests.getFirst()).contains("\r\nAuthorization: Bearer " + KEY + "\r\n");
            assertThatThrownBy(() -> ApiDot.of(environment, TrustedHosts.none()))
                    .isInstanceOf(ConfigurationException.class);
            for (String key : List.of("two words", "schlüssel")) {
                assertThatThrownBy(() -> ApiDot.of(new Environment(Map.of(ApiDot.API_KEY, key)), trusted))
                        .isInstanceOf(ConfigurationException.class);
            }
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
        HandClock clock = new HandClock();
        return new ApiDot(url, KEY, clock, clock, new Random(7));
    }
}
