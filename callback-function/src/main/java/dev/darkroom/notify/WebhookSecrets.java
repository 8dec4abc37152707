package dev.darkroom.notify;

import dev.darkroom.config.ConfigurationException;
import dev.darkroom.config.Environment;
import dev.darkroom.net.Hmac;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Signs a callback with every listed secret, as the Standard Webhooks specification says, "Signature scheme". Thread-safe. */
public final class WebhookSecrets {
    static final String SETTING = "CLIENT_WEBHOOK_SECRETS";
    private static final String PREFIX = "whsec_";

    /**
     * Standard Webhooks, "Signature scheme": a shorter secret can be guessed, and one longer than the hash's block gains nothing.
     */
    private static final int LEAST_BYTES = 24;

    private static final int MOST_BYTES = 64;

    private final List<byte[]> keys;

    private WebhookSecrets(List<byte[]> keys) {
        this.keys = List.copyOf(keys);
    }

    public static WebhookSecrets of(Environment environment) {
        List<byte[]> keys =
                environment.list(SETTING).stream().map(WebhookSecrets::key).toList();
        if (keys.isEmpty()) {
            throw new ConfigurationException(SETTING, "is not set: it needs at least one whsec_ secret");
        }
        return new WebhookSecrets(keys);
    }

    private static byte[] key(String secret) {
        try {
            if (secret.startsWith(PREFIX) && secret.length() > PREFIX.length()) {
                byte[] key = Base64.getDecoder().decode(secret.substring(PREFIX.length()));
                if (key.length >= LEAST_BYTES && key.length <= MOST_BYTES) {
                    return key;
                }
            }
        } catch (IllegalArgumentException e) {
            // said below, without the value
        }
        throw new ConfigurationException(
                SETTING, "must be a comma-separated list of whsec_ followed by 24 to 64 bytes in base64");
    }

    /** The three headers of a callback. */
    Map<String, String> headers(String id, Instant now, String body) {
        String timestamp = Long.toString(now.getEpochSecond());
        String signatures = keys.stream()
                .map(key -> Hmac.sha256(key, id + "." + timestamp + "." + body))
                .map(signature -> "v1," + Base64.getEncoder().encodeToString(signature))
                .collect(Collectors.joining(" "));
        return Map.of("webhook-id", id, "webhook-timestamp", timestamp, "webhook-signature", signatures);
    }
}
