package dev.darkroom.task;

import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;

/** Our id of a task, opaque to clients. Safe in a URL path, an S3 key and a log line. */
public record TaskId(String value) {
    /** 144 bits make collisions practically impossible, and 24 characters without padding. */
    private static final int BYTES = 18;

    private static final Pattern FORM = Pattern.compile("task-[A-Za-z0-9_-]{16,64}");

    public TaskId {
        if (!FORM.matcher(value).matches()) {
            throw new IllegalArgumentException("not a task id");
        }
    }

    /** A new id, also for the author of a write. */
    public static TaskId random(RandomGenerator random) {
        byte[] bytes = new byte[BYTES];
        random.nextBytes(bytes);
        return of(bytes);
    }

    /**
     * Always the same id for the same user and idempotency key. So the record's condition, that no such item exists, decides
     * between two submits with one key.
     *
     * @param key visible ASCII: it has no line feed, so no other pair of user and key gives the same text
     */
    public static TaskId of(UserId user, String key) {
        return of(Arrays.copyOf(Sha256.of(user.value() + "\n" + key), BYTES));
    }

    private static TaskId of(byte[] bytes) {
        return new TaskId("task-" + Base64.getUrlEncoder().withoutPadding().encodeToString(bytes));
    }

    /** The text as a task id; empty if it has another form. */
    public static Optional<TaskId> parse(String text) {
        return FORM.matcher(text).matches() ? Optional.of(new TaskId(text)) : Optional.empty();
    }

    @Override
    public String toString() {
        return value;
    }
}
