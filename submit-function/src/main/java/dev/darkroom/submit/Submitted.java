package dev.darkroom.submit;

import dev.darkroom.lambda.ApiError;
import dev.darkroom.task.Task;

/** The result of a submit, for its client. */
sealed interface Submitted {

    /** There is a task: of this submit, or of an earlier one with the same key. */
    record Accepted(Task task) implements Submitted {}

    /** Nothing of this submit is left, and nothing is paid. */
    record Refused(ApiError error) implements Submitted {}
}
