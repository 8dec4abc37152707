package dev.darkroom.task;

/** The result of recording a new task. */
public sealed interface Recorded permits Written, Recorded.OverBudget {

    /** The user's budget of the day does not allow it; nothing was written. */
    record OverBudget() implements Recorded {}
}
