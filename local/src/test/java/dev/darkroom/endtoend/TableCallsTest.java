package dev.darkroom.endtoend;

import static dev.darkroom.testing.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.darkroom.json.Json;
import dev.darkroom.local.LocalStack;
import dev.darkroom.local.apidot.SimulatedTask;
import dev.darkroom.local.apidot.WebhookFault;
import dev.darkroom.local.apidot.WebhookVariant;
import dev.darkroom.testing.LocalStackExtension;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Counts the calls that reach the table. Nothing else calls it meanwhile: no sweep runs, and no poll is due. */
class TableCallsTest {
    @RegisterExtension
    static final LocalStackExtension STACK = LocalStackExtension.with("DAILY_CREDIT_LIMIT", "0");

    private static LocalStack stack;

    private static ApiDotProgram alice;

    @BeforeAll
    static void start(LocalStack started) throws Exception {
        stack = started;
        alice = new ApiDotProgram(stack.apiUrl().toString(), "alice");
        // Warm-up: a cold submit can be slower than its webhook, which costs more calls. The list also needs a task to
        // show.
        String first = alice.submit(request("first"));
        await().until(() -> "finished".equals(alice.status(first).string("status")));
        // A webhook that came before the submit's answer would cost other calls, so the tests send the webhooks.
        stack.apiDot().faults().always(new WebhookFault.Drops(), "");
    }

    private static Json.Obj request(String prompt) {
        return Json.object()
                .put("model", "gpt-image-2")
                .put("input", Json.object().put("prompt", prompt).build())
                .build();
    }

    /** Sends so many webhooks at once about the only task with this prompt, once it has ended. */
    private static void deliver(String prompt, int copies) {
        await().until(() -> stack.apiDot().stats(prompt).creditsCharged() == 1);
        SimulatedTask task = stack.apiDot().tasks(prompt).getFirst();
        try (ExecutorService senders = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int copy = 0; copy < copies; copy++) {
                senders.execute(() -> stack.apiDot().sendWebhook(task, WebhookVariant.GENUINE));
            }
        }
    }

    private static Map<String, Long> since(Map<String, Long> before) {
        Map<String, Long> more = new TreeMap<>(stack.tableCalls());
        before.forEach((operation, count) -> more.merge(operation, -count, Long::sum));
        more.values().removeIf(count -> count == 0);
        return more;
    }

    /** Waits for these calls, and fails when more arrive. */
    private static void assertCalls(Map<String, Long> before, Map<String, Long> expected) {
        await().during(Duration.ofSeconds(1)).until(() -> since(before), expected::equals);
    }

    @Test
    void a_task_whose_webhook_arrives_costs_five_writes_and_no_read() throws Exception {
        Map<String, Long> before = stack.tableCalls();
        String task = alice.submit(request("once"));
        deliver("once", 1);

        // The record, upstream's id, the webhook, the claim, the end.
        assertCalls(before, Map.of("UpdateItem", 5L));

        Map<String, Long> ended = stack.tableCalls();
        assertThat(alice.status(task).string("status")).isEqualTo("finished");
        assertThat(since(ended)).isEqualTo(Map.of("GetItem", 1L));
    }

    @Test
    void a_delivery_that_comes_again_costs_one_refused_write_each_time() throws Exception {
        int deliveries = 5;
        Map<String, Long> before = stack.tableCalls();
        alice.submit(request("again and again"));
        deliver("again and again", deliveries);

        assertCalls(before, Map.of("UpdateItem", 5L + deliveries - 1));
    }

    @Test
    void a_forged_delivery_a_list_and_a_quote_cost_what_they_should() throws Exception {
        Map<String, Long> before = stack.tableCalls();
        for (String path : List.of("/task-AAAAAAAAAAAAAAAAAAAAAAAA/" + "A".repeat(43), "/x/y", "/task-1/")) {
            assertThat(alice.post("/callbacks/apidot" + path, "{}").statusCode())
                    .isEqualTo(404);
        }
        assertThat(alice.post("/api/generate/quote", request("quoted").text()).statusCode())
                .isEqualTo(200);
        assertThat(since(before)).isEmpty();

        assertThat(alice.get("/api/generate/tasks?limit=100").statusCode()).isEqualTo(200);
        assertThat(since(before)).isEqualTo(Map.of("Query", 1L, "BatchGetItem", 1L));
    }
}
