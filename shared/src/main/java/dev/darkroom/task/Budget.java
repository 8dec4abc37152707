package dev.darkroom.task;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;

/** What one user does on one UTC day, counted against daily limits: credits of tasks, and uploads. */
public record Budget(UserId user, LocalDate day) {

    public static Budget of(UserId user, Instant now) {
        return new Budget(user, LocalDate.ofInstant(now, ZoneOffset.UTC));
    }

    /** How long a counter is kept after its day: longer than a task of that day can still fail. */
    public static final Duration KEPT = Duration.ofDays(40);

    /** When the counter expires. */
    public Instant expiry() {
        return day.atStartOfDay(ZoneOffset.UTC).toInstant().plus(KEPT);
    }

    /** When the next day and its counter begin. */
    public Instant end() {
        return day.plusDays(1).atStartOfDay(ZoneOffset.UTC).toInstant();
    }

    /** The counter's key in the table. No {@link TaskId} looks like it. */
    public String key() {
        return "budget#" + day + "#" + user.value();
    }
}
