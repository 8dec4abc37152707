package dev.darkroom.rules;

import static dev.darkroom.rules.SettleBench.SETTLE_DEADLINE;
import static dev.darkroom.rules.SettleBench.answer;
import static dev.darkroom.rules.SettleBench.statusBody;
import static org.assertj.core.api.Assertions.assertThat;

import dev.darkroom.log.Metric;
import dev.darkroom.media.TestImages;
import dev.darkroom.net.TestHost;
import dev.darkroom.task.Attribute;
import dev.darkroom.task.CallbackStatus;
import dev.darkroom.task.ErrorType;
import dev.darkroom.task.Task;
import dev.darkroom.task.TaskId;
import dev.darkroom.task.TaskState;
import dev.darkroom.testing.NewTasks;
import dev.darkroom.testing.Stores;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every answer to a status read, and the deadlines, with the time moved by hand. */
class StatusTableTest {
    private static final String PNG = "/media/picture.png";
    private static final Stores STORES = new Stores();

    @AutoClose
    private SettleBench bench;

    @BeforeEach
    void start() throws Exception {
        bench = new SettleBench(STORES);
        bench.host.serve(PNG, TestImages.png(16, 16));
    }

    private static String type(Task task) {
        return Objects.requireNonNull(task.item().text(Attribute.ERROR_TYPE));
    }

    private static String type(ErrorType type) {
        return type.text();
    }

    private void assertNothingIsLeft(Task task) {
        assertThat(task.dueAt()).isNull();
        assertThat(task.item().get(Attribute.DUE_SHARD)).isNull();
        assertThat(task.item().number(Attribute.EXPIRES_AT))
                .isEqualTo(bench.clock.instant().plus(NewTasks.RETENTION).getEpochSecond());
    }

    /**
     * An answer that does not end the task.
     *
     * @param alarm whether it must alert an operator
     */
    record Line(String name, TestHost.Script answer, boolean alarm) {
        @Override
        public String toString() {
            return name;
        }
    }

    private static Line line(int status, String type, String body, boolean alarm) {
        return new Line(status + " " + body, answer(status, type, body.getBytes(StandardCharsets.UTF_8)), alarm);
    }

    private static Line ok(String body) {
        return line(200, "application/json", body, false);
    }

    static Stream<Line> noEnd() {
        return Stream.of(
                ok(statusBody("not_started", "")),
                ok(statusBody("pending", "")),
                ok(statusBody("queued", "")),
                ok(statusBody("running", ",\"progress\":40")),
                ok(statusBody("processing", ",\"progress\":null")),
                ok(statusBody("finished", "")),
                ok(statusBody("finished", ",\"files\":[]")),
                ok(statusBody("success", ",\"output\":{\"files\":[]}")),
                ok(statusBody("finished", ",\"files\":[{\"file_type\":\"image\"}]")),
                ok(statusBody("finished", ",\"files\":[{\"file_url\":7}]")),
                ok(statusBody("finished", ",\"files\":\"x.png\"")),
                line(200, "application/json", statusBody("melting", ",\"progress\":1e999"), true),
                line(200, "application/json", statusBody("finished", ",\"state\":\"failed\""), true),
                ok("{\"code\":200,\"status\":\"error\",\"data\":{\"task_id\":null}}"),
                line(401, "application/json", "{\"code\":401,\"error\":{\"message\":\"no\"}}", true),
                line(402, "application/json", "{\"code\":402,\"error\":{\"message\":\"no\"}}", true),
                ok("{\"code\":500,\"message\":\"no\"}"),
                line(200, "application/json", "{\"code\":401,\"error\":{\"message\":\"no\"}}", true),
                line(200, "application/json", "{\"code\":402,\"error\":{\"message\":\"no\"}}", true),
                line(403, "text/html", "<html>no</html>", false),
                line(408, "text/plain", "Request timeout", false),
                line(429, "application/json", "{}", false),
                line(500, "application/json", "{\"detail\":\"no\"}", false),
                line(502, "text/html", "<html>", false),
                line(503, "application/json", "{\"code\":503}", false),
                line(504, "text/plain", "", false),
                line(302, "text/plain", "", false),
                line(418, "text/plain", "", false),
                line(400, "application/json", statusBody("failed", ""), false),
                ok(""),
                ok("<html></html>"),
                ok("[]"),
                ok("{}"),
                ok("{\"code\":200,\"data\":{\"status\":\"fin"),
                ok("{\"code\":\"two hundred\",\"data\":{\"status\":\"failed\"}}"),
                line(
                        200,
                        "application/json",
                        "{\"code\":200,\"data\":{\"task_id\":\"another\",\"status\":\"failed\"}}",
                        true),
                new Line("a cut connection", SettleBench.cut(), false),
                new Line("noise", (request, out) -> out.write(new byte[] {1, 2, 3, '\r', '\n'}), false));
    }

    @ParameterizedTest
    @MethodSource("noEnd")
    void read_that_brings_no_end_is_for_later_and_fails_the_task_at_the_settle_deadline_only(Line line) {
        bench.status(line.answer());
        Instant begun = bench.clock.instant();
        TaskId id = bench.tasks.reported(bench.tasks.accepted(begun), begun).id();

        Task later = bench.settle(id);

        assertThat(later.state()).isEqualTo(TaskState.ACCEPTED);
        assertThat(later.item().get(Attribute.REPORT)).isNull();
        assertThat(later.attempts()).isEqualTo(1);
        assertThat(later.unusableLooks()).isZero();
        assertThat(later.dueAt()).isBetween(begun.plusSeconds(96), begun.plusSeconds(144));
        assertThat(later.item().number(Attribute.EXPIRES_AT)).isNull();
        assertThat(bench.lines.has("ERROR", "task_later") || bench.lines.has("WARN", "task_later"))
                .isEqualTo(line.alarm());

        bench.clock.moveTo(begun.plus(SETTLE_DEADLINE).minusMillis(1));
        Task last = bench.lookNow(id);
        assertThat(last.state()).isEqualTo(TaskState.ACCEPTED);
        assertThat(last.dueAt()).isEqualTo(begun.plus(SETTLE_DEADLINE));

        Task failed = bench.look(id);
        assertThat(failed.state()).isEqualTo(TaskState.FAILED);
        assertThat(type(failed)).isEqualTo(type(ErrorType.SETTLE_DEADLINE));
        assertThat(failed.errorMessage()).isEqualTo("The image did not arrive in time.");
        assertThat(bench.lines.has("ERROR", "task_failed")).isTrue();
        assertNothingIsLeft(failed);
    }

    @Test
    void word_that_nobody_knows_is_counted_and_told_at_once_without_a_secret_in_it() {
        bench.status(
                200, statusBody("melting https://storage.example/x?sig=1 " + NewTasks.PROMPT + "x".repeat(99), ""));
        TaskId id = bench.tasks.accepted(bench.clock.instant()).id();

        assertThat(bench.look(id).state()).isEqualTo(TaskState.ACCEPTED);

        assertThat(bench.lines.metrics().get(Metric.UPSTREAM_FORMS_UNKNOWN)).containsExactly(1L);
        assertThat(bench.lines.text())
                .contains("\"said\":\"melting [masked] ", "\"why\":\"upstream_form_unknown\"")
                .doesNotContain("storage.example", "lighthouse", "x".repeat(64));

        // The next status read brings a state that we know.
        bench.finishedWith(bench.host.url(PNG));
        assertThat(bench.look(id).state()).isEqualTo(TaskState.FINISHED);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"data\":{\"status\":\"finished\"}}",
                "{\"data\":{\"status\":\"finished\",\"files\":[{\"b64_json\":\"iVBORw0KGgo=\"}]}}",
                "{\"data\":{\"files\":[]}}",
                "<html>soon</html>"
            })
    void what_is_missing_for_more_than_a_moment_is_counted_and_told(String body) {
        bench.status(200, body);
        TaskId id = bench.tasks.accepted(bench.clock.instant()).id();
        Instant begun = bench.clock.instant();

        bench.look(id);
        bench.look(id);
        assertThat(bench.lines.metrics()).doesNotContainKey(Metric.UPSTREAM_FORMS_UNKNOWN);
        assertThat(bench.look(id).state()).isEqualTo(TaskState.ACCEPTED);

        assertThat(bench.lines.metrics().get(Metric.UPSTREAM_FORMS_UNKNOWN)).containsExactly(1L);
        assertThat(bench.lines.has("ERROR", "task_later")).isTrue();
        assertThat(Duration.between(begun, bench.clock.instant())).isLessThan(Duration.ofMinutes(10));
    }

    @ParameterizedTest
    @ValueSource(strings = {"finished", "success"})
    void end_is_settled_even_at_the_settle_deadline(String word) {
        bench.status(
                200, statusBody(word, ",\"files\":[{\"file_url\":\"" + bench.host.url(PNG) + "\"}],\"progress\":100"));
        TaskId id = bench.tasks.accepted(bench.clock.instant()).id();
        bench.clock.move(SETTLE_DEADLINE);

        Task finished = bench.lookNow(id);

        assertThat(finished.state()).isEqualTo(TaskState.FINISHED);
        assertThat(finished.files()).hasSize(1);
        assertThat(finished.progress()).isEqualTo(100);
        assertNothingIsLeft(finished);
    }

    /** The worker of each look may die. But a look after an outage still fetches the picture. */
    @ParameterizedTest
    @CsvSource({"7, true, SETTLE_DEADLINE", "7, false, SUBMIT_UNCONFIRMED", "6, true,"})
    void task_ends_a_week_after_its_deadline_without_another_look(int days, boolean certain, @Nullable ErrorType end) {
        bench.finishedWith(bench.host.url(PNG));
        Instant begun = bench.clock.instant();
        TaskId id = (certain ? bench.tasks.accepted(begun) : bench.tasks.noted(begun)).id();
        bench.clock.move(SETTLE_DEADLINE.plusDays(days));

        Task ended = bench.lookNow(id);

        assertThat(ended.state()).isEqualTo(end == null ? TaskState.FINISHED : TaskState.FAILED);
        assertThat(ended.item().text(Attribute.ERROR_TYPE)).isEqualTo(end == null ? null : end.text());
        assertNothingIsLeft(ended);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "failed    | ,\"error_message\":\"The prompt violates our content policy\" | The prompt violates our"
                        + " content policy",
                "cancelled | | APIDot gave no reason",
                "canceled  | ,\"error_message\":null | APIDot gave no reason",
                "FAILED    | ,\"error_message\":\"see https://storage.example/x?sig=1\" | see [masked]",
                "failed    | ,\"error_message\":\"A lighthouse nobody may read about: no\" | [masked]: no",
            })
    void failure_is_settled_with_its_reason_masked(String word, String more, String message) {
        bench.status(200, statusBody(word, Objects.requireNonNullElse(more, "")));
        TaskId id = bench.tasks.accepted(bench.clock.instant()).id();

        Task failed = bench.look(id);

        assertThat(failed.state()).isEqualTo(TaskState.FAILED);
        assertThat(type(failed)).isEqualTo(type(ErrorType.UPSTREAM_FAILED));
        assertThat(failed.errorMessage()).isEqualTo(message);
        assertNothingIsLeft(failed);
        assertThat(bench.lines.text()).doesNotContain(message);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"404 | {\"detail\":\"Not Found\"}", "404 | ", "200 | {\"code\":404,\"message\":\"Task not found\"}"
            })
    void not_found_is_believed_after_one_hour(int status, String body) {
        bench.status(status, Objects.requireNonNullElse(body, ""));
        Instant begun = bench.clock.instant();
        TaskId id = bench.tasks.accepted(begun).id();

        bench.clock.moveTo(begun.plus(Duration.ofHours(1)).minusMillis(1));
        assertThat(bench.lookNow(id).state()).isEqualTo(TaskState.ACCEPTED);

        bench.clock.moveTo(begun.plus(Duration.ofHours(1)));
        Task failed = bench.lookNow(id);
        assertThat(failed.state()).isEqualTo(TaskState.FAILED);
        assertThat(type(failed)).isEqualTo(type(ErrorType.UPSTREAM_FORGOT));
        assertNothingIsLeft(failed);
    }

    @Test
    void task_that_was_not_found_at_first_is_settled_when_it_is() {
        bench.status(404, "{\"detail\":\"Not Found\"}");
        TaskId id = bench.tasks.accepted(bench.clock.instant()).id();
        assertThat(bench.look(id).state()).isEqualTo(TaskState.ACCEPTED);

        bench.finishedWith(bench.host.url(PNG));

        assertThat(bench.look(id).state()).isEqualTo(TaskState.FINISHED);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void each_look_without_an_end_doubles_the_wait_with_jitter_up_to_the_most(boolean longest) throws Exception {
        bench.close();
        // Draws of all zero bits and of all one bits give the smallest and the largest value of nextDouble.
        bench = new SettleBench(STORES, List.of(), () -> longest ? -1 : 0);
        bench.status(200, statusBody("running", ""));
        TaskId id = bench.tasks.accepted(bench.clock.instant()).id();
        assertThat(bench.tasks.read(id).dueAt()).isEqualTo(bench.clock.instant().plus(NewTasks.FIRST_POLL));

        for (int seconds : longest ? List.of(144, 288, 576, 600, 600, 600) : List.of(96, 192, 384, 480, 480, 480)) {
            Task later = bench.look(id);
            assertThat(Duration.between(bench.clock.instant(), Objects.requireNonNull(later.dueAt())))
                    .isEqualTo(Duration.ofSeconds(seconds));
        }
    }

    @Test
    void progress_is_shown_and_a_later_webhook_is_news_again() {
        bench.status(200, statusBody("running", ",\"progress\":40"));
        Instant now = bench.clock.instant();
        TaskId id = bench.tasks.reported(bench.tasks.accepted(now), now).id();

        Task later = bench.settle(id);

        assertThat(later.progress()).isEqualTo(40);
        assertThat(bench.tasks.reported(later, now).state()).isEqualTo(TaskState.DUE);
    }

    @Test
    void task_that_upstream_never_confirmed_fails_at_the_submit_deadline_without_a_look_upstream() {
        Instant begun = bench.clock.instant();
        TaskId id = bench.tasks.submitting(begun, null).id();
        assertThat(bench.tasks.read(id).dueAt()).isEqualTo(begun.plus(NewTasks.FIRST_POLL));

        bench.clock.moveTo(begun.plus(NewTasks.SUBMIT_DEADLINE).minusMillis(1));
        Task waiting = bench.lookNow(id);
        assertThat(waiting.state()).isEqualTo(TaskState.SUBMITTING);
        assertThat(waiting.dueAt()).isEqualTo(begun.plus(NewTasks.SUBMIT_DEADLINE));

        Task failed = bench.look(id);
        assertThat(failed.state()).isEqualTo(TaskState.FAILED);
        assertThat(type(failed)).isEqualTo(type(ErrorType.SUBMIT_UNCONFIRMED));
        assertThat(bench.lines.has("ERROR", "task_failed")).isTrue();
        assertNothingIsLeft(failed);
        assertThat(bench.host.connections()).isZero();
    }

    @Test
    void task_with_a_callback_is_kept_until_that_is_done() {
        bench.finishedWith(bench.host.url(PNG));
        TaskId id = bench.tasks
                .accepted(bench.clock.instant(), "https://client.example/hook")
                .id();

        Task accepted = bench.tasks.read(id);
        bench.tasks.reported(accepted, bench.clock.instant());

        Task finished = bench.settle(id);

        assertThat(finished.state()).isEqualTo(TaskState.FINISHED);
        assertThat(finished.callbackStatus()).isEqualTo(CallbackStatus.DUE);
        // The stream wakes the notifier. If that wake is lost, the sweep wakes it at the time of the task's next poll.
        assertThat(finished.dueAt()).isEqualTo(accepted.dueAt());
        assertThat(finished.item().number(Attribute.EXPIRES_AT)).isNull();
    }

    @Test
    void ended_task_is_never_looked_at_again() {
        bench.finishedWith(bench.host.url(PNG));
        TaskId id = bench.tasks.accepted(bench.clock.instant()).id();
        Task finished = bench.look(id);
        int connections = bench.host.connections();

        assertThat(bench.settle(id)).isEqualTo(finished);
        assertThat(bench.host.connections()).isEqualTo(connections);
    }
}
