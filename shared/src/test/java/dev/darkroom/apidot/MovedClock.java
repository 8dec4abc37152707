package dev.darkroom.apidot;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;

/** A clock that only pauses move. It records them. */
final class MovedClock implements InstantSource, Pause {
    final List<Duration> pauses = new ArrayList<>();
    private Instant now = Instant.parse("2026-11-22T13:00:00Z");

    @Override
    public Instant instant() {
        return now;
    }

    @Override
    public void wait(Duration time) {
        pauses.add(time);
        now = now.plus(time);
    }
}
