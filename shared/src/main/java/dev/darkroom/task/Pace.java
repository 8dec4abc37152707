package dev.darkroom.task;

import java.time.Duration;

/**
 * How often somebody looks at an accepted task: after {@code first}, then after twice as long each time, but never more than
 * {@code max}. Each wait varies by ±20 %, so that tasks submitted together spread out.
 */
public record Pace(Duration first, Duration max) {

    /**
     * The wait before the next look.
     *
     * @param looks taken so far, at least 1
     * @param random in 0..1
     */
    public Duration waitAfter(long looks, double random) {
        long wait = first.toMillis();
        for (long i = 0; i < looks && wait < max.toMillis(); i++) {
            wait *= 2;
        }
        long jittered = Math.round(Math.min(wait, max.toMillis()) * (0.8 + 0.4 * random));
        return Duration.ofMillis(Math.min(jittered, max.toMillis()));
    }
}
