package dev.darkroom.rules;

import static dev.darkroom.rules.SettleBench.SETTLE_DEADLINE;
import static dev.darkroom.rules.SettleBench.answer;
import static dev.darkroom.rules.SettleBench.statusBody;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.darkroom.log.Metric;
import dev.darkroom.media.TestImages;
import dev.darkroom.net.TestHost;
import dev.darkroom.task.TaskId;
import dev.darkroom.testing.NewTasks;
import dev.darkroom.testing.Stores;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The metrics of one look at a task, with the time moved by hand. */
class SettleMetricsTest {
    private static final String PATH = "/media/picture.png";
    private static final byte[] PNG = TestImages.pngOfSize(5_000);
    private static final List<Long> ONCE = List.of(1L);

    /** The duration of a status read in these tests. */
    private static final Duration READ = Duration.ofMillis(300);

    private static final Stores STORES = new Stores();

    @AutoClose
    private SettleBench bench;

    @BeforeEach
    void start() throws Exception {
        bench = new SettleBench(STORES);
    }

    /** Answers status reads after {@link #READ}. */
    private void status(int status, String body) {
        TestHost.Script said = answer(status, "application/json", body.getBytes(UTF_8));
        bench.status((request, out) -> {
            bench.clock.move(READ);
            said.answer(request, out);
        });
    }

    private void finished(String path) {
        status(200, statusBody("finished", ",\"files\":[{\"file_url\":\"" + bench.host.url(path) + "\"}]"));
    }

    private static Map<Metric, List<Long>> read(Metric... once) {
        Map<Metric, List<Long>> expected = new HashMap<>();
        expected.put(Metric.UPSTREAM_STATUS_LATENCY, List.of(READ.toMillis()));
        for (Metric metric : once) {
            expected.put(metric, ONCE);
        }
        return expected;
    }

    @Test
    void finished_task_counts_its_images_bytes_credits_and_how_long_it_took() {
        bench.host.on(PATH, (request, out) -> {
            bench.clock.move(Duration.ofMillis(700));
            TestHost.head(out, 200, "Content-Length: " + PNG.length);
            out.write(PNG);
        });
        finished(PATH);
        Instant begun = bench.clock.instant();
        TaskId id = bench.tasks.accepted(begun).id();
        bench.clock.move(Duration.ofSeconds(20));
        bench.tasks.reported(bench.tasks.read(id), bench.clock.instant());
        bench.clock.move(Duration.ofSeconds(2));

        bench.settle(id);

        Map<Metric, List<Long>> expected = read(Metric.TASKS_FINISHED, Metric.IMAGES_STORED, Metric.CREDITS_SPENT);
        expected.put(Metric.IMAGE_BYTES_STORED, List.of((long) PNG.length));
        expected.put(Metric.SETTLE_LATENCY, List.of(3_000L));
        expected.put(Metric.TASK_LATENCY, List.of(23_000L));
        assertThat(bench.lines.metrics()).isEqualTo(expected);
    }

    @Test
    void every_way_to_fail_is_counted_by_its_type_and_gives_the_credits_back() {
        status(200, statusBody("failed", ""));
        bench.look(bench.tasks.accepted(bench.clock.instant()).id());
        assertThat(bench.lines.metrics())
                .isEqualTo(read(Metric.TASKS_FAILED_UPSTREAM_FAILED, Metric.CREDITS_GIVEN_BACK));
        bench.lines.forget();

        status(200, statusBody("finished", ",\"files\":[{\"file_url\":\"https://127.0.0.1/x.png\"}]"));
        bench.look(bench.tasks.accepted(bench.clock.instant()).id());
        assertThat(bench.lines.metrics())
                .isEqualTo(read(Metric.TASKS_FAILED_RESULT_UNUSABLE, Metric.CREDITS_GIVEN_BACK));
        bench.lines.forget();

        TaskId forgotten = bench.tasks.accepted(bench.clock.instant()).id();
        bench.clock.move(Duration.ofHours(1));
        status(404, "");
        bench.lookNow(forgotten);
        assertThat(bench.lines.metrics())
                .isEqualTo(read(Metric.TASKS_FAILED_UPSTREAM_FORGOT, Metric.CREDITS_GIVEN_BACK, Metric.ERROR_LINES));
        bench.lines.forget();

        TaskId late = bench.tasks.accepted(bench.clock.instant()).id();
        bench.clock.move(SETTLE_DEADLINE);
        status(200, statusBody("running", ""));
        bench.lookNow(late);
        assertThat(bench.lines.metrics())
                .isEqualTo(read(Metric.TASKS_FAILED_SETTLE_DEADLINE, Metric.CREDITS_GIVEN_BACK, Metric.ERROR_LINES));
        bench.lines.forget();

        TaskId unconfirmed = bench.tasks.submitting(bench.clock.instant(), null).id();
        bench.clock.move(NewTasks.SUBMIT_DEADLINE);
        bench.lookNow(unconfirmed);
        assertThat(bench.lines.metrics())
                .isEqualTo(Map.of(
                        Metric.TASKS_FAILED_SUBMIT_UNCONFIRMED, ONCE,
                        Metric.CREDITS_GIVEN_BACK, ONCE,
                        Metric.ERROR_LINES, ONCE));
    }

    @ParameterizedTest
    @CsvSource({
        "401, UPSTREAM_KEY_REFUSALS",
        "402, UPSTREAM_BALANCE_EMPTY",
        "500,",
        "429,",
    })
    void look_that_brings_no_end_counts_what_a_person_must_mend(int status, Metric counted) {
        status(status, "{\"code\":" + status + "}");

        bench.look(bench.tasks.accepted(bench.clock.instant()).id());

        assertThat(bench.lines.metrics()).isEqualTo(counted == null ? read() : read(counted));
    }

    @Test
    void worker_that_was_overtaken_counts_nothing_but_its_read() {
        TaskId id = bench.tasks.accepted(bench.clock.instant()).id();
        bench.host.on(PATH, (request, out) -> {
            bench.tasks.reported(bench.tasks.read(id), bench.clock.instant());
            TestHost.head(out, 200, "Content-Length: " + PNG.length);
            out.write(PNG);
        });
        finished(PATH);

        bench.look(id);

        assertThat(bench.lines.metrics()).isEqualTo(read());
    }
}
