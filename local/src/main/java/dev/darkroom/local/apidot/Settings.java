package dev.darkroom.local.apidot;

import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * How the simulated APIDot is set up.
 *
 * @param apiKeys keys that submit and status accept
 * @param publicUrl the beginning of file URLs in webhooks, without a slash at its end; in status answers they begin with the name
 *     that the client used
 * @param receiverSecrets Standard Webhooks secrets ({@code whsec_…}) under which clients' callbacks are checked
 * @param scenery whether pictures show something of their prompt; else each has one colour, which is drawn in no time
 */
public record Settings(
        Set<String> apiKeys,
        @Nullable String publicUrl,
        Pace pace,
        Sending webhooks,
        List<String> receiverSecrets,
        boolean scenery) {

    /** How long a task waits until it runs, and from then until it ends. */
    public record Pace(Duration untilRunning, Duration untilEnd) {}

    /**
     * How webhooks are sent.
     *
     * @param key signs them with X-Webhook-Timestamp and X-Webhook-Signature
     * @param timeout how long a receiver may take
     * @param backoff the waits before each retry, so also their number
     */
    public record Sending(@Nullable String key, Duration timeout, List<Duration> backoff) {
        public Sending {
            backoff = List.copyOf(backoff);
        }
    }

    public Settings {
        apiKeys = Set.copyOf(apiKeys);
        receiverSecrets = List.copyOf(receiverSecrets);
    }

    /** A pace that a person can watch: two seconds until a task runs, four more until it ends. */
    public static Settings standard(String apiKey) {
        List<Duration> backoff =
                Stream.of(1, 2, 4, 8, 16).map(Duration::ofSeconds).toList();
        return new Settings(
                Set.of(apiKey),
                null,
                new Pace(Duration.ofSeconds(2), Duration.ofSeconds(4)),
                new Sending(null, Duration.ofSeconds(30), backoff),
                List.of(),
                true);
    }

    /** For tests: tasks end after some 20 ms, webhooks are retried after 20 ms each, pictures are plain. */
    public static Settings quick(String apiKey) {
        return new Settings(
                Set.of(apiKey),
                null,
                new Pace(Duration.ofMillis(10), Duration.ofMillis(10)),
                new Sending(null, Duration.ofSeconds(5), Collections.nCopies(5, Duration.ofMillis(20))),
                List.of(),
                false);
    }

    public Settings withPace(Duration untilRunning, Duration untilEnd) {
        return new Settings(apiKeys, publicUrl, new Pace(untilRunning, untilEnd), webhooks, receiverSecrets, scenery);
    }

    public Settings withWebhooks(@Nullable String key, Duration timeout, List<Duration> backoff) {
        return new Settings(apiKeys, publicUrl, pace, new Sending(key, timeout, backoff), receiverSecrets, scenery);
    }

    public Settings withReceiverSecrets(List<String> secrets) {
        return new Settings(apiKeys, publicUrl, pace, webhooks, secrets, scenery);
    }

    public Settings withPublicUrl(@Nullable String url) {
        return new Settings(apiKeys, url, pace, webhooks, receiverSecrets, scenery);
    }
}
