package dev.darkroom.local.apidot;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Checks a request as the Standard Webhooks specification (standardwebhooks.com, "Verifying signatures") tells receivers to. */
public final class StandardWebhooks {
    private static final Duration TOLERANCE = Duration.ofMinutes(5);

    private StandardWebhooks() {}

    /** The result of the check. */
    public enum Verdict {
        VALID,
        /** A header is missing or the time is no number. */
        INCOMPLETE,
        /** Signed more than five minutes ago, or ahead. */
        STALE,
        /** No signature fits under any secret. */
        WRONG,
        /** The receiver has no secret to check with. */
        NOT_CHECKED
    }

    /**
     * Whether one of the secrets signed this request.
     *
     * @param secrets each {@code whsec_} and base64
     * @param headers names in lower case
     */
    public static Verdict check(List<String> secrets, Map<String, String> headers, byte[] body, Instant now) {
        String id = headers.get("webhook-id");
        String timestamp = headers.get("webhook-timestamp");
        String signatures = headers.get("webhook-signature");
        if (id == null || timestamp == null || signatures == null || !timestamp.matches("[0-9]{1,12}")) {
            return Verdict.INCOMPLETE;
        }
        if (secrets.isEmpty()) {
            return Verdict.NOT_CHECKED;
        }
        boolean fits = secrets.stream().anyMatch(secret -> fits(signature(secret, id, timestamp, body), signatures));
        if (!fits) {
            return Verdict.WRONG;
        }
        Duration age = Duration.between(Instant.ofEpochSecond(Long.parseLong(timestamp)), now)
                .abs();
        return age.compareTo(TOLERANCE) > 0 ? Verdict.STALE : Verdict.VALID;
    }

    private static boolean fits(String expected, String signatures) {
        for (String signature : signatures.split(" ", -1)) {
            if (MessageDigest.isEqual(
                    expected.getBytes(StandardCharsets.UTF_8), signature.getBytes(StandardCharsets.UTF_8))) {
                return true;
            }
        }
        return false;
    }

    private static String signature(String secret, String id, String timestamp, byte[] body) {
        byte[] key = Base64.getDecoder().decode(secret.startsWith("whsec_") ? secret.substring(6) : secret);
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            mac.update((id + "." + timestamp + ".").getBytes(StandardCharsets.UTF_8));
            return "v1," + Base64.getEncoder().encodeToString(mac.doFinal(body));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has HmacSHA256", e);
        }
    }
}
