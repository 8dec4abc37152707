package dev.darkroom.request;

import dev.darkroom.task.UserId;
import java.util.Base64;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;

/**
 * The name of an upload, ours, opaque to clients. It ends with the picture's type: nothing is recorded of an upload, so its name and its
 * user must tell its object's key.
 */
public record UploadId(String value) {
    private static final Pattern FORM = Pattern.compile("upload-[A-Za-z0-9_-]{24}-(png|jpg|webp)");

    /** 144 bits: no two meet, and 24 characters without padding. */
    private static final int BYTES = 18;

    public UploadId {
        if (!FORM.matcher(value).matches()) {
            throw new IllegalArgumentException("not an upload id");
        }
    }

    public static UploadId random(UploadType type, RandomGenerator random) {
        byte[] bytes = new byte[BYTES];
        random.nextBytes(bytes);
        return new UploadId(
                "upload-" + Base64.getUrlEncoder().withoutPadding().encodeToString(bytes) + "-" + type.extension());
    }

    /** The upload id that a stranger's text names, if it can be one at all. */
    public static Optional<UploadId> parse(String text) {
        return FORM.matcher(text).matches() ? Optional.of(new UploadId(text)) : Optional.empty();
    }

    /** Where this user's upload of that name is. The user's own prefix is the ownership: nobody's name leads to another's object. */
    public String key(UserId user) {
        return "uploads/" + user.keySegment() + "/" + value + "." + value.substring(value.lastIndexOf('-') + 1);
    }

    @Override
    public String toString() {
        return value;
    }
}
