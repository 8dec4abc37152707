package dev.darkroom.net;

import java.time.Duration;
import java.util.Random;

/** Random time limits of exchanges. They adapt to the machine: some requests are sent, and some are not. Not thread-safe. */
public final class RandomLimits {
    private final Random random;

    /** In nanoseconds. */
    private long longest = 2_000_000;

    /** Prints the seed. */
    public RandomLimits() {
        long seed = Long.getLong("darkroom.seed", System.nanoTime());
        System.out.println("limits: seed " + seed);
        random = new Random(seed);
    }

    public Duration next() {
        return Duration.ofNanos(random.nextLong(longest));
    }

    public void sent() {
        longest = Math.max(longest * 4 / 5, 10_000);
    }

    public void neverSent() {
        longest = Math.min(2 * longest, 10_000_000_000L);
    }
}
