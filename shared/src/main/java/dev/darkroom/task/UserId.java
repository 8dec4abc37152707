package dev.darkroom.task;

import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** The owner of a task: the {@code sub} claim of the caller's token, 1..255 bytes (OpenID Connect Core, 2: ASCII characters). */
public record UserId(String value) {
    /** In bytes of UTF-8. With three times as many, the key of an image would be too long for S3. */
    public static final int MAX_LENGTH = 255;

    public UserId {
        if (!isUsable(value)) {
            throw new IllegalArgumentException("not a user id");
        }
    }

    /**
     * Whether a token's subject can be a user. An unpaired surrogate has no UTF-8 form, so the table would take two users for
     * one.
     */
    public static boolean isUsable(String value) {
        return !value.isEmpty()
                && StandardCharsets.UTF_8.newEncoder().canEncode(value)
                && value.getBytes(StandardCharsets.UTF_8).length <= MAX_LENGTH;
    }

    /** This id as one segment of an S3 key. */
    public String keySegment() {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(value.getBytes(StandardCharsets.UTF_8));
    }
}
