package dev.darkroom.config;

import java.time.Duration;

/** The settings of time that more than one function reads: each with its default and its bounds in one place. */
public final class Timing {
    /** A wake that the stream loses is made up for at the next look: so late at most. */
    private static final int MOST_POLL_SECONDS = 600;

    private Timing() {}

    /** From the record until the id of the upstream task must be known. */
    public static Duration submitDeadline(Environment environment) {
        return Duration.ofSeconds(environment.integer("SUBMIT_DEADLINE_SECONDS", 900, 30, 86_400));
    }

    /** From the record until the first look at a task that no webhook reports. */
    public static Duration firstPoll(Environment environment) {
        return Duration.ofSeconds(environment.integer("FIRST_POLL_SECONDS", 120, 1, MOST_POLL_SECONDS));
    }

    /** The longest wait between two looks. */
    public static Duration maxPoll(Environment environment) {
        return Duration.ofSeconds(environment.integer("MAX_POLL_SECONDS", 600, 1, MOST_POLL_SECONDS));
    }

    /** How long the record of an ended task is kept: longer than its images, so that none is there without its record. */
    public static Duration retention(Environment environment) {
        return Duration.ofDays(environment.integer("TASK_RETENTION_DAYS", 30, 7, 3650) + 7);
    }
}
