package dev.darkroom.log;

import static org.assertj.core.api.Assertions.assertThat;

import dev.darkroom.json.Json;
import dev.darkroom.task.TaskId;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LogTest {
    private final ByteArrayOutputStream written = new ByteArrayOutputStream();
    private final Log log = new Log(
            new PrintStream(written, true, StandardCharsets.UTF_8), () -> Instant.parse("2026-11-22T13:00:00Z"));

    private Json.Obj line() throws Exception {
        return (Json.Obj) Json.parse(written.toString(StandardCharsets.UTF_8).strip());
    }

    @Test
    void an_event_is_one_line_of_json() throws Exception {
        log.warn("something")
                .task(new TaskId("task-0123456789abcdef"))
                .with("times", 3)
                .write();

        assertThat(line())
                .isEqualTo(
                        Json.parse("{\"timestamp\":\"2026-11-22T13:00:00Z\",\"level\":\"WARN\",\"event\":\"something\","
                                + "\"task_id\":\"task-0123456789abcdef\",\"times\":3}"));
    }

    @Test
    void a_failure_is_told_by_its_kind_and_place_never_by_its_message() {
        log.error("failed")
                .cause(new IllegalStateException("https://secret.example/", new RuntimeException("a prompt")))
                .write();

        assertThat(written.toString(StandardCharsets.UTF_8))
                .contains("java.lang.IllegalStateException", "java.lang.RuntimeException")
                .doesNotContain("secret", "prompt");
    }

    @Test
    void the_place_of_a_failure_is_in_our_code_even_if_a_library_threw_it() {
        try {
            Long.parseLong("seven");
        } catch (NumberFormatException e) {
            log.error("failed").cause(new IllegalStateException(e)).write();
        }

        assertThat(written.toString(StandardCharsets.UTF_8)).contains("\"at\":\"dev.darkroom.log.LogTest.the_place_of");
    }

    /** CloudWatch's embedded metric format: a line without one of these fields yields no metric. */
    @Test
    void a_metric_is_marked_for_cloudwatch() throws Exception {
        log.info("told")
                .metric(Metric.CLIENT_CALLBACKS_DELIVERED, 1)
                .metric(Metric.CLIENT_CALLBACK_DELAY, 250)
                .write();

        assertThat(line().get("_aws"))
                .isEqualTo(Json.parse("{\"Timestamp\":1795352400000,\"CloudWatchMetrics\":[{\"Namespace\":\"Darkroom\","
                        + "\"Dimensions\":[[\"FunctionName\"]],"
                        + "\"Metrics\":[{\"Name\":\"ClientCallbacksDelivered\",\"Unit\":\"Count\"},"
                        + "{\"Name\":\"ClientCallbackDelay\",\"Unit\":\"Milliseconds\"}]}]}"));
        assertThat(line().integer("ClientCallbacksDelivered")).isEqualTo(1);
        assertThat(line().integer("ClientCallbackDelay")).isEqualTo(250);
        assertThat(line().string("FunctionName")).isNotEmpty();
    }

    @Test
    void every_metric_is_valid_by_the_specification_of_the_embedded_format() {
        Log.Event event = log.info("all");
        Map<Metric, List<Long>> expected = new EnumMap<>(Metric.class);
        long value = 0;
        for (Metric metric : Metric.values()) {
            event.metric(metric, value);
            expected.put(metric, List.of(value));
            value++;
        }
        event.write();

        assertThat(MetricLines.read(written.toString(StandardCharsets.UTF_8))).isEqualTo(expected);
        assertThat(Metric.values())
                .extracting(Metric::text)
                .doesNotHaveDuplicates()
                .allMatch(name -> name.matches("[A-Z][A-Za-z]+"));
    }

    @Test
    void a_line_without_a_metric_is_a_plain_line() throws Exception {
        log.info("nothing to count").write();

        assertThat(line().fields().keySet()).containsExactly("timestamp", "level", "event");
    }

    @Test
    void every_error_is_counted() throws Exception {
        log.error("theirs").write();
        assertThat(MetricLines.read(written.toString(StandardCharsets.UTF_8)))
                .isEqualTo(Map.of(Metric.ERROR_LINES, List.of(1L)));
    }
}
