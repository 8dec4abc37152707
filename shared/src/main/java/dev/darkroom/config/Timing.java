package dev.darkroom.config;

import java.time.Duration;

/** The time settings that several functions read, with their defaults and bounds. */
public final class Timing {
    /** If the stream loses a wake, the next look comes after this time at the latest. */
    private static final int MOST_POLL_SECONDS = 600;

    private Timing() {}

    /** The time from the record until the upstream id must be known. */
    public static Duration submitDeadline(Environment environment) {
        return Duration.ofSeconds(environment.integer("SUBMIT_DEADLINE_SECONDS", 900, 30, 86_400));
    }

    /** The time from the record until the first look at a task without a webhook. */
    public static Duration firstPoll(Environment environment) {
        return Duration.ofSeconds(environment.integer("FIRST_POLL_SECONDS", 120, 1, MOST_POLL_SECONDS));
    }

    /** The longest wait between two looks. */
    public static Duration maxPoll(Environment environment) {
        return Duration.ofSeconds(environment.integer("MAX_POLL_SECONDS", 600, 1, MOST_POLL_SECONDS));
    }

    /** How long the record of an ended task is kept: longer than its images, so that no image exists without its record. */
    public static Duration retention(Environment environment) {
        return Duration.ofDays(environment.integer("TASK_RETENTION_DAYS", 30, 7, 3650) + 7);
    }
}
