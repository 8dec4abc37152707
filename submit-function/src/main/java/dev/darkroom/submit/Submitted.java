package dev.darkroom.submit;

import dev.darkroom.apidot.SubmitOutcome;
import dev.darkroom.request.Problem;
import dev.darkroom.task.TaskId;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** The result of a submit, for its client. */
sealed interface Submitted {

    /** There is a task: of this submit, or of an earlier one with the same key. */
    record Accepted(TaskId task, Instant createdAt, String model, long credits, String resolution)
            implements Submitted {}

    /** The key was used for another request. */
    record OtherRequest() implements Submitted {}

    /** The user has deleted the task of this key. */
    record Deleted() implements Submitted {}

    /** The first submit with this key may still be running. */
    record StillRunning(Duration retryAfter) implements Submitted {}

    /** The user's budget of the day does not allow it. */
    record OverBudget() implements Submitted {}

    record UnusableSources(List<Problem> problems) implements Submitted {}

    /** Upstream certainly refused it, and nothing of it is left. */
    record RefusedUpstream(SubmitOutcome.Refused refusal) implements Submitted {}
}
