package dev.darkroom.local;

import dev.darkroom.config.Environment;
import java.security.SecureRandom;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/** The secrets that a deployment generates. Here they are settings, or generated for this run, or kept with the data. */
public record Secrets(String callbackSigningKeys, String clientWebhookSecrets) {

    /** @param folder keeps generated secrets; null: nothing is kept */
    static Secrets of(Environment settings, @Nullable DataFolder folder) {
        return new Secrets(
                of("CALLBACK_SIGNING_KEYS", random(), settings, folder),
                of("CLIENT_WEBHOOK_SECRETS", "whsec_" + random(), settings, folder));
    }

    private static String of(String name, String generated, Environment settings, @Nullable DataFolder folder) {
        String given = settings.optional(name);
        if (given != null) {
            return given;
        }
        return folder == null ? generated : folder.kept(name, generated);
    }

    /** 24 random bytes in base64, the minimum of Standard Webhooks. */
    private static String random() {
        byte[] bytes = new byte[24];
        new SecureRandom().nextBytes(bytes);
        return Base64.getEncoder().encodeToString(bytes);
    }

    @Override
    public String toString() {
        return "Secrets[not shown]";
    }
}
