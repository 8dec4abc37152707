package dev.darkroom.settle;

import dev.darkroom.task.ErrorType;
import dev.darkroom.task.Settling.Look;
import dev.darkroom.task.StoredImage;
import java.time.Instant;
import java.util.List;

/** The result of one look at a task. */
sealed interface Finding {

    /** Every file is in the bucket. */
    record Finished(List<StoredImage> files) implements Finding {}

    /** The task failed, or will never have a picture. The message is for the client. */
    record Failed(ErrorType type, String message) implements Finding {}

    /**
     * Somebody must look again.
     *
     * @param word the unknown state word, masked; else empty
     */
    record Later(Look look, Why why, String word) implements Finding {
        Later(Look look, Why why) {
            this(look, why, "");
        }
    }

    /** A webhook named the upstream task. A submit that is still running may show that it belongs to another task. */
    record HeldBack(Instant until) implements Finding {}

    /** The upstream task that a webhook named belongs to another task. */
    record Disowned() implements Finding {}

    /** Why the task has not ended with this look. */
    enum Why {
        NOT_ENDED,
        UPSTREAM_KEY_REFUSED,
        UPSTREAM_BALANCE_EMPTY,
        UPSTREAM_TROUBLE,
        UPSTREAM_UNKNOWN_TASK,
        /** A form that only a person can read, and that may mean the end. It was seen several times, or is certain. */
        UPSTREAM_FORM_UNKNOWN,
        FILES_UNUSABLE,
        MEDIA_TROUBLE,
        MEDIA_HOST_NOT_LISTED,
        MEDIA_URL_UNREADABLE,
        MEDIA_KIND_NOT_STORED,
        NOT_CONFIRMED,
        HELD_BACK,
        UNEXPECTED_FAILURE
    }
}
