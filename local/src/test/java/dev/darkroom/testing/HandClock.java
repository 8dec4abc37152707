package dev.darkroom.testing;

import dev.darkroom.apidot.Pause;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.atomic.AtomicReference;

/** A clock that moves only when told to. A wait moves it and takes no real time. Thread-safe. */
public final class HandClock implements InstantSource, Pause {
    private final AtomicReference<Instant> now;

    public HandClock(Instant begin) {
        now = new AtomicReference<>(begin);
    }

    /** Starts at the real time, for tests whose tasks also meet functions with the real clock. */
    public static HandClock fromNow() {
        return new HandClock(Instant.now().truncatedTo(ChronoUnit.MILLIS));
    }

    @Override
    public Instant instant() {
        return now.get();
    }

    @Override
    public void wait(Duration time) {
        move(time);
    }

    public void move(Duration by) {
        now.updateAndGet(instant -> instant.plus(by));
    }

    /** Moves the clock to that time, never back. */
    public void moveTo(Instant time) {
        now.updateAndGet(instant -> time.isAfter(instant) ? time : instant);
    }
}
