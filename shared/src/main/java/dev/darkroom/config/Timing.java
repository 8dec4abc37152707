package dev.darkroom.config;

import java.time.Duration;

/**
 * The time settings of a task.
 *
 * @param submitDeadline from the record until the upstream id must be known
 * @param settleDeadline from the record until the task must have ended
 * @param firstPoll from the record until the first look at a task without a webhook
 * @param maxPoll the longest wait between two looks
 * @param retention of an ended task's record: longer than of its images, so that no image exists without its record
 */
public record Timing(
        Duration submitDeadline, Duration settleDeadline, Duration firstPoll, Duration maxPoll, Duration retention) {
    /** If the stream loses a wake, the next look comes after this time at the latest. */
    private static final int MOST_POLL_SECONDS = 600;

    /** Reads the settings, with their defaults and bounds. */
    public static Timing of(Environment environment) {
        return new Timing(
                Duration.ofSeconds(environment.integer("SUBMIT_DEADLINE_SECONDS", 900, 30, 86_400)),
                Duration.ofSeconds(environment.integer("SETTLE_DEADLINE_SECONDS", 86_400, 1, 30 * 86_400)),
                Duration.ofSeconds(environment.integer("FIRST_POLL_SECONDS", 120, 1, MOST_POLL_SECONDS)),
                Duration.ofSeconds(environment.integer("MAX_POLL_SECONDS", 600, 1, MOST_POLL_SECONDS)),
                Duration.ofDays(environment.integer("TASK_RETENTION_DAYS", 30, 7, 3650) + 7));
    }
}
