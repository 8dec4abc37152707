package dev.darkroom.local.apidot;

import static dev.darkroom.testing.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.darkroom.json.Json;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The webhooks of the simulated APIDot, as the receiver on the same server gets them. */
class WebhooksTest {
    @AutoClose
    private ApiDotClient client;

    @BeforeEach
    void start() throws Exception {
        client = ApiDotClient.start();
        client.apidot.speak(new Shapes(Shapes.Status.DATA, Shapes.Webhook.FLAT, Shapes.Picture.PNG));
    }

    private List<Callback> got(int count) {
        await().untilAsserted(() ->
                assertThat(client.apidot.receiver().callbacks("hook")).hasSize(count));
        return client.apidot.receiver().callbacks("hook");
    }

    private SimulatedTask submittedAndEnded(String prompt) throws Exception {
        SimulatedTask task = client.submitted(prompt);
        client.ended(task);
        return task;
    }

    private static String status(Callback webhook) {
        Json.Obj body = (Json.Obj) webhook.json();
        Json.Obj data = body.object("data");
        return Objects.requireNonNull((data == null ? body : data).string("status"));
    }

    @ParameterizedTest
    @CsvSource({"wrapped, true", "flat, false"})
    void the_end_is_reported_in_each_shape(String shape, boolean inData) throws Exception {
        client.send("PUT", "/control/shapes", "{\"webhook\":\"" + shape + "\"}");
        SimulatedTask task = client.submitted("fox");

        Json.Obj body = (Json.Obj) got(1).getFirst().json();

        Json.Obj data = inData ? ApiDotClient.part(body, "data") : body;
        assertThat(data.string("task_id")).isEqualTo(task.id());
        assertThat(data.string("status")).isEqualTo("finished");
        assertThat(data.items("files")).hasSize(1);
    }

    @Test
    void a_failure_is_reported_without_files() throws Exception {
        client.fault("{\"fault\":\"task_fails\",\"message\":\"no\"}");
        client.submitted("fox");
        Json.Obj body = (Json.Obj) got(1).getFirst().json();
        assertThat(body.string("status")).isEqualTo("failed");
        assertThat(body.string("error_message")).isEqualTo("no");
        assertThat(body.items("files")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"500, 3, 4", "503, 9, 6", "404, 1, 1", "302, 1, 1", "200, 1, 1"})
    void a_webhook_is_retried_on_5xx_up_to_five_times_and_never_on_4xx(int status, int times, int attempts)
            throws Exception {
        client.apidot.receiver().answer("hook", ReceiverAnswer.status(status, times));
        SimulatedTask task = client.submitted("fox");
        await().untilAsserted(() -> assertThat(task.webhooks()).hasSize(attempts));
        assertThat(got(attempts)).hasSize(attempts);
        assertThat(task.webhooks().getFirst()).isEqualTo(new WebhookDelivery(WebhookVariant.GENUINE, 1, status));
        assertThat(task.webhooks().getLast().isRetried()).isEqualTo(attempts == 6);
    }

    @Test
    void a_webhook_is_retried_when_its_receiver_is_silent() throws Exception {
        client.send("PUT", "/receiver/hook", "{\"cut\":true,\"times\":1}");
        SimulatedTask task = client.submitted("fox");
        await().untilAsserted(() -> assertThat(task.webhooks())
                .containsExactly(
                        new WebhookDelivery(WebhookVariant.GENUINE, 1, 0),
                        new WebhookDelivery(WebhookVariant.GENUINE, 2, 200)));
        assertThat(client.apidot.stats("fox").webhooksTaken()).isEqualTo(1);
    }

    @Test
    void a_webhook_can_be_dropped_and_sent_later_by_a_person() throws Exception {
        client.fault("{\"fault\":\"webhook_dropped\",\"match\":\"first\"}");
        SimulatedTask dropped = submittedAndEnded("first");
        client.submitted("second");
        got(1);

        assertThat(dropped.webhooks()).isEmpty();
        assertThat(ApiDotClient.text(client.send("POST", "/control/tasks/" + dropped.id() + "/webhook", "")))
                .isEqualTo("[{\"variant\":\"genuine\",\"attempt\":1,\"status\":200}]");
        assertThat(got(2).getLast().body()).contains(dropped.id());
    }

    @Test
    void a_webhook_can_be_late() throws Exception {
        client.fault("{\"fault\":\"webhook_delayed\",\"seconds\":0.5}");
        SimulatedTask task = client.submitted("fox");
        Callback late = got(1).getFirst();
        assertThat(Duration.between(task.endsAt(), late.receivedAt())).isGreaterThan(Duration.ofMillis(450));
    }

    @Test
    void a_webhook_can_come_many_times_at_once() throws Exception {
        client.fault("{\"fault\":\"webhook_duplicated\",\"copies\":5}");
        client.submitted("fox");
        assertThat(got(5)).extracting(WebhooksTest::status).containsOnly("finished");
    }

    @Test
    void running_can_be_reported_after_the_end() throws Exception {
        client.fault("{\"fault\":\"webhook_reordered\"}");
        client.submitted("fox");
        assertThat(got(2)).extracting(WebhooksTest::status).containsExactly("finished", "running");
    }

    @Test
    void progress_can_be_reported_before_the_end() throws Exception {
        client.fault("{\"fault\":\"task_reports_progress\"}");
        client.submitted("fox");
        assertThat(got(2)).extracting(WebhooksTest::status).containsExactly("running", "finished");
    }

    @Test
    void another_webhook_can_come_before_or_instead() throws Exception {
        client.fault("{\"fault\":\"webhook_sends\",\"variant\":\"other_task\"}");
        client.fault(
                "{\"fault\":\"webhook_sends\",\"variant\":\"unreadable\",\"genuine_too\":false,\"match\":\"two\"}");
        SimulatedTask first = client.submitted("one");
        assertThat(got(2).getFirst().body()).contains("\"" + first.id() + "0\"");
        client.submitted("two");
        assertThat(got(3).getLast().json()).isEqualTo(Json.Null.NULL);
    }

    @ParameterizedTest
    @CsvSource({
        "running,         running",
        "unknown_status,  simmering",
        "forged_files,    forged.example",
        "numeric_task_id, '\"task_id\":0'",
        "no_task_id,      '{\"status\":'",
        "unreadable,      '\"status\":'",
        "empty,           ''",
        "oversized,       ' '",
    })
    void a_person_can_send_every_variant(String variant, String says) throws Exception {
        client.fault("{\"fault\":\"webhook_dropped\"}");
        SimulatedTask task = submittedAndEnded("fox");
        client.send("POST", "/control/tasks/" + task.id() + "/webhook", "{\"variant\":\"" + variant + "\"}");
        Callback webhook = got(1).getFirst();
        assertThat(webhook.body()).contains(says);
        if (variant.equals("oversized")) {
            assertThat(Long.parseLong(Objects.requireNonNull(webhook.headers().get("content-length"))))
                    .isGreaterThan(256 * 1024);
        }
    }

    @ParameterizedTest
    @CsvSource({"WRONG_PATH_SIGNATURE, 200, hoox", "NO_PATH_SIGNATURE, 404, ''", "WRONG_PATH_TASK, 404, ''"})
    void a_forger_can_change_the_path(WebhookVariant variant, int answer, String receivedBy) throws Exception {
        client.fault("{\"fault\":\"webhook_dropped\"}");
        SimulatedTask task = submittedAndEnded("fox");
        assertThat(client.apidot.sendWebhook(task, variant).status()).isEqualTo(answer);
        assertThat(client.apidot.receiver().callbacks("hook")).isEmpty();
        assertThat(client.apidot.receiver().received(receivedBy)).isEqualTo(receivedBy.isEmpty() ? 0 : 1);
    }

    @Test
    void webhooks_are_signed_over_task_and_time_when_there_is_a_key() throws Exception {
        try (ApiDotClient signing = ApiDotClient.start(
                Settings.quick(ApiDotClient.KEY).withWebhooks("hook-key", Duration.ofSeconds(5), List.of()))) {
            SimulatedTask task = signing.submitted("fox");
            await().until(() -> task.webhooks().size() == 1);
            for (WebhookVariant variant :
                    List.of(WebhookVariant.WRONG_KEY, WebhookVariant.STALE, WebhookVariant.UNSIGNED)) {
                signing.apidot.sendWebhook(task, variant);
            }
            List<Callback> got = signing.apidot.receiver().callbacks("hook");

            assertThat(got).extracting(WebhooksTest::isSigned).containsExactly(true, false, true, false);
            long stale =
                    Long.parseLong(Objects.requireNonNull(got.get(2).headers().get("x-webhook-timestamp")));
            assertThat(stale).isLessThan(got.get(2).receivedAt().getEpochSecond() - 590);
            assertThat(got.getLast().headers()).doesNotContainKey("x-webhook-signature");
        }
    }

    private static boolean isSigned(Callback webhook) {
        String timestamp = webhook.headers().get("x-webhook-timestamp");
        String taskId = webhook.body().replaceAll("(?s).*\"task_id\":\"([^\"]+)\".*", "$1");
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec("hook-key".getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
            return Base64.getEncoder()
                    .encodeToString(mac.doFinal((taskId + "." + timestamp).getBytes(StandardCharsets.UTF_8)))
                    .equals(webhook.headers().get("x-webhook-signature"));
        } catch (java.security.GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }
}
