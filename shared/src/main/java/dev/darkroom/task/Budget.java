package dev.darkroom.task;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;

/** The credits that one user's tasks of one UTC day count against a daily limit. */
public record Budget(UserId user, LocalDate day) {

    public static Budget of(UserId user, Instant now) {
        return new Budget(user, LocalDate.ofInstant(now, ZoneOffset.UTC));
    }

    /** The counter's key in the table. No {@link TaskId} looks like it. */
    public String key() {
        return "budget#" + day + "#" + user.value();
    }
}
