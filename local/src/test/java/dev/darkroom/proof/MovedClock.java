package dev.darkroom.proof;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/** A clock that is moved by hand, never back. Thread-safe. */
final class MovedClock implements InstantSource {
    private Instant now;

    MovedClock(Instant now) {
        this.now = now;
    }

    @Override
    public synchronized Instant instant() {
        return now;
    }

    synchronized void advance(Duration time) {
        now = now.plus(time);
    }

    synchronized void to(Instant time) {
        if (time.isAfter(now)) {
            now = time;
        }
    }
}
