package dev.darkroom.rules;

import static org.assertj.core.api.Assertions.assertThat;

import dev.darkroom.apidot.CallbackSignature;
import dev.darkroom.apidot.HandClock;
import dev.darkroom.apidot.WebhookSignature;
import dev.darkroom.callback.CallbackHandler;
import dev.darkroom.config.Environment;
import dev.darkroom.log.Metric;
import dev.darkroom.task.Attribute;
import dev.darkroom.task.Task;
import dev.darkroom.task.TaskId;
import dev.darkroom.task.TaskState;
import dev.darkroom.task.TaskStore;
import dev.darkroom.testing.HttpEvent;
import dev.darkroom.testing.NewTasks;
import dev.darkroom.testing.Stores;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;

/** Checks who may send a webhook: path signatures, rotation of their keys, the optional header signature, and the size limit. */
class CallbackSignatureTest {
    private static final int FORGED = Integer.getInteger("darkroom.forged", 10_000);
    private static final String KEY = "a signing key";
    private static final CallbackSignature SIGNATURE = new CallbackSignature(List.of(KEY));
    private static final Map<Metric, List<Long>> NOT_RECORDED = Map.of(
            Metric.CALLBACKS_UNAVAILABLE, List.of(1L),
            Metric.ERROR_LINES, List.of(1L));
    private static final String ENDED =
            "{\"task_id\":\"" + NewTasks.UPSTREAM.value() + "\",\"status\":\"finished\",\"files\":[]}";

    private static final Stores STORES = new Stores();
    private static final NewTasks TASKS = new NewTasks(STORES.own);
    private final HandClock clock = new HandClock();
    private final Lines lines = new Lines();

    private CallbackHandler handler(TaskStore store, Environment keys) {
        return new CallbackHandler(keys, store, clock, lines.log());
    }

    private CallbackHandler handler() {
        return handler(STORES.counted, keys(KEY));
    }

    private static Environment keys(String keys) {
        return new Environment(Map.of(CallbackSignature.KEYS, keys));
    }

    private static HttpEvent signed(TaskId id, String signature) {
        return HttpEvent.callback(Map.of("task_id", id.value(), "signature", signature), ENDED);
    }

    private static void assertIsUnknown(HttpEvent.Answer answer) {
        assertThat(answer.status()).isEqualTo(404);
        assertThat(answer.body())
                .isEqualTo("{\"code\":404,\"error\":{\"type\":\"not_found\",\"message\":\"There is no such"
                        + " task.\",\"details\":[]}}");
    }

    @Test
    void wrong_path_is_404_without_a_database_call() {
        TaskId id = TASKS.accepted(clock.instant()).id();
        Task before = TASKS.read(id);
        String right = SIGNATURE.of(id);
        char last = right.charAt(right.length() - 1);
        List<Map<String, String>> paths = new ArrayList<>();
        for (String wrong : List.of(
                "",
                "forged",
                right + "=",
                right + " ",
                right.substring(1),
                right.substring(0, 42),
                right.toLowerCase(Locale.ROOT),
                // The last of 43 base64 characters carries four bits of the code, so another character can decode to
                // the same bytes.
                right.substring(0, 42) + (char) (last + 1),
                right.replace('-', '+').replace('_', '/') + "A",
                SIGNATURE.of(NewTasks.freshId()),
                new CallbackSignature(List.of("another key")).of(id))) {
            paths.add(Map.of("task_id", id.value(), "signature", wrong));
        }
        paths.add(Map.of("task_id", id.value()));
        paths.add(Map.of("signature", right));
        paths.add(Map.of());
        for (String strange : List.of("", "..", "task-", "task-\u0000", "budget#2026-11-22#alice", id.value() + "x")) {
            paths.add(Map.of("task_id", strange, "signature", right));
        }
        STORES.calls().forget();
        for (Map<String, String> path : paths) {
            assertIsUnknown(HttpEvent.callback(path, ENDED).through(handler()));
        }
        assertThat(STORES.calls().sent()).isEmpty();
        assertThat(TASKS.read(id)).isEqualTo(before);
        assertThat(lines.has("WARN", "callback_signature_wrong")).isTrue();
        assertThat(lines.metrics()).isEqualTo(Map.of(Metric.CALLBACKS_FORGED, Collections.nCopies(paths.size(), 1L)));
        assertThat(lines.text()).doesNotContain(right);
    }

    @Test
    void many_forged_callbacks_cost_no_database_call() {
        long seed = Long.getLong("darkroom.seed", System.nanoTime());
        System.out.println("forged callbacks: " + FORGED + ", seed " + seed);
        Random random = new Random(seed);
        TaskId id = TASKS.accepted(clock.instant()).id();
        CallbackHandler handler = handler();
        byte[] guess = new byte[32];
        STORES.calls().forget();
        for (int i = 0; i < FORGED; i++) {
            random.nextBytes(guess);
            String signature = Base64.getUrlEncoder().withoutPadding().encodeToString(guess);
            assertThat(signed(i % 2 == 0 ? id : NewTasks.freshId(), signature)
                            .through(handler)
                            .status())
                    .isEqualTo(404);
        }
        assertThat(STORES.calls().sent()).isEmpty();
    }

    @Test
    void key_is_rotated_in_by_two_deployments_and_out_by_a_third() {
        Environment old = keys("old");
        Environment verifying = keys("old,new");
        Environment signing = keys("new,old");
        Environment renewed = keys("new");
        record Step(Environment signedBy, Environment verifiedBy, boolean good) {}
        for (Step step : List.of(
                new Step(old, verifying, true),
                new Step(verifying, old, true),
                new Step(verifying, signing, true),
                new Step(signing, verifying, true),
                new Step(old, signing, true),
                new Step(signing, renewed, true),
                new Step(signing, old, false),
                new Step(old, renewed, false))) {
            TaskId id = TASKS.accepted(clock.instant()).id();
            HttpEvent.Answer answer = signed(
                            id, CallbackSignature.of(step.signedBy()).of(id))
                    .through(handler(STORES.counted, step.verifiedBy()));
            assertThat(answer.status()).isEqualTo(step.good() ? 200 : 404);
            assertThat(TASKS.read(id).state()).isEqualTo(step.good() ? TaskState.DUE : TaskState.ACCEPTED);
        }
    }

    private static Map<String, String> headers(String key, Instant at) {
        String timestamp = Long.toString(at.getEpochSecond());
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
            byte[] code = mac.doFinal((NewTasks.UPSTREAM.value() + "." + timestamp).getBytes(StandardCharsets.UTF_8));
            return Map.of(
                    "X-Webhook-Timestamp",
                    timestamp,
                    "X-Webhook-Signature",
                    Base64.getEncoder().encodeToString(code));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void webhook_key_refuses_what_it_did_not_sign_in_the_last_five_minutes() {
        CallbackHandler handler = handler(
                STORES.counted,
                new Environment(Map.of(CallbackSignature.KEYS, KEY, WebhookSignature.KEY, "webhook key")));
        Instant now = clock.instant();
        Map<String, Map<String, String>> bad = new LinkedHashMap<>();
        bad.put("none", Map.of());
        bad.put("other key", headers("another key", now));
        bad.put("stale", headers("webhook key", now.minus(Duration.ofMinutes(5)).minusSeconds(1)));
        bad.put(
                "from the future",
                headers("webhook key", now.plus(Duration.ofMinutes(5)).plusSeconds(1)));
        bad.put("no number", Map.of("X-Webhook-Timestamp", "now", "X-Webhook-Signature", "x"));
        Map<String, String> halved = new LinkedHashMap<>(headers("webhook key", now));
        halved.remove("X-Webhook-Signature");
        bad.put("half", halved);
        bad.forEach((name, headers) -> {
            TaskId id = TASKS.accepted(now).id();
            STORES.calls().forget();
            lines.forget();
            assertIsUnknown(signed(id, SIGNATURE.of(id)).with(headers).through(handler));
            assertThat(lines.metrics()).isEqualTo(Map.of(Metric.CALLBACKS_FORGED, List.of(1L)));
            assertThat(STORES.calls().sent()).as(name).isEmpty();
        });
        for (Duration age : List.of(Duration.ZERO, Duration.ofMinutes(5), Duration.ofMinutes(-5))) {
            TaskId id = TASKS.accepted(now).id();
            Map<String, String> headers = headers("webhook key", now.minus(age));
            assertThat(signed(id, SIGNATURE.of(id))
                            .with(headers)
                            .through(handler)
                            .body())
                    .isEqualTo("{\"ok\":true}");
        }
        TaskId id = TASKS.accepted(now).id();
        STORES.calls().forget();
        HttpEvent unreadable = HttpEvent.callback(Map.of("task_id", id.value(), "signature", SIGNATURE.of(id)), "x");
        assertIsUnknown(unreadable.with(headers("webhook key", now)).through(handler));
        assertThat(STORES.calls().sent()).isEmpty();
    }

    @Test
    void body_over_256_kib_is_413_and_changes_nothing() {
        int most = 256 * 1024;
        TaskId id = TASKS.accepted(clock.instant()).id();
        Map<String, String> path = Map.of("task_id", id.value(), "signature", SIGNATURE.of(id));
        STORES.calls().forget();
        List<HttpEvent> large = List.of(
                HttpEvent.callback(path, ENDED + " ".repeat(most + 1 - ENDED.length())),
                // The limit counts bytes, not characters.
                HttpEvent.callback(path, "é".repeat(most / 2 + 1)),
                HttpEvent.callback(path, "").with(new byte[most + 1]));
        for (HttpEvent event : large) {
            HttpEvent.Answer answer = event.through(handler());
            assertThat(answer.status()).isEqualTo(413);
            assertThat(answer.json().object("error")).isNotNull();
        }
        assertThat(STORES.calls().sent()).isEmpty();
        assertThat(lines.metrics())
                .isEqualTo(Map.of(Metric.CALLBACKS_TOO_LARGE, Collections.nCopies(large.size(), 1L)));

        HttpEvent.Answer answer = HttpEvent.callback(path, ENDED + " ".repeat(most - ENDED.length()))
                .through(handler());

        assertThat(answer.body()).isEqualTo("{\"ok\":true}");
        String report = TASKS.read(id).item().text(Attribute.REPORT);
        assertThat(report).startsWith(ENDED).hasSize(16 * 1024);
    }

    @Test
    void delivery_that_could_not_be_recorded_is_counted_as_a_failure_of_ours() {
        TaskId id = TASKS.accepted(clock.instant()).id();
        CallbackHandler handler = handler(Stores.unavailable(), keys(KEY));

        assertThat(signed(id, SIGNATURE.of(id)).through(handler).status()).isEqualTo(503);

        assertThat(lines.metrics()).isEqualTo(NOT_RECORDED);
    }

    @Test
    void delivery_that_failed_unexpectedly_is_counted_too() {
        TaskId id = TASKS.accepted(clock.instant()).id();
        CallbackHandler handler = handler(Stores.broken(), keys(KEY));

        HttpEvent.Answer answer = signed(id, SIGNATURE.of(id)).through(handler);

        assertThat(answer.status()).isEqualTo(503);
        assertThat(answer.headers()).containsKey("retry-after");
        assertThat(lines.metrics()).isEqualTo(NOT_RECORDED);
    }

    @Test
    void body_that_is_no_text_counts_as_unreadable() {
        TaskId id = TASKS.accepted(clock.instant()).id();
        Map<String, String> path = Map.of("task_id", id.value(), "signature", SIGNATURE.of(id));
        byte[] noUtf8 = {'{', (byte) 0xff, (byte) 0xfe, 0, '}'};
        assertThat(HttpEvent.callback(path, "").with(noUtf8).through(handler()).body())
                .isEqualTo("{\"ok\":true}");
        assertThat(TASKS.read(id).state()).isEqualTo(TaskState.DUE);
    }
}
