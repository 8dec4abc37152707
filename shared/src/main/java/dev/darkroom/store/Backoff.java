package dev.darkroom.store;

import java.security.SecureRandom;
import java.util.concurrent.locks.LockSupport;

/** The wait before a request to a busy table is repeated: exponential with full jitter, up to 20 ms at first and up to 500 ms in the end. */
final class Backoff {
    /** It must keep no state in a snapshot, or restored copies would draw the same numbers. */
    private static final SecureRandom RANDOM = new SecureRandom();

    private Backoff() {}

    /** @param failures in a row so far, from 1 */
    static void pause(int failures) {
        LockSupport.parkNanos(RANDOM.nextLong(longestMillis(failures)) * 1_000_000);
    }

    static long longestMillis(int failures) {
        return Math.min(500, 10L << failures);
    }
}
