package dev.darkroom.local.apidot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.darkroom.local.apidot.StandardWebhooks.Verdict;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class StandardWebhooksTest {
    /** Checks the test vector of the specification's own libraries. */
    private static final String SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

    private static final String SIGNATURE = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";
    private static final Instant THEN = Instant.ofEpochSecond(1_614_265_330);

    private static Verdict check(List<String> secrets, String signature, String body, Instant now) {
        return StandardWebhooks.check(
                secrets,
                Map.of(
                        "webhook-id", "msg_p5jXN8AQM9LWM0D4loKWxJek",
                        "webhook-timestamp", "1614265330",
                        "webhook-signature", signature),
                body.getBytes(StandardCharsets.UTF_8),
                now);
    }

    @Test
    void the_specifications_vector_is_valid() {
        assertThat(check(List.of(SECRET), SIGNATURE, "{\"test\": 2432232314}", THEN))
                .isEqualTo(Verdict.VALID);
    }

    @Test
    void one_of_several_signatures_and_secrets_is_enough() {
        assertThat(check(
                        List.of("whsec_b3RoZXI=", SECRET),
                        "v1,AAAA v1a,BBBB " + SIGNATURE,
                        "{\"test\": 2432232314}",
                        THEN))
                .isEqualTo(Verdict.VALID);
    }

    @Test
    void another_body_secret_or_time_is_not_valid() {
        assertThat(check(List.of(SECRET), SIGNATURE, "{\"test\": 2432232315}", THEN))
                .isEqualTo(Verdict.WRONG);
        assertThat(check(List.of("whsec_b3RoZXI="), SIGNATURE, "{\"test\": 2432232314}", THEN))
                .isEqualTo(Verdict.WRONG);
        assertThat(check(List.of(SECRET), SIGNATURE, "{\"test\": 2432232314}", THEN.plusSeconds(301)))
                .isEqualTo(Verdict.STALE);
        assertThat(check(List.of(), SIGNATURE, "{\"test\": 2432232314}", THEN)).isEqualTo(Verdict.NOT_CHECKED);
        assertThat(StandardWebhooks.check(List.of(SECRET), Map.of(), new byte[0], THEN))
                .isEqualTo(Verdict.INCOMPLETE);
    }
}
