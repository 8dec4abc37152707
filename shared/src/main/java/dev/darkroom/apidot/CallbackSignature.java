package dev.darkroom.apidot;

import dev.darkroom.config.ConfigurationException;
import dev.darkroom.config.Environment;
import dev.darkroom.net.Hmac;
import dev.darkroom.task.TaskId;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.List;

/**
 * The last segment of the address that a task's webhook goes to: HMAC-SHA256 of the task id, base64url without padding. It keeps
 * guessers out without a database call. Thread-safe.
 */
public final class CallbackSignature {
    public static final String KEYS = "CALLBACK_SIGNING_KEYS";

    private final List<String> keys;

    /** @param keys at least one; the first one signs, all verify, so that a key can be rotated while tasks run */
    public CallbackSignature(List<String> keys) {
        if (keys.isEmpty() || keys.stream().anyMatch(String::isEmpty)) {
            throw new IllegalArgumentException("at least one key, none empty");
        }
        this.keys = List.copyOf(keys);
    }

    public static CallbackSignature of(Environment environment) {
        List<String> keys = environment.list(KEYS);
        if (keys.isEmpty()) {
            throw new ConfigurationException(KEYS, "is not set: it needs at least one key");
        }
        return new CallbackSignature(keys);
    }

    /** The signature of a task: 43 characters, safe in a URL path. */
    public String of(TaskId task) {
        return signed(keys.getFirst(), task);
    }

    /** Whether the text is this task's signature. It is compared as text, so only one spelling is valid. */
    public boolean verifies(TaskId task, String signature) {
        byte[] given = signature.getBytes(StandardCharsets.UTF_8);
        boolean right = false;
        for (String key : keys) {
            // All keys are tried, so that the time does not reveal which one signed.
            right |= MessageDigest.isEqual(signed(key, task).getBytes(StandardCharsets.UTF_8), given);
        }
        return right;
    }

    private static String signed(String key, TaskId task) {
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(Hmac.sha256(key.getBytes(StandardCharsets.UTF_8), task.value()));
    }
}
