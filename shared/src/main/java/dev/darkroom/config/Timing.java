package dev.darkroom.config;

import java.time.Duration;

/**
 * The time settings of a task. The first three count from its record.
 *
 * @param submitDeadline The upstream id must be known by then.
 * @param settleDeadline The task must have ended by then.
 * @param firstPoll A task without a webhook is looked at then.
 * @param maxPoll The longest wait between two looks.
 * @param retention How long an ended task's record stays. Its images go before, so that none exists without its record.
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
