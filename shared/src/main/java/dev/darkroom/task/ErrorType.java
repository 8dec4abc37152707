package dev.darkroom.task;

/** Why a task failed, for operators and metrics; the message beside it is for the client. */
public enum ErrorType implements Word {
    /** Upstream said that the task failed. */
    UPSTREAM_FAILED,
    /** Nobody confirmed before the submit deadline that upstream has the task. */
    SUBMIT_UNCONFIRMED,
    /** Upstream repeatedly answered that it does not know the task. */
    UPSTREAM_FORGOT,
    /** The result cannot be stored: not an image, too large, or at an address that is not allowed. */
    RESULT_UNUSABLE,
    /** The task did not end before the settle deadline. */
    SETTLE_DEADLINE
}
