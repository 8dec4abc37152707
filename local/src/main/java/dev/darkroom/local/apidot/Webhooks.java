package dev.darkroom.local.apidot;

import dev.darkroom.json.Json;
import dev.darkroom.local.apidot.SimulatedTask.Stage;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Supplier;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Sends genuine and wrong webhooks. Thread-safe. */
final class Webhooks {
    private static final int OVER_256_KIB = 256 * 1024 + 1;
    private static final Duration STALE = Duration.ofMinutes(10);

    private final Settings settings;
    private final Supplier<Shapes> shapes;
    private final HttpClient http;
    private final Executor executor;
    private final Waits waits;

    Webhooks(Settings settings, Supplier<Shapes> shapes, HttpClient http, Executor executor, Waits waits) {
        this.settings = settings;
        this.shapes = shapes;
        this.http = http;
        this.executor = executor;
        this.waits = waits;
    }

    /** Reports the task's end, with these faults. Returns when all webhooks that go one after the other are sent. */
    void report(SimulatedTask task, List<WebhookFault> faults) {
        if (faults.isEmpty()) {
            deliver(task, WebhookVariant.GENUINE);
            return;
        }
        for (WebhookFault fault : faults) {
            switch (fault) {
                case WebhookFault.Drops() -> {}
                case WebhookFault.Delays(Duration time) -> {
                    if (waits.lasting(time)) {
                        deliver(task, WebhookVariant.GENUINE);
                    }
                }
                case WebhookFault.Duplicates(int copies) -> {
                    for (int copy = 0; copy < copies; copy++) {
                        executor.execute(() -> deliver(task, WebhookVariant.GENUINE));
                    }
                }
                case WebhookFault.Reorders() -> {
                    deliver(task, WebhookVariant.GENUINE);
                    deliver(task, WebhookVariant.RUNNING);
                }
                case WebhookFault.Sends(WebhookVariant variant, boolean genuineToo) -> {
                    deliver(task, variant);
                    if (genuineToo) {
                        deliver(task, WebhookVariant.GENUINE);
                    }
                }
            }
        }
    }

    /** Sends until the receiver accepts it or answers 4xx, or until the retries are used up. */
    void deliver(SimulatedTask task, WebhookVariant variant) {
        WebhookDelivery delivery = send(task, variant, 1);
        for (int retry = 0; retry < settings.webhooks().backoff().size() && delivery.isRetried(); retry++) {
            if (!waits.lasting(settings.webhooks().backoff().get(retry))) {
                return;
            }
            delivery = send(task, variant, retry + 2);
        }
    }

    /** One attempt. */
    WebhookDelivery send(SimulatedTask task, WebhookVariant variant, int attempt) {
        WebhookDelivery delivery = new WebhookDelivery(variant, attempt, post(task, variant));
        task.webhookSent(delivery);
        return delivery;
    }

    private int post(SimulatedTask task, WebhookVariant variant) {
        HttpRequest.Builder request = HttpRequest.newBuilder(target(task, variant))
                .timeout(settings.webhooks().timeout())
                .header("Content-Type", "application/json")
                .header("User-Agent", "apidot-webhook")
                .POST(HttpRequest.BodyPublishers.ofString(body(task, variant)));
        String key = settings.webhooks().key();
        if (key != null && variant != WebhookVariant.UNSIGNED) {
            Instant when = variant == WebhookVariant.STALE ? Instant.now().minus(STALE) : Instant.now();
            String timestamp = Long.toString(when.getEpochSecond());
            String usedKey = variant == WebhookVariant.WRONG_KEY ? key + "-other" : key;
            request.header("X-Webhook-Timestamp", timestamp)
                    .header("X-Webhook-Signature", signature(usedKey, task.id() + "." + timestamp));
        }
        try {
            return http.send(request.build(), HttpResponse.BodyHandlers.discarding())
                    .statusCode();
        } catch (IOException e) {
            return 0;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return 0;
        }
    }

    private String body(SimulatedTask task, WebhookVariant variant) {
        Instant now = Instant.now();
        Stage stage = task.stageAt(now);
        String word = stage.word();
        Json id = Json.of(task.id());
        Json files = TaskJson.files(stage, task.fileUrls());
        Json.Obj genuine = TaskJson.ended(task, id, word, files, now);
        return switch (variant) {
            case GENUINE, WRONG_PATH_SIGNATURE, NO_PATH_SIGNATURE, WRONG_PATH_TASK, UNSIGNED, WRONG_KEY, STALE ->
                shaped(task, genuine);
            case RUNNING -> shaped(task, TaskJson.ended(task, id, "running", Json.array(List.of()), now));
            case UNKNOWN_STATUS -> shaped(task, TaskJson.ended(task, id, "simmering", Json.array(List.of()), now));
            case FORGED_FILES ->
                shaped(
                        task,
                        TaskJson.ended(
                                task,
                                id,
                                "finished",
                                TaskJson.filesAt(List.of("https://forged.example/stolen.png")),
                                now));
            case OTHER_TASK -> shaped(task, TaskJson.ended(task, Json.of(task.id() + "0"), word, files, now));
            case NO_TASK_ID ->
                shaped(
                        task,
                        Json.object().put("status", word).put("files", files).build());
            case NUMERIC_TASK_ID -> shaped(task, TaskJson.ended(task, Json.of(task.number()), word, files, now));
            case UNREADABLE -> "{\"task_id\":\"" + task.id() + "\",\"status\":";
            case EMPTY -> "";
            case OVERSIZED -> " ".repeat(OVER_256_KIB) + shaped(task, genuine);
        };
    }

    private String shaped(SimulatedTask task, Json.Obj data) {
        Shapes now = shapes.get();
        Json shaped = now.webhook() == Shapes.Webhook.RANDOM
                ? RandomForms.of(data, ThreadLocalRandom.current())
                : now.wrapped(task.number()) ? TaskJson.wrapped(data) : data;
        return shaped.text();
    }

    private static URI target(SimulatedTask task, WebhookVariant variant) {
        String url = task.callbackUrl();
        int last = url.lastIndexOf('/');
        int lastButOne = url.lastIndexOf('/', last - 1);
        return URI.create(
                switch (variant) {
                    case WRONG_PATH_SIGNATURE -> url.substring(0, url.length() - 1) + other(url, url.length() - 1);
                    case NO_PATH_SIGNATURE -> url.substring(0, last);
                    case WRONG_PATH_TASK ->
                        lastButOne < 0 ? url : url.substring(0, last - 1) + other(url, last - 1) + url.substring(last);
                    case GENUINE,
                            RUNNING,
                            UNKNOWN_STATUS,
                            FORGED_FILES,
                            OTHER_TASK,
                            NO_TASK_ID,
                            NUMERIC_TASK_ID,
                            UNREADABLE,
                            EMPTY,
                            OVERSIZED,
                            UNSIGNED,
                            WRONG_KEY,
                            STALE -> url;
                });
    }

    /** Another character of those that URLs and base64url have. */
    private static char other(String url, int at) {
        return url.charAt(at) == 'x' ? 'y' : 'x';
    }

    private static String signature(String key, String text) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
            return Base64.getEncoder().encodeToString(mac.doFinal(text.getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has HmacSHA256", e);
        }
    }
}
