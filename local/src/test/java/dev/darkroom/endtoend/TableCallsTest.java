package dev.darkroom.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.darkroom.json.Json;
import dev.darkroom.local.LocalStack;
import dev.darkroom.local.Options;
import dev.darkroom.local.apidot.FaultRule;
import dev.darkroom.local.apidot.WebhookFault;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Counts the calls that reach the table. Nothing else calls it meanwhile: no sweep runs, and no poll is due. */
class TableCallsTest {
    private static final Json.Obj REQUEST = Json.object()
            .put("model", "gpt-image-2")
            .put("input", Json.object().put("prompt", "counted").build())
            .build();

    @AutoClose
    private static LocalStack stack;

    private static ApiDotProgram alice;

    @BeforeAll
    static void start() throws Exception {
        stack = LocalStack.start(Options.forTests().with("DAILY_CREDIT_LIMIT", "0"));
        alice = new ApiDotProgram(stack.apiUrl().toString(), "alice");
        // Warm-up: a cold submit can be slower than its webhook, which costs more calls. The list also needs a task to
        // show.
        String first = alice.submit(REQUEST);
        await().atMost(Duration.ofMinutes(2))
                .until(() -> "finished".equals(alice.status(first).string("status")));
    }

    private static Map<String, Long> since(Map<String, Long> before) {
        Map<String, Long> more = new TreeMap<>(stack.tableCalls());
        before.forEach((operation, count) -> more.merge(operation, -count, Long::sum));
        more.values().removeIf(count -> count == 0);
        return more;
    }

    /** Waits for these calls, and fails when more arrive. */
    private static void assertCalls(Map<String, Long> before, Map<String, Long> expected) {
        await().during(Duration.ofSeconds(1))
                .atMost(Duration.ofSeconds(60))
                .until(() -> since(before), expected::equals);
    }

    @Test
    void a_task_whose_webhook_arrives_costs_five_writes_and_no_read() throws Exception {
        Map<String, Long> before = stack.tableCalls();
        String task = alice.submit(REQUEST);

        // PutItem: the record. UpdateItem: upstream's id, the webhook, the claim, the end.
        assertCalls(before, Map.of("PutItem", 1L, "UpdateItem", 4L));

        Map<String, Long> ended = stack.tableCalls();
        assertThat(alice.status(task).string("status")).isEqualTo("finished");
        assertThat(since(ended)).isEqualTo(Map.of("GetItem", 1L));
    }

    @Test
    void a_delivery_that_comes_again_costs_one_refused_write_each_time() throws Exception {
        int deliveries = 5;
        stack.apiDot().faults().add(new WebhookFault.Duplicates(deliveries), FaultRule.ALWAYS, "again and again");
        Map<String, Long> before = stack.tableCalls();
        alice.submit(Json.object()
                .put("model", "gpt-image-2")
                .put("input", Json.object().put("prompt", "again and again").build())
                .build());

        assertCalls(before, Map.of("PutItem", 1L, "UpdateItem", 4L + deliveries - 1));
        stack.apiDot().faults().clear();
    }

    @Test
    void a_forged_delivery_a_list_and_a_quote_cost_what_they_should() throws Exception {
        Map<String, Long> before = stack.tableCalls();
        for (String path : List.of("/task-AAAAAAAAAAAAAAAAAAAAAAAA/" + "A".repeat(43), "/x/y", "/task-1/")) {
            assertThat(alice.post("/callbacks/apidot" + path, "{}").statusCode())
                    .isEqualTo(404);
        }
        assertThat(alice.post("/api/generate/quote", REQUEST.text()).statusCode())
                .isEqualTo(200);
        assertThat(since(before)).isEmpty();

        assertThat(alice.get("/api/generate/tasks?limit=100").statusCode()).isEqualTo(200);
        assertThat(since(before)).isEqualTo(Map.of("Query", 1L, "BatchGetItem", 1L));
    }
}
