package dev.darkroom.submits;

import static org.assertj.core.api.Assertions.assertThat;

import dev.darkroom.json.Json;
import dev.darkroom.local.LocalStack;
import dev.darkroom.local.apidot.Stats;
import dev.darkroom.submit.SubmitHandler;
import dev.darkroom.testing.HttpEvent.Answer;
import dev.darkroom.testing.LocalStackExtension;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * Whatever arrives: no internal error, no internals in an answer, and nothing recorded or sent except accepted submits. {@code
 * -Ddarkroom.fuzz.size} sets the size, {@code -Ddarkroom.fuzz.seed} repeats a run.
 */
class SubmitFuzzTest {
    @RegisterExtension
    static final LocalStackExtension STACK = LocalStackExtension.plain();

    @AutoClose
    private static Bench bench;

    @BeforeAll
    static void start(LocalStack stack) {
        bench = new Bench(stack);
    }

    @Test
    void no_submit_makes_us_fail_and_only_accepted_ones_leave_a_trace() {
        int size = Integer.getInteger("darkroom.fuzz.size", 2_000);
        long seed = Long.getLong("darkroom.fuzz.seed", System.nanoTime());
        System.out.println("Submits drawn: " + size + ", seed " + seed);
        Bench.Scene scene = bench.scene(0);
        SubmitHandler handler = scene.handler(bench.table());
        FuzzedSubmits submits = new FuzzedSubmits(new SplittableRandom(seed), scene.name + "-");
        Stats before = bench.apiDot().stats();
        Map<Integer, Integer> statuses = new TreeMap<>();
        Set<String> tasks = new HashSet<>();

        for (int i = 0; i < size; i++) {
            Json.Obj event = submits.next();
            Answer answer = Answer.of(handler, event);
            String drawn = "submit " + i + " of seed " + seed;
            assertThat(answer.status()).as(drawn).isIn(200, 400, 401, 409, 413, 415, 422);
            assertThat(answer.json().integer("code")).as(drawn).isEqualTo(answer.status());
            assertThat(answer.body())
                    .as(drawn)
                    .doesNotContain("Exception")
                    .doesNotContain(".java")
                    .doesNotContain("dev.darkroom")
                    .hasSizeLessThan(32 * 1024);
            if (answer.status() == 400) {
                assertThat(answer.body())
                        .as("refused by us, not upstream: " + drawn + ": " + event.text())
                        .contains("\"The request is not valid: ");
            }
            statuses.merge(answer.status(), 1, Integer::sum);
            if (answer.status() == 200) {
                tasks.add(answer.taskId());
            }
        }

        System.out.println("Answers: " + statuses);
        assertThat(statuses).as("the generator reaches these").containsKeys(200, 400, 401, 413, 415, 422);
        assertThat(scene.log()).doesNotContain("unexpected_failure");
        Stats after = bench.apiDot().stats();
        assertThat(after.submitsArrived() - before.submitsArrived()).isEqualTo(tasks.size());
        assertThat(after.tasksAccepted() - before.tasksAccepted())
                .as("what our rules let through, APIDot's do too")
                .isEqualTo(tasks.size());
        assertThat(records(scene)).isEqualTo(tasks.size());
    }

    private static long records(Bench.Scene scene) {
        return bench
                .stack()
                .dynamoDb()
                .scanPaginator(request -> request.tableName(bench.stack().tasksTable())
                        .filterExpression("begins_with(user_id, :name) OR user_id = :blank OR size(user_id) > :long")
                        .expressionAttributeValues(Map.of(
                                ":name", AttributeValue.fromS(scene.name + "-"),
                                ":blank", AttributeValue.fromS(" "),
                                ":long", AttributeValue.fromN("255"))))
                .items()
                .stream()
                .count();
    }
}
