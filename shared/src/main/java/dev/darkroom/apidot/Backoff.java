package dev.darkroom.apidot;

import java.time.Duration;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** The wait before a repeated submit: exponential with full jitter, never less than APIDot asked for. */
final class Backoff {
    private static final long FIRST_MILLIS = 500;
    private static final long LONGEST_MILLIS = 4_000;

    private Backoff() {}

    /**
     * @param failures attempts that failed so far, from 1
     * @param retryAfter a minimum that APIDot asked for; the jitter is added, so that callers do not return together
     */
    static Duration before(int failures, @Nullable Duration retryAfter, RandomGenerator random) {
        long most = Math.min(LONGEST_MILLIS, FIRST_MILLIS << Math.min(failures - 1, 10));
        Duration jitter = Duration.ofMillis(random.nextLong(most + 1));
        return retryAfter == null ? jitter : retryAfter.plus(jitter);
    }
}
