package dev.darkroom.submits;

import static org.assertj.core.api.Assertions.assertThat;

import dev.darkroom.json.Json;
import dev.darkroom.local.LocalStack;
import dev.darkroom.local.apidot.Reply;
import dev.darkroom.local.apidot.SubmitFault;
import dev.darkroom.log.Metric;
import dev.darkroom.log.MetricLines;
import dev.darkroom.testing.HttpEvent;
import dev.darkroom.testing.LocalStackExtension;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SubmitMetricsTest {
    @RegisterExtension
    static final LocalStackExtension STACK = LocalStackExtension.plain();

    @AutoClose
    private static Bench bench;

    @BeforeAll
    static void start(LocalStack stack) {
        bench = new Bench(stack);
    }

    private static final List<Long> ONCE = List.of(1L);

    @AfterEach
    void mend() {
        bench.apiDot().faults().clear();
    }

    /** Returns the metrics that were counted, each once. The duration of APIDot's answer is checked separately. */
    private static void assertCounted(Bench.Scene scene, Metric... metrics) {
        Map<Metric, List<Long>> counted = new EnumMap<>(MetricLines.read(scene.log()));
        counted.remove(Metric.UPSTREAM_SUBMIT_LATENCY);
        Map<Metric, List<Long>> expected = new EnumMap<>(Metric.class);
        for (Metric metric : metrics) {
            expected.put(metric, ONCE);
        }
        assertThat(counted).isEqualTo(expected);
    }

    private static List<Long> latency(Bench.Scene scene) {
        return MetricLines.read(scene.log()).getOrDefault(Metric.UPSTREAM_SUBMIT_LATENCY, List.of());
    }

    private static void upstream(Bench.Scene scene, Reply reply) {
        bench.apiDot().faults().always(new SubmitFault.Answers(reply, false), scene.name);
    }

    @Test
    void accepted_submit_counts_its_credits_and_how_long_apidot_took_repeats_included() {
        Bench.Scene scene = bench.scene(0);
        Reply busy = Reply.of(429, Reply.Body.EMPTY).retryAfter(3);
        bench.apiDot().faults().add(new SubmitFault.Answers(busy, false), 1, scene.name);

        assertThat(scene.submit().status()).isEqualTo(200);

        assertCounted(scene, Metric.SUBMITS_ACCEPTED, Metric.CREDITS_ACCEPTED);
        // Only waiting moves the clock.
        assertThat(latency(scene))
                .singleElement()
                .satisfies(millis -> assertThat(millis).isBetween(3_000L, 6_000L));
    }

    @Test
    void credits_are_counted_as_the_request_costs() {
        Bench.Scene scene = bench.scene(0);
        String body = Json.object()
                .put("model", "gpt-image-2")
                .put(
                        "input",
                        Json.object()
                                .put("prompt", scene.name)
                                .put("quality", "high")
                                .build())
                .build()
                .text();

        HttpEvent.submit(scene.name, body, Map.of()).through(scene.handler(scene.store));

        assertThat(MetricLines.read(scene.log())).containsEntry(Metric.CREDITS_ACCEPTED, List.of(12L));
    }

    @Test
    void submit_repeated_under_its_key_counts_nothing_more() {
        Bench.Scene scene = bench.scene(0);
        scene.submit();
        assertThat(scene.submit().status()).isEqualTo(200);

        assertCounted(scene, Metric.SUBMITS_ACCEPTED, Metric.CREDITS_ACCEPTED);
    }

    @Test
    void unknown_outcome_counts_its_credits_too_since_it_may_be_paid_for() {
        Bench.Scene scene = bench.scene(0);
        upstream(scene, Reply.of(500, Reply.Body.APIDOT));
        scene.submit();

        assertCounted(scene, Metric.SUBMITS_UNKNOWN, Metric.CREDITS_ACCEPTED);
        assertThat(latency(scene)).hasSize(1);
    }

    @Test
    void refused_key_and_empty_balance_are_counted_as_such_besides_the_answer_and_ring_no_second_alarm() {
        Bench.Scene key = bench.scene(0);
        upstream(key, Reply.of(401, Reply.Body.APIDOT));
        key.submit();
        assertCounted(key, Metric.UPSTREAM_KEY_REFUSALS, Metric.SUBMITS_REJECTED_UPSTREAM_ERROR);
        assertThat(latency(key)).hasSize(1);

        Bench.Scene balance = bench.scene(0);
        upstream(balance, Reply.of(402, Reply.Body.APIDOT));
        balance.submit();
        assertCounted(balance, Metric.UPSTREAM_BALANCE_EMPTY, Metric.SUBMITS_REJECTED_INSUFFICIENT_CREDITS);
    }

    /** Clients' errors and how they are counted. None of them reaches APIDot. */
    enum Wrong {
        BODY(Metric.SUBMITS_REJECTED_INVALID_REQUEST),
        KEY(Metric.SUBMITS_REJECTED_INVALID_REQUEST),
        USER(Metric.SUBMITS_REJECTED_AUTHENTICATION_ERROR),
        BUDGET(Metric.SUBMITS_REJECTED_INSUFFICIENT_CREDITS),
        SIZE(Metric.SUBMITS_REJECTED_PAYLOAD_TOO_LARGE),
        TYPE(Metric.SUBMITS_REJECTED_UNSUPPORTED_MEDIA_TYPE);

        private final Metric counted;

        Wrong(Metric counted) {
            this.counted = counted;
        }
    }

    @ParameterizedTest
    @EnumSource(Wrong.class)
    void what_a_client_did_wrong_is_counted_by_the_type_of_its_answer(Wrong wrong) {
        Bench.Scene scene = bench.scene(wrong == Wrong.BUDGET ? 11 : 0);
        String body = scene.body(scene.name);
        HttpEvent event = switch (wrong) {
            case BODY -> HttpEvent.submit(scene.name, "{}", Map.of());
            case KEY -> HttpEvent.submit(scene.name, body, Map.of("idempotency-key", "no key"));
            case USER -> HttpEvent.submit("", body, Map.of());
            case BUDGET ->
                HttpEvent.submit(scene.name, body.replace("\"prompt\"", "\"quality\":\"high\",\"prompt\""), Map.of());
            case SIZE -> HttpEvent.submit(scene.name, body + " ".repeat(512 * 1024), Map.of());
            case TYPE -> HttpEvent.submit(scene.name, body, Map.of("content-type", "text/plain"));
        };

        assertThat(event.through(scene.handler(scene.store)).status()).isBetween(400, 415);

        assertCounted(scene, wrong.counted);
        assertThat(scene.arrived()).isZero();
    }

    @Test
    void key_used_again_is_counted_as_a_conflict_while_the_first_may_run_and_as_a_mismatch_for_another_request() {
        Bench.Scene scene = bench.scene(0);
        scene.store.set(GatedStore.Step.RECORD, GatedStore.Trouble.CRASH_AFTER, 1);
        try {
            scene.submit();
        } catch (GatedStore.Crash expected) {
            // The first one died with its record written.
        }
        scene.mend();
        assertThat(scene.submit().status()).isEqualTo(409);
        assertCounted(scene, Metric.SUBMITS_REJECTED_IDEMPOTENCY_CONFLICT);

        scene.clock.move(Duration.ofMinutes(1));
        assertThat(scene.submit(scene.handler(scene.store), "key-" + scene.name, "another")
                        .status())
                .isEqualTo(422);
        assertCounted(
                scene, Metric.SUBMITS_REJECTED_IDEMPOTENCY_CONFLICT, Metric.SUBMITS_REJECTED_IDEMPOTENCY_MISMATCH);
    }

    @Test
    void mistake_of_ours_is_an_unavailable_service_for_the_client_and_a_failure_for_us() {
        Bench.Scene scene = bench.scene(0);
        scene.store.set(GatedStore.Step.LOOK, GatedStore.Trouble.UNEXPECTED, 1);

        assertThat(scene.submit().status()).isEqualTo(503);

        assertCounted(scene, Metric.SUBMITS_REJECTED_UNAVAILABLE, Metric.ERROR_LINES);
    }
}
