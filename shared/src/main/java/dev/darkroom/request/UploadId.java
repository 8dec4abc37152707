package dev.darkroom.request;

import dev.darkroom.task.ImageType;
import dev.darkroom.task.UserId;
import java.util.Base64;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;

/**
 * Our id of an upload, opaque to clients. It ends with the picture's type: an upload has no record, so id and user determine the
 * object's key.
 */
public record UploadId(String value) {
    private static final Pattern FORM = Pattern.compile("upload-[A-Za-z0-9_-]{24}-(png|jpg|webp)");

    /** 144 bits make collisions practically impossible, and 24 characters without padding. */
    private static final int BYTES = 18;

    public UploadId {
        if (!FORM.matcher(value).matches()) {
            throw new IllegalArgumentException("not an upload id");
        }
    }

    public static UploadId random(ImageType type, RandomGenerator random) {
        byte[] bytes = new byte[BYTES];
        random.nextBytes(bytes);
        return new UploadId(
                "upload-" + Base64.getUrlEncoder().withoutPadding().encodeToString(bytes) + "-" + type.extension());
    }

    /** The text as an upload id; empty if it has another form. */
    public static Optional<UploadId> parse(String text) {
        return FORM.matcher(text).matches() ? Optional.of(new UploadId(text)) : Optional.empty();
    }

    /** The key of this user's upload. The key begins with the user, so no id leads to another user's object. */
    public String key(UserId user) {
        return "uploads/" + user.keySegment() + "/" + value + "." + value.substring(value.lastIndexOf('-') + 1);
    }

    @Override
    public String toString() {
        return value;
    }
}
