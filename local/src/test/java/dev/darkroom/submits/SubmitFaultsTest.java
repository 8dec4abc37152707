package dev.darkroom.submits;

import static dev.darkroom.testing.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.darkroom.local.LocalStack;
import dev.darkroom.local.apidot.Fault;
import dev.darkroom.local.apidot.Reply;
import dev.darkroom.local.apidot.SubmitFault;
import dev.darkroom.log.Metric;
import dev.darkroom.log.MetricLines;
import dev.darkroom.submit.Submission;
import dev.darkroom.submits.GatedStore.Step;
import dev.darkroom.submits.GatedStore.Trouble;
import dev.darkroom.task.Report;
import dev.darkroom.task.Task;
import dev.darkroom.task.TaskState;
import dev.darkroom.task.UpstreamTaskId;
import dev.darkroom.testing.HttpEvent.Answer;
import dev.darkroom.testing.LocalStackExtension;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every failure around a submit: the client's answer, the record, and proof that nothing is bought twice. */
@Order(1)
class SubmitFaultsTest {
    @RegisterExtension
    static final LocalStackExtension STACK = LocalStackExtension.plain();

    @AutoClose
    private static Bench bench;

    @BeforeAll
    static void start(LocalStack stack) {
        bench = new Bench(stack);
    }

    private static final int MANY = -1;
    private static final long LIMIT = 50;

    enum Left {
        /** No record, no credits held, and the key is free. */
        NOTHING,
        /** A record that waits for a webhook or the submit deadline. */
        UNKNOWN,
        /** A record with upstream's id. */
        ACCEPTED
    }

    /**
     * One failure.
     *
     * @param arrived submits that reach upstream; {@link #MANY} for at least three
     * @param accepted how many of these upstream accepts
     * @param status the status of the answer; 0 when the function dies
     * @param type the error type of the answer; empty for none
     */
    record Row(
            String name,
            Consumer<Bench.Scene> trouble,
            int arrived,
            int accepted,
            int status,
            String type,
            Left left,
            boolean limited) {
        @Override
        public String toString() {
            return name + (limited ? " (with a daily limit)" : "");
        }

        boolean promisesRetryAfter() {
            return status == 409 || status == 429 || status == 503;
        }
    }

    private static Row row(
            String name, Consumer<Bench.Scene> trouble, int arrived, int accepted, int status, String type, Left left) {
        return new Row(name, trouble, arrived, accepted, status, type, left, false);
    }

    private static Row refused(String name, Reply reply, int status, String type) {
        return row(name, always(reply, false), 1, 0, status, type, Left.NOTHING);
    }

    /** The client gets the same answer whether upstream accepted the task or not. */
    private static Stream<Row> unknown(String name, Reply reply) {
        return Stream.of(
                row(name + ", not taken", always(reply, false), 1, 0, 200, "", Left.UNKNOWN),
                row(name + ", taken", always(reply, true), 1, 1, 200, "", Left.UNKNOWN));
    }

    private static Row died(String name, Step step, Trouble trouble, int arrived, int accepted, Left left) {
        return row(name, scene -> scene.store.set(step, trouble, 1), arrived, accepted, 0, "", left);
    }

    private static Consumer<Bench.Scene> upstream(SubmitFault fault) {
        return scene -> bench.apiDot().faults().always(fault, scene.name);
    }

    private static Consumer<Bench.Scene> always(Reply reply, boolean accepted) {
        return upstream(new SubmitFault.Answers(reply, accepted));
    }

    private static Consumer<Bench.Scene> once(Reply... replies) {
        return scene -> {
            for (Reply reply : replies) {
                bench.apiDot().faults().add(new SubmitFault.Answers(reply, false), 1, scene.name);
            }
        };
    }

    /**
     * Leaves three seconds of real time for upstream's answer. With less, nothing is sent. Upstream hangs for longer than the stack runs:
     * a task that it took later would disturb the counts of the tests that follow.
     */
    private static Consumer<Bench.Scene> hangs(Fault.Moment moment) {
        return scene -> {
            scene.sourcesTake(Duration.ofSeconds(16));
            bench.apiDot().faults().always(new SubmitFault.Hangs(Duration.ofHours(1), moment), scene.name);
        };
    }

    private static Consumer<Bench.Scene> refusedAnd(Step step, Trouble trouble, int times) {
        return scene -> {
            always(Reply.of(400, Reply.Body.APIDOT), false).accept(scene);
            scene.store.set(step, trouble, times);
        };
    }

    private static Consumer<Bench.Scene> lost(int answers, String... parts) {
        return scene -> bench.wire()
                .lose(
                        answers,
                        request -> request.contains(scene.taskId().value())
                                && Stream.of(parts).anyMatch(request::contains));
    }

    private static final String[] RECORDS = {"(attribute_not_exists(#task_id) OR "};
    private static final String[] IDS = {"SET #upstream_task_id = "};
    private static final String[] REMOVALS = {"\"Delete\""};

    static Stream<Row> upstreamTroubles() {
        Reply.Body own = Reply.Body.APIDOT;
        Reply busy = Reply.of(503, own);
        Reply slow = Reply.of(429, Reply.Body.MESSAGE);
        return Stream.of(
                        Stream.of(
                                row("none", scene -> {}, 1, 1, 200, "", Left.ACCEPTED),
                                row(
                                        "no connection",
                                        scene -> scene.upstreamAt(URI.create("http://127.0.0.1:1")),
                                        0,
                                        0,
                                        503,
                                        "unavailable",
                                        Left.NOTHING),
                                row(
                                        "cut before it took the task",
                                        upstream(new SubmitFault.Cuts(Fault.Moment.BEFORE_ACCEPTING)),
                                        1,
                                        0,
                                        200,
                                        "",
                                        Left.UNKNOWN),
                                row(
                                        "cut after it took the task",
                                        upstream(new SubmitFault.Cuts(Fault.Moment.AFTER_ACCEPTING)),
                                        1,
                                        1,
                                        200,
                                        "",
                                        Left.UNKNOWN),
                                row(
                                        "hangs before it took the task",
                                        hangs(Fault.Moment.BEFORE_ACCEPTING),
                                        1,
                                        0,
                                        200,
                                        "",
                                        Left.UNKNOWN),
                                row(
                                        "hangs after it took the task",
                                        hangs(Fault.Moment.AFTER_ACCEPTING),
                                        1,
                                        1,
                                        200,
                                        "",
                                        Left.UNKNOWN),
                                row("429, then 200", once(slow), 2, 1, 200, "", Left.ACCEPTED),
                                row("429 twice, then 200", once(slow, slow), 3, 1, 200, "", Left.ACCEPTED),
                                row("429 for ever", always(slow, false), MANY, 0, 429, "rate_limited", Left.NOTHING),
                                refused("429 for a minute", slow.retryAfter(60), 429, "rate_limited"),
                                row("429, then 500", once(slow, Reply.of(500, own)), 2, 0, 200, "", Left.UNKNOWN),
                                row("503 in APIDot's shape, then 200", once(busy), 2, 1, 200, "", Left.ACCEPTED),
                                row(
                                        "503 in APIDot's shape for ever",
                                        always(busy, false),
                                        MANY,
                                        0,
                                        503,
                                        "unavailable",
                                        Left.NOTHING),
                                row(
                                        "503 with Retry-After, then 200",
                                        once(Reply.of(503, Reply.Body.HTML).retryAfter(1)),
                                        2,
                                        1,
                                        200,
                                        "",
                                        Left.ACCEPTED),
                                refused(
                                        "503 with Retry-After of a minute",
                                        Reply.of(503, Reply.Body.EMPTY).retryAfter(60),
                                        503,
                                        "unavailable"),
                                refused("400", Reply.of(400, own), 400, "invalid_request"),
                                refused(
                                        "422 with details",
                                        Reply.of(422, Reply.Body.DETAIL_LIST),
                                        400,
                                        "invalid_request"),
                                refused("200 with code 400", Reply.codeInBody(400), 400, "invalid_request"),
                                refused("401", Reply.of(401, own), 502, "upstream_error"),
                                refused("402", Reply.of(402, own), 402, "insufficient_credits"),
                                refused("200 with code 402", Reply.codeInBody(402), 402, "insufficient_credits"),
                                refused("403", Reply.of(403, Reply.Body.DETAIL), 502, "upstream_error"),
                                refused("404", Reply.of(404, Reply.Body.HTML), 502, "upstream_error")),
                        unknown("408", Reply.of(408, Reply.Body.TEXT)),
                        unknown("500", Reply.of(500, own)),
                        unknown("502", Reply.of(502, Reply.Body.HTML)),
                        unknown("503 as a page", Reply.of(503, Reply.Body.HTML)),
                        unknown("504", Reply.of(504, Reply.Body.EMPTY)),
                        unknown("302", Reply.redirect("/api/generate/submit")),
                        unknown("200 with code 500", Reply.codeInBody(500)),
                        unknown("200 as a page", Reply.of(200, Reply.Body.HTML)),
                        unknown("200 and empty", Reply.of(200, Reply.Body.EMPTY)),
                        unknown("200 without a task id", Reply.of(200, Reply.Body.NO_TASK_ID)),
                        unknown("200 broken off", Reply.of(200, Reply.Body.BROKEN_JSON)))
                .flatMap(rows -> rows);
    }

    static Stream<Row> ownTroubles() {
        int ever = Integer.MAX_VALUE;
        Left nothing = Left.NOTHING;
        return Stream.of(
                row(
                        "the table is away at first",
                        scene -> scene.store.set(Step.LOOK, Trouble.UNAVAILABLE, 1),
                        0,
                        0,
                        503,
                        "unavailable",
                        nothing),
                row(
                        "the table is away at the record",
                        scene -> scene.store.set(Step.RECORD, Trouble.UNAVAILABLE, 1),
                        0,
                        0,
                        503,
                        "unavailable",
                        nothing),
                row(
                        "the record's answer is lost for good",
                        scene -> scene.store.set(Step.RECORD, Trouble.UNANSWERED, 1),
                        0,
                        0,
                        503,
                        "unavailable",
                        nothing),
                row("an answer to the record is lost", lost(1, RECORDS), 1, 1, 200, "", Left.ACCEPTED),
                row("an answer to the id is lost", lost(1, IDS), 1, 1, 200, "", Left.ACCEPTED),
                row(
                        "the id's answer is lost thrice, beyond the SDK's patience",
                        scene -> scene.store.set(Step.ID, Trouble.UNANSWERED, 3),
                        1,
                        1,
                        200,
                        "",
                        Left.ACCEPTED),
                row(
                        "the table is away at the id for a while",
                        scene -> scene.store.set(Step.ID, Trouble.UNAVAILABLE, 5),
                        1,
                        1,
                        200,
                        "",
                        Left.ACCEPTED),
                row(
                        "the table is away at the id for good",
                        scene -> scene.store.set(Step.ID, Trouble.UNAVAILABLE, ever),
                        1,
                        1,
                        200,
                        "",
                        Left.UNKNOWN),
                row(
                        "an answer to the removal is lost",
                        scene -> {
                            always(Reply.of(400, Reply.Body.APIDOT), false).accept(scene);
                            lost(1, REMOVALS).accept(scene);
                        },
                        1,
                        0,
                        400,
                        "invalid_request",
                        nothing),
                row(
                        "the removal's answer is lost thrice, beyond the SDK's patience",
                        refusedAnd(Step.REMOVAL, Trouble.UNANSWERED, 3),
                        1,
                        0,
                        400,
                        "invalid_request",
                        nothing),
                row(
                        "the table is away at the removal for a while",
                        refusedAnd(Step.REMOVAL, Trouble.UNAVAILABLE, 5),
                        1,
                        0,
                        400,
                        "invalid_request",
                        nothing),
                row(
                        "the table is away at the removal for good",
                        refusedAnd(Step.REMOVAL, Trouble.UNAVAILABLE, ever),
                        1,
                        0,
                        400,
                        "invalid_request",
                        Left.UNKNOWN),
                died("dies before the look", Step.LOOK, Trouble.CRASH_BEFORE, 0, 0, nothing),
                died("dies after the look", Step.LOOK, Trouble.CRASH_AFTER, 0, 0, nothing),
                died("dies before the record", Step.RECORD, Trouble.CRASH_BEFORE, 0, 0, nothing),
                died("dies between record and upstream", Step.RECORD, Trouble.CRASH_AFTER, 0, 0, Left.UNKNOWN),
                died("dies between upstream and the id", Step.ID, Trouble.CRASH_BEFORE, 1, 1, Left.UNKNOWN),
                died("dies after the id", Step.ID, Trouble.CRASH_AFTER, 1, 1, Left.ACCEPTED),
                row(
                        "dies between a refusal and the removal",
                        refusedAnd(Step.REMOVAL, Trouble.CRASH_BEFORE, 1),
                        1,
                        0,
                        0,
                        "",
                        Left.UNKNOWN),
                row("dies after the removal", refusedAnd(Step.REMOVAL, Trouble.CRASH_AFTER, 1), 1, 0, 0, "", nothing));
    }

    static Stream<Row> table() {
        return Stream.concat(upstreamTroubles(), ownTroubles())
                .flatMap(row -> Stream.of(
                        row,
                        new Row(
                                row.name,
                                row.trouble,
                                row.arrived,
                                row.accepted,
                                row.status,
                                row.type,
                                row.left,
                                true)));
    }

    @AfterEach
    void mend() {
        bench.wire().lose(0, request -> false);
        bench.apiDot().faults().clear();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("table")
    void each_trouble_has_one_meaning_and_buys_nothing_twice(Row row) {
        Bench.Scene scene = bench.scene(row.limited ? LIMIT : 0);
        row.trouble.accept(scene);

        if (row.status == 0) {
            assertThatThrownBy(scene::submit).isInstanceOf(GatedStore.Crash.class);
        } else {
            Answer answer = scene.submit();
            assertThat(answer.status()).isEqualTo(row.status);
            assertThat(answer.type()).isEqualTo(row.type);
            assertThat(answer.retryAfter() != null).isEqualTo(row.promisesRetryAfter());
            if (row.status == 200) {
                assertThat(answer.taskId()).isEqualTo(scene.taskId().value());
            }
            boolean idWasLost = scene.log().contains("upstream_id_not_recorded");
            assertThat(counted(scene)).isEqualTo(Map.of(counts(row, idWasLost), List.of(1L)));
        }
        assertThat(bench.wire().left()).as("answers that were to be lost").isZero();
        if (row.arrived == MANY) {
            assertThat(scene.arrived()).isGreaterThan(2);
        } else {
            assertThat(scene.arrived()).isEqualTo(row.arrived);
        }
        assertThat(scene.accepted()).isEqualTo(row.accepted);
        assertThat(scene.held()).isEqualTo(row.limited && row.left != Left.NOTHING ? 1 : 0);
        assertThat(scene.task().map(Task::state)).isEqualTo(state(row.left));

        scene.mend();
        repeat(scene, row);
    }

    /** Checks that the submit was counted once, with the right outcome. */
    private static Map<Metric, List<Long>> counted(Bench.Scene scene) {
        Map<Metric, List<Long>> counted = new EnumMap<>(MetricLines.read(scene.log()));
        counted.keySet().removeIf(metric -> !metric.text().startsWith("Submits"));
        return counted;
    }

    private static Metric counts(Row row, boolean idWasLost) {
        if (row.status != 200) {
            return Metric.valueOf("SUBMITS_REJECTED_" + row.type.toUpperCase(Locale.ROOT));
        }
        return row.left == Left.ACCEPTED || idWasLost ? Metric.SUBMITS_ACCEPTED : Metric.SUBMITS_UNKNOWN;
    }

    private static java.util.Optional<TaskState> state(Left left) {
        return switch (left) {
            case NOTHING -> java.util.Optional.empty();
            case UNKNOWN -> java.util.Optional.of(TaskState.SUBMITTING);
            case ACCEPTED -> java.util.Optional.of(TaskState.ACCEPTED);
        };
    }

    /** The client repeats its submit at once, and again when the first can no longer be running. */
    private static void repeat(Bench.Scene scene, Row row) {
        long arrived = scene.arrived();
        Answer atOnce = scene.submit();
        if (row.left == Left.UNKNOWN) {
            Task task = scene.task().orElseThrow();
            boolean mayRun = scene.clock.instant().isBefore(task.createdAt().plus(Submission.FUNCTION_TIMEOUT));
            assertThat(atOnce.status()).isEqualTo(mayRun ? 409 : 200);
            if (mayRun) {
                assertThat(atOnce.type()).isEqualTo("idempotency_conflict");
                assertThat(atOnce.retryAfter()).isBetween(1, 29);
            }
        } else {
            assertThat(atOnce.status()).isEqualTo(200);
        }
        scene.clock.move(Submission.FUNCTION_TIMEOUT);
        Answer later = scene.submit();
        assertThat(later.status()).isEqualTo(200);
        assertThat(later.taskId()).isEqualTo(scene.taskId().value());
        assertThat(scene.arrived()).isEqualTo(row.left == Left.NOTHING ? arrived + 1 : arrived);
        assertThat(scene.accepted()).as("tasks bought in all").isLessThanOrEqualTo(1);
        assertThat(scene.held()).isEqualTo(row.limited ? 1 : 0);
    }

    @Test
    void a_connection_closed_before_the_request_was_read_is_unknown() throws Exception {
        try (ServerSocket closing = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            Thread.ofVirtual().start(() -> closeAll(closing));
            Bench.Scene scene = bench.scene(0);
            scene.upstreamAt(URI.create("http://127.0.0.1:" + closing.getLocalPort()));
            assertThat(scene.submit().status()).isEqualTo(200);
            assertThat(scene.task().map(Task::state)).contains(TaskState.SUBMITTING);
        }
    }

    private static void closeAll(ServerSocket server) {
        while (!server.isClosed()) {
            try (Socket socket = server.accept()) {
                // A reset before the request was sent is another case.
                await().until(() -> socket.getInputStream().available() > 0);
                socket.setSoLinger(true, 0);
            } catch (IOException e) {
                return;
            }
        }
    }

    @Test
    void a_webhook_that_beats_the_answer_is_news_and_its_task_ends() {
        Bench.Scene scene = bench.scene(LIMIT);
        scene.withWebhooks();
        bench.apiDot().faults().always(new SubmitFault.WebhookFirst(), scene.name);
        Answer answer = scene.submit();
        assertThat(answer.status()).isEqualTo(200);
        await().until(() -> scene.task().orElseThrow().state() == TaskState.FINISHED);
        Task task = scene.task().orElseThrow();
        assertThat(task.upstreamTaskId())
                .hasToString(bench.apiDot().tasks(scene.name).getFirst().id());
        assertThat(scene.submit()).isEqualTo(answer);
        assertThat(scene.arrived()).isEqualTo(1);
        assertThat(scene.held()).isEqualTo(1);
    }

    @Test
    void a_client_is_told_to_wait_as_long_as_upstream_asks() {
        Bench.Scene scene = bench.scene(0);
        always(Reply.of(429, Reply.Body.EMPTY).retryAfter(60), false).accept(scene);
        assertThat(scene.submit().retryAfter()).isEqualTo(60);
    }

    /** @param refused the write that meets the id of a webhook; 0 for none. All others take the store's whole time and fail. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 4, 5, 6})
    void an_upstream_id_that_could_not_be_recorded_is_in_the_log_beside_ours(int refused) {
        Bench.Scene scene = bench.scene(0);
        AtomicInteger writes = new AtomicInteger();
        scene.store.before(Step.ID, table -> {
            scene.clock.move(Duration.ofSeconds(4));
            boolean answers = writes.incrementAndGet() == refused;
            if (answers) {
                table.write(new Report.Ended(new UpstreamTaskId("upstream-1"), "{}")
                        .write(scene.taskId(), scene.clock.instant()));
            }
            scene.store.set(Step.ID, Trouble.UNAVAILABLE, answers ? 0 : 1);
        });
        scene.submit();
        List<String> lines = scene.log()
                .lines()
                .filter(line -> line.contains("upstream_id_not_recorded"))
                .toList();
        assertThat(lines)
                .singleElement()
                .satisfies(line -> assertThat(line)
                        .contains(scene.taskId().value())
                        .contains(bench.apiDot().tasks(scene.name).getFirst().id()));
        assertThat(writes).hasValueGreaterThanOrEqualTo(refused);
        assertThat(scene.clock.instant())
                .isBefore(scene.task().orElseThrow().createdAt().plus(Submission.FUNCTION_TIMEOUT));
    }

    @Test
    void a_refused_submit_whose_record_a_webhook_has_changed_goes_on_and_is_in_the_log() {
        Bench.Scene scene = bench.scene(0);
        always(Reply.of(400, Reply.Body.APIDOT), false).accept(scene);
        scene.store.before(
                Step.REMOVAL,
                table -> table.write(new Report.Ended(new UpstreamTaskId("upstream-1"), "{}")
                        .write(scene.taskId(), scene.clock.instant())));

        assertThat(scene.submit().status()).isEqualTo(400);

        assertThat(scene.task().map(Task::upstreamTaskId)).contains(new UpstreamTaskId("upstream-1"));
        assertThat(scene.log())
                .contains("refused_task_goes_on")
                .doesNotContain("refused_task_not_removed")
                .contains(scene.taskId().value());
    }

    @Test
    void a_submit_that_certainly_was_refused_but_could_not_be_removed_is_in_the_log() {
        Bench.Scene scene = bench.scene(0);
        refusedAnd(Step.REMOVAL, Trouble.UNAVAILABLE, Integer.MAX_VALUE).accept(scene);
        assertThat(scene.submit().status()).isEqualTo(400);
        assertThat(scene.log())
                .contains("refused_task_not_removed")
                .contains(scene.taskId().value());
    }
}
