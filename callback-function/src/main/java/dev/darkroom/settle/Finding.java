package dev.darkroom.settle;

import dev.darkroom.task.ErrorType;
import dev.darkroom.task.Settling.Look;
import dev.darkroom.task.StoredImage;
import java.time.Instant;
import java.util.List;

/** What one look at a task came to. */
sealed interface Finding {

    /** Every file is in the bucket. */
    record Finished(List<StoredImage> files) implements Finding {}

    /** It ended without a picture, or never will have one. The message is for the client. */
    record Failed(ErrorType type, String message) implements Finding {}

    /**
     * Somebody must look again.
     *
     * @param word the state word that nobody knows, masked; else empty
     */
    record Later(Look look, Why why, String word) implements Finding {
        Later(Look look, Why why) {
            this(look, why, "");
        }
    }

    /** A webhook named the upstream task, and a submit that is still running may show that it is another task's. */
    record HeldBack(Instant until) implements Finding {}

    /** The upstream task that a webhook named is another task's. */
    record Disowned() implements Finding {}

    /** Why a look brought no end. */
    enum Why {
        NOT_ENDED,
        UPSTREAM_KEY_REFUSED,
        UPSTREAM_BALANCE_EMPTY,
        UPSTREAM_TROUBLE,
        UPSTREAM_UNKNOWN_TASK,
        /** A form that only a person can read, seen more than once or beyond doubt: an end may hide in it. */
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
