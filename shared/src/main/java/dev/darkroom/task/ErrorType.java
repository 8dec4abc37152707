package dev.darkroom.task;

import java.util.Locale;

/** Why a task failed, for operators and metrics; the message beside it is for the client. */
public enum ErrorType {
    /** Upstream said that the task failed. */
    UPSTREAM_FAILED,
    /** Until the submit deadline nobody confirmed that upstream had taken the task. */
    SUBMIT_UNCONFIRMED,
    /** Upstream went on saying that it does not know the task. */
    UPSTREAM_FORGOT,
    /** The result cannot be stored: not an image, too large, or at an address that is not allowed. */
    RESULT_UNUSABLE,
    /** Until the settle deadline the task did not end. */
    SETTLE_DEADLINE;

    private final String text = name().toLowerCase(Locale.ROOT);

    /** The name in the table. */
    public String text() {
        return text;
    }
}
