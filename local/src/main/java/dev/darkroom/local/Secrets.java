package dev.darkroom.local;

import dev.darkroom.config.Environment;
import java.security.SecureRandom;
import java.util.Base64;

/** The secrets that a deployment's stack generates: given to this one, or generated for its life. */
public record Secrets(String callbackSigningKeys, String clientWebhookSecrets) {

    static Secrets of(Environment settings) {
        SecureRandom random = new SecureRandom();
        String keys = settings.optional("CALLBACK_SIGNING_KEYS");
        String secrets = settings.optional("CLIENT_WEBHOOK_SECRETS");
        return new Secrets(keys == null ? random(random) : keys, secrets == null ? "whsec_" + random(random) : secrets);
    }

    /** 24 random bytes as base64, the least that Standard Webhooks asks for. */
    private static String random(SecureRandom random) {
        byte[] bytes = new byte[24];
        random.nextBytes(bytes);
        return Base64.getEncoder().encodeToString(bytes);
    }

    @Override
    public String toString() {
        return "Secrets[not shown]";
    }
}
