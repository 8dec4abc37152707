package dev.darkroom.apidot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.darkroom.config.Environment;
import dev.darkroom.task.Progress;
import dev.darkroom.task.Report;
import dev.darkroom.task.UpstreamStatus;
import dev.darkroom.task.UpstreamTaskId;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class WebhookTest {
    private static final UpstreamTaskId ID = new UpstreamTaskId("task-1");
    private static final Report.Ended ENDED = new Report.Ended(ID, "{}");
    private static final Report.Unreadable UNREADABLE = new Report.Unreadable("");

    private static Report.NotEnded notEnded(UpstreamStatus status, @Nullable Integer percent) {
        return new Report.NotEnded(ID, new Progress(status, percent));
    }

    /** An end, or an unreadable body, is reported with the body. */
    private static Report of(Report report, String body) {
        return switch (report) {
            case Report.Ended(UpstreamTaskId id, String _) -> new Report.Ended(id, body);
            case Report.NotEnded notEnded -> notEnded;
            case Report.Unreadable _ -> new Report.Unreadable(body);
        };
    }

    static Stream<Arguments> bodies() {
        return Stream.of(
                Arguments.of("{'code':200,'data':{'task_id':'task-1','status':'finished','files':[]}}", ENDED),
                Arguments.of("{'task_id':'task-1','status':'finished','files':[{'file_url':'x'}]}", ENDED),
                Arguments.of("{'task_id':'task-1','status':'failed','error_message':'no'}", ENDED),
                Arguments.of("{'task_id':'task-1','status':'SUCCESS'}", ENDED),
                Arguments.of("{'task_id':'task-1','status':'cancelled'}", ENDED),
                Arguments.of("{'data':{'task_id':'task-1','status':'canceled'}}", ENDED),
                Arguments.of("{'task_id':'task-1','data':{'status':'finished'}}", ENDED),
                Arguments.of("{'status':'finished','data':{'task_id':'task-1'}}", ENDED),
                Arguments.of("{'task_id':'task-2','data':{'task_id':'task-1','status':'finished'}}", ENDED),
                Arguments.of("{'data':[],'task_id':'task-1','status':'finished'}", ENDED),
                Arguments.of("\ufeff{'task_id':'task-1','status':'finished'}", ENDED),
                Arguments.of(
                        "{'task_id':'task-1','status':'running','progress':30}", notEnded(UpstreamStatus.RUNNING, 30)),
                Arguments.of("{'task_id':'task-1','status':'dreaming'}", notEnded(UpstreamStatus.RUNNING, null)),
                Arguments.of("{'task_id':'task-1','status':'queued'}", notEnded(UpstreamStatus.NOT_STARTED, null)),
                Arguments.of("{'task_id':'task-1'}", notEnded(UpstreamStatus.NOT_STARTED, null)),
                Arguments.of("{'task_id':'task-1','status':7}", notEnded(UpstreamStatus.RUNNING, null)),
                Arguments.of("{'task_id':7,'status':'finished'}", UNREADABLE),
                Arguments.of("{'task_id':null,'status':'finished'}", UNREADABLE),
                Arguments.of("{'task_id':'','status':'finished'}", UNREADABLE),
                Arguments.of("{'task_id':'..','status':'finished'}", UNREADABLE),
                Arguments.of("{'task_id':'" + "t".repeat(513) + "','status':'finished'}", UNREADABLE),
                Arguments.of("{'task_id':'a b','status':'finished'}", UNREADABLE),
                Arguments.of("{'status':'finished'}", UNREADABLE),
                Arguments.of("{'task_id':'task-1','task_id':'task-2'}", UNREADABLE),
                Arguments.of("{'task_id':'task-1','x':" + "[".repeat(10_000), UNREADABLE),
                Arguments.of("{'task_id':'task-1','x':1e99999999999}", UNREADABLE),
                Arguments.of("{'task_id':'task-1','x':" + "9".repeat(5000) + "}", UNREADABLE),
                Arguments.of("[]", UNREADABLE),
                Arguments.of("'task-1'", UNREADABLE),
                Arguments.of("task_id=task-1", UNREADABLE),
                Arguments.of("{} {}", UNREADABLE),
                Arguments.of("\u0000", UNREADABLE),
                Arguments.of("", UNREADABLE));
    }

    @ParameterizedTest
    @MethodSource("bodies")
    void what_a_webhook_claims(String body, Report report) {
        String json = body.replace('\'', '"');
        assertThat(Webhook.read(json)).isEqualTo(of(report, json));
    }

    @Test
    void no_bytes_make_reading_fail() {
        long seed = System.nanoTime();
        System.out.println("seed " + seed);
        Random random = new Random(seed);
        byte[] valid = "{\"code\":200,\"data\":{\"task_id\":\"task-1\",\"status\":\"finished\",\"progress\":1.5e3}}"
                .getBytes(StandardCharsets.UTF_8);
        for (int i = 0; i < 20_000; i++) {
            byte[] bytes = valid.clone();
            for (int flips = random.nextInt(1, 4); flips > 0; flips--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
            }
            assertThat(Webhook.read(new String(bytes, StandardCharsets.UTF_8))).isNotNull();
        }
    }

    @ParameterizedTest
    @CsvSource({"a, 16384", "é, 8192", "€, 5461", "😀, 4096"})
    void a_report_is_cut_between_characters(String character, int kept) {
        assertThat(Webhook.read(character.repeat(20_000))).isEqualTo(new Report.Unreadable(character.repeat(kept)));
        assertThat(Webhook.read(character)).isEqualTo(new Report.Unreadable(character));
    }

    @Test
    void a_report_of_broken_text_is_text() {
        assertThat(Webhook.read("a\ud800b")).isEqualTo(new Report.Unreadable("a?b"));
        assertThat(Webhook.read("")).isEqualTo(new Report.Unreadable(""));
    }

    @Test
    void a_signature_is_of_the_upstream_id_and_the_timestamp_and_five_minutes_old_at_most() throws Exception {
        Instant now = Instant.parse("2026-11-22T13:00:00Z");
        WebhookSignature check = new WebhookSignature("hook-key", InstantSource.fixed(now));
        for (int age : new int[] {0, 299, 300, -300}) {
            String timestamp = Long.toString(now.getEpochSecond() - age);
            assertThat(check.verifies(ENDED, timestamp, signature("task-1." + timestamp)))
                    .isTrue();
        }
        String timestamp = Long.toString(now.getEpochSecond());
        String right = signature("task-1." + timestamp);
        assertThat(check.verifies(notEnded(UpstreamStatus.RUNNING, 1), timestamp, right))
                .isTrue();
        assertThat(check.verifies(UNREADABLE, timestamp, right)).isFalse();
        assertThat(check.verifies(new Report.Ended(new UpstreamTaskId("task-2"), "{}"), timestamp, right))
                .isFalse();
        assertThat(check.verifies(ENDED, timestamp, right.substring(1))).isFalse();
        assertThat(check.verifies(ENDED, timestamp, "é")).isFalse();
        assertThat(check.verifies(ENDED, timestamp, null)).isFalse();
        assertThat(check.verifies(ENDED, null, right)).isFalse();
        assertThat(check.verifies(ENDED, "99999999999", signature("task-1.99999999999")))
                .isFalse();
        for (String odd : new String[] {
            "", " ", "1e9", "-1", "9".repeat(30), Duration.ofMinutes(5).toString()
        }) {
            assertThat(check.verifies(ENDED, odd, signature("task-1." + odd))).isFalse();
        }
        for (int age : new int[] {301, -301, 86400}) {
            String old = Long.toString(now.getEpochSecond() - age);
            assertThat(check.verifies(ENDED, old, signature("task-1." + old))).isFalse();
        }
    }

    @Test
    void the_check_is_off_without_a_key() throws Exception {
        InstantSource now = InstantSource.fixed(Instant.ofEpochSecond(1_000));

        assertThat(WebhookSignature.of(new Environment(Map.of()), now)).isEmpty();
        WebhookSignature check = WebhookSignature.of(new Environment(Map.of(WebhookSignature.KEY, "hook-key")), now)
                .orElseThrow();
        assertThat(check.verifies(ENDED, "1000", signature("task-1.1000"))).isTrue();
    }

    private static String signature(String text) throws Exception {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec("hook-key".getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
        return Base64.getEncoder().encodeToString(mac.doFinal(text.getBytes(StandardCharsets.UTF_8)));
    }
}
