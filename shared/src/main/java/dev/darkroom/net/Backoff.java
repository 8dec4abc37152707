package dev.darkroom.net;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * The wait before another attempt: exponential with full jitter.
 *
 * @param first the longest wait after one failure; each further failure doubles it
 * @param random keeps no state in a snapshot: copies restored from one would otherwise return together
 */
public record Backoff(Duration first, Duration longest, RandomGenerator random) {
    /** The wait after so many attempts that failed, at least 1. */
    public Duration after(int failures) {
        long most = Math.min(longest.toMillis(), first.toMillis() << Math.min(failures - 1, 10));
        return Duration.ofMillis(random.nextLong(most + 1));
    }
}
