package dev.darkroom.apidot;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;

/** A clock that moves only when told to. A wait moves it, takes no real time and is recorded. Thread-safe. */
public final class HandClock implements InstantSource, Pause {
    /** Where a clock stands that nobody set. */
    public static final Instant BEGIN = Instant.parse("2026-11-22T13:00:00Z");

    private final AtomicReference<Instant> now;
    private final List<Duration> waits = new CopyOnWriteArrayList<>();

    public HandClock() {
        this(BEGIN);
    }

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
        waits.add(time);
        move(time);
    }

    /** Returns the waits so far, in their order. */
    public List<Duration> waits() {
        return List.copyOf(waits);
    }

    public void move(Duration by) {
        now.updateAndGet(instant -> instant.plus(by));
    }

    /** Moves the clock to that time, never back. */
    public void moveTo(Instant time) {
        now.updateAndGet(instant -> time.isAfter(instant) ? time : instant);
    }
}
