package dev.darkroom.submit;

import dev.darkroom.task.TaskId;
import dev.darkroom.task.UserId;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.random.RandomGenerator;

/** Makes the ids of new tasks. */
final class TaskIds {
    /** 144 bits make collisions practically impossible, and 24 characters without padding. */
    private static final int BYTES = 18;

    private TaskIds() {}

    static TaskId random(RandomGenerator random) {
        byte[] bytes = new byte[BYTES];
        random.nextBytes(bytes);
        return id(bytes);
    }

    /**
     * Always the same id for the same user and key. So the record's condition, that no such item exists, decides between two
     * submits with one key.
     */
    static TaskId of(UserId user, IdempotencyKey key) {
        try {
            MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
            sha256.update(user.value().getBytes(StandardCharsets.UTF_8));
            // A key cannot have this byte, so no other pair of user and key gives the same text.
            sha256.update((byte) '\n');
            sha256.update(key.value().getBytes(StandardCharsets.UTF_8));
            return id(Arrays.copyOf(sha256.digest(), BYTES));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    /** A new id for the author of a record. */
    static String author(RandomGenerator random) {
        return random(random).value();
    }

    private static TaskId id(byte[] bytes) {
        return new TaskId("task-" + Base64.getUrlEncoder().withoutPadding().encodeToString(bytes));
    }
}
