package dev.darkroom.config;

import java.time.Duration;

/** The settings of time that more than one function reads: each with its default and its bounds in one place. */
public final class Timing {
    private Timing() {}

    /** From the record until the id of the upstream task must be known. */
    public static Duration submitDeadline(Environment environment) {
        return Duration.ofSeconds(environment.integer("SUBMIT_DEADLINE_SECONDS", 900, 30, 86_400));
    }

    /** From upstream's acceptance until the first look. */
    public static Duration firstPoll(Environment environment) {
        return Duration.ofSeconds(environment.integer("FIRST_POLL_SECONDS", 60, 1, 86_400));
    }

    /** How long the record of an ended task is kept: longer than its images, so that none is there without its record. */
    public static Duration retention(Environment environment) {
        return Duration.ofDays(environment.integer("TASK_RETENTION_DAYS", 30, 7, 3650) + 7);
    }
}
