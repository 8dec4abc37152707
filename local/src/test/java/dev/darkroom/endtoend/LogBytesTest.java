package dev.darkroom.endtoend;

import static dev.darkroom.testing.Patience.await;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.darkroom.json.Json;
import dev.darkroom.local.LocalStack;
import dev.darkroom.local.Options;
import dev.darkroom.local.apidot.WebhookFault;
import dev.darkroom.local.apidot.WebhookVariant;
import dev.darkroom.log.Metric;
import dev.darkroom.log.MetricLines;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;

/** The cost of one image in logs: the bytes that the functions write when its webhook arrives, and the fields of each line. */
@Isolated("It captures all that this JVM prints")
class LogBytesTest {
    /** The bytes per image that docs/capacity.md assumes. */
    private static final int MOST = 2000;

    /** CloudWatch Logs API Reference, "PutLogEvents": bytes that are billed for each event in addition to its text. */
    private static final int OVERHEAD = 26;

    /** The name of a function in a stack named as in the README. A local function's name is "local", which is shorter. */
    private static final String DEPLOYED = "\"FunctionName\":\"darkroom-CallbackFunction-AbCdEfGhIjKl\"";

    private static int billed(String line) {
        return line.replace("\"FunctionName\":\"local\"", DEPLOYED).getBytes(UTF_8).length + OVERHEAD;
    }

    /** Lambda's own lines are not counted: at level WARN it writes lines for failed calls only. */
    @Test
    void an_image_whose_webhook_arrives_leaves_four_lines_each_with_at_most_one_set_of_metrics() throws Exception {
        ByteArrayOutputStream written = new ByteArrayOutputStream();
        PrintStream out = System.out;
        System.setOut(new PrintStream(written, true, UTF_8));
        String task;
        try (LocalStack stack = LocalStack.start(Options.forTests())) {
            ApiDotProgram program = new ApiDotProgram(stack.apiUrl().toString(), "alice");
            // A webhook that came before the submit's answer would leave other lines.
            stack.apiDot().faults().always(new WebhookFault.Drops(), "");
            task = program.submit(Json.object()
                    .put("model", "gpt-image-2")
                    .put(
                            "input",
                            Json.object()
                                    .put("prompt", "a lighthouse ".repeat(38))
                                    .build())
                    .build());
            await().until(() -> stack.apiDot().stats().creditsCharged() == 1);
            stack.apiDot().sendWebhook(stack.apiDot().tasks("").getFirst(), WebhookVariant.GENUINE);
            assertThat(program.ended(task).string("status")).isEqualTo("finished");
            await().until(
                            () -> written.toString(UTF_8),
                            lines -> Stream.of("\"task_finished\"", "\"preview_stored\"")
                                    .allMatch(lines::contains));
        } finally {
            System.setOut(out);
        }

        List<String> lines = written.toString(UTF_8)
                .lines()
                .filter(line -> line.startsWith("{\"timestamp\":"))
                .toList();
        assertThat(lines).allMatch(line -> line.contains(task));
        assertThat(lines)
                .extracting(line -> Objects.requireNonNull(((Json.Obj) Json.parse(line)).string("event")))
                .containsExactlyInAnyOrder("submit_accepted", "callback", "task_finished", "preview_stored");
        assertThat(MetricLines.read(String.join("\n", lines)).keySet())
                .containsExactlyInAnyOrder(
                        Metric.SUBMITS_ACCEPTED,
                        Metric.CREDITS_ACCEPTED,
                        Metric.UPSTREAM_SUBMIT_LATENCY,
                        Metric.CALLBACKS_NEWS,
                        Metric.UPSTREAM_STATUS_LATENCY,
                        Metric.TASKS_FINISHED,
                        Metric.IMAGES_STORED,
                        Metric.IMAGE_BYTES_STORED,
                        Metric.CREDITS_SPENT,
                        Metric.TASK_LATENCY,
                        Metric.SETTLE_LATENCY);
        assertThat(lines.stream().mapToInt(LogBytesTest::billed).sum()).isBetween(1, MOST);
        assertThat(Files.readString(Path.of("..", "docs", "capacity.md"))).contains("| log bytes, GB | 0.000002 |");
    }
}
