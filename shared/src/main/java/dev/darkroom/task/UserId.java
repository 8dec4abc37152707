package dev.darkroom.task;

import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** Whose a task is: the {@code sub} claim of the caller's token, 1..255 characters (OpenID Connect Core, 2). */
public record UserId(String value) {
    public static final int MAX_LENGTH = 255;

    public UserId {
        if (value.isEmpty() || value.length() > MAX_LENGTH) {
            throw new IllegalArgumentException("not a user id");
        }
    }

    /** This id as one segment of an S3 key. */
    public String keySegment() {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(value.getBytes(StandardCharsets.UTF_8));
    }
}
