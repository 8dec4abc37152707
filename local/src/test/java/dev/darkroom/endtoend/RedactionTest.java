package dev.darkroom.endtoend;

import static dev.darkroom.testing.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.darkroom.apidot.CallbackSignature;
import dev.darkroom.json.Json;
import dev.darkroom.local.LocalStack;
import dev.darkroom.local.Options;
import dev.darkroom.local.apidot.FileFault;
import dev.darkroom.local.apidot.ReceiverAnswer;
import dev.darkroom.local.apidot.Reply;
import dev.darkroom.local.apidot.Settings;
import dev.darkroom.local.apidot.SimulatedApiDot;
import dev.darkroom.local.apidot.SimulatedTask;
import dev.darkroom.local.apidot.StatusFault;
import dev.darkroom.local.apidot.TaskFault;
import dev.darkroom.local.apidot.WebhookVariant;
import dev.darkroom.task.TaskId;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;

/**
 * Marks every secret, sends the marks through every kind of failure, and then searches all output for them. The output is the log (the
 * source of all metrics), everything else the process prints, and every answer except the owner's own status answers.
 */
@Isolated("It captures all that this JVM prints")
class RedactionTest {
    /** A text that must not be found. */
    private record Mark(String what, String text) {}

    private final List<Mark> marks = new ArrayList<>();
    private final List<String> said = new ArrayList<>();
    private final HttpClient http = HttpClient.newHttpClient();
    private final Random random = new Random(7);

    /** Returns a text that occurs nowhere else. */
    private String mark(String what) {
        byte[] bytes = new byte[18];
        random.nextBytes(bytes);
        String mark = "mk"
                + Base64.getUrlEncoder().withoutPadding().encodeToString(bytes).replaceAll("[-_]", "0");
        marks.add(new Mark(what, mark));
        return mark;
    }

    private String secret() {
        return "whsec_"
                + Base64.getEncoder().encodeToString(mark("secret of callbacks").getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void nothing_private_is_written_anywhere_whatever_happens() throws Exception {
        ByteArrayOutputStream written = new ByteArrayOutputStream();
        PrintStream out = System.out;
        PrintStream err = System.err;
        PrintStream capturing = new PrintStream(written, true, StandardCharsets.UTF_8);
        String key = mark("API key");
        String webhookKey = mark("webhook key");
        String signingKey = mark("signing key");
        String clientSecret = secret();
        marks.add(new Mark("secret of callbacks, as it is configured", clientSecret.substring("whsec_".length())));
        Settings settings = Settings.quick(key)
                .withWebhooks(webhookKey, Duration.ofSeconds(5), List.of(Duration.ofMillis(20)))
                .withReceiverSecrets(List.of(clientSecret));
        System.setOut(capturing);
        System.setErr(capturing);
        try (SimulatedApiDot apiDot =
                        SimulatedApiDot.start(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), settings);
                EchoingApiDot echoing = new EchoingApiDot(apiDot);
                LocalStack stack = LocalStack.start(Options.forTests()
                        .with("APIDOT_BASE_URL", "http://" + echoing.place())
                        .with("APIDOT_API_KEY", key)
                        .with("APIDOT_WEBHOOK_KEY", webhookKey)
                        .with("CALLBACK_SIGNING_KEYS", signingKey)
                        .with("CLIENT_WEBHOOK_SECRETS", clientSecret)
                        .with("NOTIFY_SCHEDULE_SECONDS", "1")
                        .with("TRUSTED_HOSTS", echoing.place() + ",localhost:" + apiDot.port()))) {
            new Run(stack, apiDot, key, webhookKey, signingKey).everything();
            assertThat(echoing.echoes()).as("answers that quoted everything").isEqualTo(16);
            // The lines of work that nobody waits for.
            await().until(
                            () -> written.toString(StandardCharsets.UTF_8),
                            log -> log.contains("task_later") && log.contains("objects_removed"));
        } finally {
            System.setOut(out);
            System.setErr(err);
        }
        String log = written.toString(StandardCharsets.UTF_8);
        assertThat(log)
                .as("the log was seen, of every function")
                .contains("submit_accepted")
                .contains("submit_refused")
                .contains("submit_unknown")
                .contains("callback_signature_wrong")
                .contains("webhook_signature_wrong")
                .contains("ownership_violation")
                .contains("task_finished")
                .contains("task_failed")
                .contains("task_later")
                .contains("client_callback")
                .contains("objects_removed");
        said.add(log);
        for (Mark mark : marks) {
            for (String text : said) {
                assertThat(text).as(mark.what).doesNotContain(mark.text.substring(0, 14));
            }
        }
    }

    /** One run of the system with all marks in place. */
    private final class Run {
        private final LocalStack stack;
        private final SimulatedApiDot apiDot;
        private final String key;
        private final String webhookKey;
        private final CallbackSignature signature;
        private String ownPicture = "";
        private final String token = "e30."
                + Base64.getUrlEncoder()
                        .withoutPadding()
                        .encodeToString("{\"sub\":\"alice\"}".getBytes(StandardCharsets.UTF_8))
                + "." + mark("bearer token");

        Run(LocalStack stack, SimulatedApiDot apiDot, String key, String webhookKey, String signingKey) {
            this.stack = stack;
            this.apiDot = apiDot;
            this.key = key;
            this.webhookKey = webhookKey;
            this.signature = new CallbackSignature(List.of(signingKey));
        }

        void everything() throws Exception {
            ownPicture = uploaded();
            refusals();
            invalidRequests();
            ends();
            forgeries();
            stack.sweepNow();
            send("GET", "/api/generate/tasks", "");
        }

        /** Uploads a picture of the user's own. APIDot gets a presigned URL for it. */
        private String uploaded() throws Exception {
            byte[] picture = http.send(
                            HttpRequest.newBuilder(URI.create(apiDot.baseUrl() + "/samples/source.png"))
                                    .build(),
                            HttpResponse.BodyHandlers.ofByteArray())
                    .body();
            Json.Obj upload = data(send(
                    "POST",
                    "/api/generate/uploads",
                    "{\"content_type\":\"image/png\",\"bytes\":" + picture.length + "}"));
            String url = Objects.requireNonNull(
                    Objects.requireNonNull(upload.object("put")).string("url"));
            HttpResponse<Void> put = http.send(
                    HttpRequest.newBuilder(URI.create(url))
                            .header("Content-Type", "image/png")
                            .header("If-None-Match", "*")
                            .PUT(HttpRequest.BodyPublishers.ofByteArray(picture))
                            .build(),
                    HttpResponse.BodyHandlers.discarding());
            assertThat(put.statusCode()).isEqualTo(200);
            marks.add(new Mark("presigned URL", "X-Amz-Signature"));
            return Objects.requireNonNull(upload.string("image_url"));
        }

        private static Json.Obj data(HttpResponse<String> answer) throws Exception {
            return Objects.requireNonNull(((Json.Obj) Json.parse(answer.body())).object("data"));
        }

        /** Makes APIDot refuse submits with answers that quote the whole request. */
        private void refusals() throws Exception {
            for (String answer : List.of(
                    "400 message",
                    "400 detail",
                    "400 details",
                    "400 error",
                    "400 in_body",
                    "400 text",
                    "401 error",
                    "401 in_body",
                    "402 error",
                    "403 detail",
                    "404 text",
                    "422 details",
                    "429 error",
                    "503 error",
                    "500 error",
                    "302 text")) {
                said.add(send("POST", "/api/generate/submit", edit(mark("prompt") + " [answer " + answer + "]", ""))
                        .body());
            }
        }

        private void invalidRequests() throws Exception {
            String url = "http://user:" + mark("image URL that is refused") + "@example.com/";
            String body = edit(mark("prompt"), "").replace(sample(), url);
            for (String wrong : List.of(
                    body,
                    body.replace("\"input\"", "\"n\":1,\"input\""),
                    edit(mark("prompt"), url),
                    edit(mark("prompt"), "").replace("}", ""),
                    "{\"input\":\"" + mark("prompt") + "\"}")) {
                said.add(send("POST", "/api/generate/submit", wrong).body());
                said.add(send("POST", "/api/generate/quote", wrong).body());
            }
        }

        /** Runs tasks to every kind of end, with callbacks to clients. */
        private void ends() throws Exception {
            String good = mark("prompt");
            String failing = mark("prompt");
            String unreadable = mark("prompt");
            String away = mark("prompt");
            String deaf = mark("prompt");
            apiDot.faults()
                    .always(
                            new TaskFault.Fails("failed", "{prompt} at {callback_url} with {file_url} and " + key),
                            failing);
            apiDot.faults()
                    .always(new TaskFault.HasFileUrls(List.of("https://127.0.0.1/" + mark("media URL"))), unreadable);
            apiDot.faults().always(new FileFault.Answers(Reply.of(500, Reply.Body.HTML)), away);
            apiDot.faults().add(new StatusFault.Answers(Reply.of(401, Reply.Body.APIDOT)), 1, away);
            String deafReceiver = mark("client's callback URL");
            apiDot.receiver().answer(deafReceiver, ReceiverAnswer.status(500, 0));

            String finished = submitted(edit(good, apiDot.receiverUrl(mark("client's callback URL"))));
            String failed = submitted(edit(failing, apiDot.receiverUrl(mark("client's callback URL"))));
            String forbidden = submitted(edit(unreadable, ""));
            submitted(edit(away, ""));
            submitted(edit(deaf, apiDot.receiverUrl(deafReceiver)));
            awaitStatus(finished, "finished");
            said.add(withoutInput(awaitStatus(failed, "failed")));
            said.add(withoutInput(awaitStatus(forbidden, "failed")));
            await().until(() -> apiDot.receiver().received(deafReceiver) > 0);
            await().until(() ->
                    send("GET", "/api/generate/status/" + finished, "").body().contains("\"delivered\""));
            await().until(() ->
                    send("GET", "/api/generate/status/" + failed, "").body().contains("\"last_result\":\"200\""));
            assertThat(send("POST", "/api/generate/tasks/" + failed + "/callback", "")
                            .statusCode())
                    .isEqualTo(200);
            said.add(send("DELETE", "/api/generate/tasks/" + finished, "").body());
            said.add(send("DELETE", "/api/generate/tasks/" + finished, "").body());
        }

        /** Removes {@code input}: the only place where the owner gets their own prompt back. */
        private static String withoutInput(String status) throws Exception {
            Json.Obj answer = (Json.Obj) Json.parse(status);
            Json.Obj input = Objects.requireNonNull(
                    Objects.requireNonNull(answer.object("data")).object("input"));
            return status.replace(input.text(), "");
        }

        /** Sends forged and unreadable webhooks that contain marks. */
        private void forgeries() throws Exception {
            for (SimulatedTask task : apiDot.tasks("")) {
                apiDot.sendWebhook(task, WebhookVariant.GENUINE);
                apiDot.sendWebhook(task, WebhookVariant.OTHER_TASK);
                apiDot.sendWebhook(task, WebhookVariant.FORGED_FILES);
                apiDot.sendWebhook(task, WebhookVariant.WRONG_PATH_SIGNATURE);
                apiDot.sendWebhook(task, WebhookVariant.UNREADABLE);
                apiDot.sendWebhook(task, WebhookVariant.UNSIGNED);
                said.add(ofAnotherTask(task));
            }
            said.add(
                    send("POST", "/callbacks/apidot/task-0123456789abcdef/" + mark("forged signature"), mark("webhook"))
                            .body());
        }

        /** Sends a webhook with APIDot's real key that names another task than the address does. */
        private String ofAnotherTask(SimulatedTask task) throws Exception {
            String timestamp = Long.toString(Instant.now().getEpochSecond());
            String other = "task-of-" + mark("another user");
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(webhookKey.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
            byte[] signed = mac.doFinal((other + "." + timestamp).getBytes(StandardCharsets.UTF_8));
            HttpResponse<String> answer = http.send(
                    HttpRequest.newBuilder(URI.create(task.callbackUrl()))
                            .header("X-Webhook-Timestamp", timestamp)
                            .header("X-Webhook-Signature", Base64.getEncoder().encodeToString(signed))
                            .POST(HttpRequest.BodyPublishers.ofString(
                                    "{\"task_id\":\"" + other + "\",\"status\":\"finished\"}"))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            assertThat(answer.statusCode()).isEqualTo(403);
            return answer.body();
        }

        private String sample() {
            return apiDot.baseUrl() + "/samples/source.png?token=";
        }

        private String edit(String prompt, String callback) {
            Json.Obj input = Json.object()
                    .put("prompt", prompt)
                    .put("image_urls", Json.array(List.of(Json.of(sample() + mark("image URL")), Json.of(ownPicture))))
                    .build();
            Json.Builder body = Json.object().put("model", "gpt-image-2-edit");
            if (!callback.isEmpty()) {
                body.put("callback_url", callback);
            }
            return body.put("input", input).build().text();
        }

        private String submitted(String body) throws Exception {
            HttpResponse<String> answer = send("POST", "/api/generate/submit", body);
            assertThat(answer.statusCode()).isEqualTo(200);
            said.add(answer.body());
            Json.Obj data = data(answer);
            String id = Objects.requireNonNull(data.string("task_id"));
            marks.add(new Mark("signature in the webhook's URL", signature.of(new TaskId(id))));
            return id;
        }

        private String awaitStatus(String task, String status) {
            return await().until(
                            () -> send("GET", "/api/generate/status/" + task, "")
                                    .body(),
                            body -> body.contains("\"status\":\"" + status + "\""));
        }

        private HttpResponse<String> send(String method, String path, String body) throws Exception {
            HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(stack.apiUrl() + path))
                    .header("Authorization", "Bearer " + token)
                    .header("Content-Type", "application/json");
            return http.send(
                    request.method(method, HttpRequest.BodyPublishers.ofString(body))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
        }
    }
}
