package dev.darkroom.rules;

import static dev.darkroom.testing.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.darkroom.local.LocalStack;
import dev.darkroom.local.apidot.SimulatedTask;
import dev.darkroom.local.apidot.WebhookFault;
import dev.darkroom.testing.LocalStackExtension;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** One webhook delivered many times through the whole system. */
class DuplicatesTest {
    private static final int DELIVERIES = Integer.getInteger("darkroom.duplicates", 1_000);
    private static final int AT_ONCE = 8;

    @RegisterExtension
    static final LocalStackExtension STACK = LocalStackExtension.with("DAILY_CREDIT_LIMIT", "0");

    @Test
    void webhook_delivered_a_thousand_times_has_one_effect(LocalStack stack) throws Exception {
        try (HttpClient http = HttpClient.newHttpClient()) {
            stack.apiDot().faults().always(new WebhookFault.Drops(), "");
            String body = "{\"model\":\"gpt-image-2\",\"input\":{\"prompt\":\"one\"}}";
            assertThat(http.send(
                                    HttpRequest.newBuilder(stack.apiUrl().resolve("/api/generate/submit"))
                                            .header("Authorization", "Bearer alice")
                                            .header("Content-Type", "application/json")
                                            .POST(BodyPublishers.ofString(body))
                                            .build(),
                                    BodyHandlers.ofString())
                            .statusCode())
                    .isEqualTo(200);
            SimulatedTask upstream = stack.apiDot().tasks("one").getFirst();
            await().until(() -> stack.apiDot().stats().creditsCharged() == 1);

            long before = updates(stack);
            Map<String, Integer> answers = new TreeMap<>();
            List<Future<String>> deliveries = new ArrayList<>();
            try (ExecutorService senders = Executors.newFixedThreadPool(AT_ONCE)) {
                for (int i = 0; i < DELIVERIES; i++) {
                    deliveries.add(senders.submit(() -> deliver(http, upstream)));
                }
            }
            for (Future<String> delivery : deliveries) {
                answers.merge(delivery.get(), 1, Integer::sum);
            }
            await().until(() -> is(stack, "state", AttributeValue.fromS("finished")));

            int first = answers.getOrDefault("200 {\"ok\":true}", 0);
            int duplicates = answers.getOrDefault("200 {\"ok\":true,\"duplicate\":true}", 0);
            // Each delivery makes one write, then come the claim and the end. On a slow machine the SDK may repeat the
            // first write. Its answer is a duplicate's then.
            boolean repeated = updates(stack) - before > DELIVERIES + 2;
            assertThat(first).as(answers.toString()).isBetween(repeated ? 0 : 1, 1);
            assertThat(first + duplicates).as(answers.toString()).isEqualTo(DELIVERIES);
            // Five writes: the record, upstream's id, the webhook, the claim, the end. A duplicate adds none.
            assertThat(is(stack, "version", AttributeValue.fromN("5"))).isTrue();
            assertThat(stack.s3()
                            .listObjectsV2(request ->
                                    request.bucket(stack.imagesBucket()).prefix("images/"))
                            .contents())
                    .hasSize(1);
            assertThat(upstream.statusReads()).isEqualTo(1);
            assertThat(upstream.fileReads()).isEqualTo(1);
            assertThat(stack.deadRecords()).isEmpty();
        }
    }

    private static long updates(LocalStack stack) {
        return stack.tableCalls().getOrDefault("UpdateItem", 0L);
    }

    private static String deliver(HttpClient http, SimulatedTask upstream) throws Exception {
        String event = "{\"task_id\":\"" + upstream.id() + "\",\"status\":\"finished\",\"files\":[]}";
        var answer = http.send(
                HttpRequest.newBuilder(URI.create(upstream.callbackUrl()))
                        .header("Content-Type", "application/json")
                        .POST(BodyPublishers.ofString(event))
                        .build(),
                BodyHandlers.ofString());
        return answer.statusCode() + " " + answer.body();
    }

    /** Returns whether the only task has this attribute with this value. */
    private static boolean is(LocalStack stack, String attribute, AttributeValue value) {
        return value.equals(stack.dynamoDb()
                .scan(request -> request.tableName(stack.tasksTable()))
                .items()
                .getFirst()
                .get(attribute));
    }
}
