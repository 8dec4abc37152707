package dev.darkroom.net;

import java.time.Duration;

/** The end of one exchange with a host that is not AWS, redirects included, by the JVM's monotonic clock. */
public final class Deadline {
    private final long end;

    public Deadline(Duration limit) {
        end = System.nanoTime() + limit.toNanos();
    }

    public boolean isOver() {
        return remaining().isZero();
    }

    /** Zero if the time is over, never negative. */
    public Duration remaining() {
        return Duration.ofNanos(Math.max(0, end - System.nanoTime()));
    }
}
