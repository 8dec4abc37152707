package dev.darkroom.apidot;

import dev.darkroom.config.Environment;
import dev.darkroom.net.Hmac;
import dev.darkroom.task.Progress;
import dev.darkroom.task.Report;
import dev.darkroom.task.UpstreamTaskId;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The optional signature of APIDot's webhooks, as sister APIs on the same code base define it: {@code X-Webhook-Timestamp} in
 * unix seconds and {@code X-Webhook-Signature}, the base64 HMAC-SHA256 of {@code task_id + "." + timestamp}. The task id is
 * APIDot's own, from the body, because the sender knows no other. A body without one cannot be verified. The signature covers
 * nothing else. Thread-safe.
 */
public final class WebhookSignature {
    public static final String KEY = "APIDOT_WEBHOOK_KEY";
    /** Names of the headers, in lower case as API Gateway passes them on. */
    public static final String TIMESTAMP_HEADER = "x-webhook-timestamp";

    public static final String SIGNATURE_HEADER = "x-webhook-signature";

    /** How far the sender's clock and ours may differ, either way. */
    static final Duration TOLERANCE = Duration.ofMinutes(5);

    private final String key;
    private final InstantSource clock;

    public WebhookSignature(String key, InstantSource clock) {
        this.key = key;
        this.clock = clock;
    }

    /** The check; empty without an APIDOT_WEBHOOK_KEY. */
    public static Optional<WebhookSignature> of(Environment environment, InstantSource clock) {
        return Optional.ofNullable(environment.optional(KEY)).map(key -> new WebhookSignature(key, clock));
    }

    /** The signature that the sender writes for this time, in unix seconds. */
    public String of(UpstreamTaskId id, String timestamp) {
        return Base64.getEncoder()
                .encodeToString(Hmac.sha256(key.getBytes(StandardCharsets.UTF_8), id.value() + "." + timestamp));
    }

    /** Whether the headers' values sign this report now. The signature is compared in constant time. */
    public boolean verifies(Report report, @Nullable String timestamp, @Nullable String signature) {
        return switch (report) {
            case Report.Ended(UpstreamTaskId id, String _) -> verifies(id, timestamp, signature);
            case Report.NotEnded(UpstreamTaskId id, Progress _) -> verifies(id, timestamp, signature);
            case Report.Unreadable _ -> false;
        };
    }

    private boolean verifies(UpstreamTaskId id, @Nullable String timestamp, @Nullable String signature) {
        if (timestamp == null || signature == null || !timestamp.matches("[0-9]{1,11}")) {
            return false;
        }
        Instant signed = Instant.ofEpochSecond(Long.parseLong(timestamp));
        boolean same = MessageDigest.isEqual(
                of(id, timestamp).getBytes(StandardCharsets.UTF_8), signature.getBytes(StandardCharsets.UTF_8));
        return same && Duration.between(signed, clock.instant()).abs().compareTo(TOLERANCE) <= 0;
    }
}
