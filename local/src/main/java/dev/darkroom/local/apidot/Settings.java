package dev.darkroom.local.apidot;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How the simulated APIDot is set up.
 *
 * @param apiKeys keys that submit and status accept
 * @param publicUrl the beginning of file URLs in webhooks, without a slash at its end; in status answers they begin with the name
 *     that the client used
 * @param notStarted from acceptance until the task runs
 * @param running from then until it ends
 * @param webhookKey signs webhooks with X-Webhook-Timestamp and X-Webhook-Signature
 * @param webhookTimeout how long a receiver of webhooks may take
 * @param webhookBackoff the waits before each retry of a webhook, so also their number
 * @param receiverSecrets Standard Webhooks secrets ({@code whsec_…}) under which clients' callbacks are checked
 * @param maxPromptLength in code points; APIDot publishes none
 * @param scenery whether pictures show something of their prompt; else each has one colour, which is drawn in no time
 */
public record Settings(
        Set<String> apiKeys,
        @Nullable String publicUrl,
        Duration notStarted,
        Duration running,
        @Nullable String webhookKey,
        Duration webhookTimeout,
        List<Duration> webhookBackoff,
        List<String> receiverSecrets,
        int maxPromptLength,
        boolean scenery) {

    public Settings {
        apiKeys = Set.copyOf(apiKeys);
        webhookBackoff = List.copyOf(webhookBackoff);
        receiverSecrets = List.copyOf(receiverSecrets);
    }

    /** A pace that a person can watch: two seconds until a task runs, four more until it ends. */
    public static Settings standard(String apiKey) {
        return of(apiKey, true);
    }

    private static Settings of(String apiKey, boolean scenery) {
        return new Settings(
                Set.of(apiKey),
                null,
                Duration.ofSeconds(2),
                Duration.ofSeconds(4),
                null,
                Duration.ofSeconds(30),
                List.of(
                        Duration.ofSeconds(1),
                        Duration.ofSeconds(2),
                        Duration.ofSeconds(4),
                        Duration.ofSeconds(8),
                        Duration.ofSeconds(16)),
                List.of(),
                32_000,
                scenery);
    }

    /** For tests: tasks end after some 20 ms, webhooks are retried after 20 ms each, pictures are plain. */
    public static Settings quick(String apiKey) {
        return of(apiKey, false)
                .withPace(Duration.ofMillis(10), Duration.ofMillis(10))
                .withWebhooks(
                        null,
                        Duration.ofSeconds(5),
                        List.of(
                                Duration.ofMillis(20),
                                Duration.ofMillis(20),
                                Duration.ofMillis(20),
                                Duration.ofMillis(20),
                                Duration.ofMillis(20)));
    }

    public Settings withPace(Duration untilRunning, Duration untilEnd) {
        return new Settings(
                apiKeys,
                publicUrl,
                untilRunning,
                untilEnd,
                webhookKey,
                webhookTimeout,
                webhookBackoff,
                receiverSecrets,
                maxPromptLength,
                scenery);
    }

    public Settings withWebhooks(@Nullable String key, Duration timeout, List<Duration> backoff) {
        return new Settings(
                apiKeys,
                publicUrl,
                notStarted,
                running,
                key,
                timeout,
                backoff,
                receiverSecrets,
                maxPromptLength,
                scenery);
    }

    public Settings withReceiverSecrets(List<String> secrets) {
        return new Settings(
                apiKeys,
                publicUrl,
                notStarted,
                running,
                webhookKey,
                webhookTimeout,
                webhookBackoff,
                secrets,
                maxPromptLength,
                scenery);
    }

    public Settings withPublicUrl(@Nullable String url) {
        return new Settings(
                apiKeys,
                url,
                notStarted,
                running,
                webhookKey,
                webhookTimeout,
                webhookBackoff,
                receiverSecrets,
                maxPromptLength,
                scenery);
    }
}
