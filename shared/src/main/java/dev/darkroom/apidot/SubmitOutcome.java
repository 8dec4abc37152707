package dev.darkroom.apidot;

import dev.darkroom.task.UpstreamTaskId;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** What is known about a submit after the last attempt. The three differ in whether APIDot may charge for it. */
public sealed interface SubmitOutcome {

    /** APIDot has the task. */
    record Accepted(UpstreamTaskId id) implements SubmitOutcome {}

    /**
     * Certainly no task was made by any attempt.
     *
     * @param message for the client: at most 500 characters, URLs and secrets masked, never empty
     * @param retryAfter how long APIDot asked to wait, at most a day; null when it did not ask
     */
    record Refused(Reason reason, String message, @Nullable Duration retryAfter) implements SubmitOutcome {}

    /** A task may or may not have been made: never send it again. */
    record Unknown(Why why) implements SubmitOutcome {}

    enum Reason {
        /** 400 or 422. */
        INVALID_REQUEST,
        /** 402. */
        INSUFFICIENT_CREDITS,
        /** 429, even after the last attempt. */
        RATE_LIMITED,
        /** No connection, or a 503 that APIDot sends before it begins to work, even after the last attempt. */
        UNAVAILABLE,
        /** 401: our own key. */
        BAD_KEY,
        /** Any other 4xx except 408. */
        OTHER_REFUSAL;

        /** Whether another attempt may succeed. */
        boolean isTemporary() {
            return this == RATE_LIMITED || this == UNAVAILABLE;
        }
    }

    enum Why {
        /** The request went out and no answer came in time. */
        TIMED_OUT,
        /** The request went out and the connection broke before an answer. */
        CONNECTION_LOST,
        /** A status that does not say whether the task was made: 408, 3xx, most of 5xx. */
        UNCLEAR_STATUS,
        /** The status says success, but there is no readable task id. */
        NO_TASK_ID
    }
}
