package dev.darkroom.settle;

import dev.darkroom.task.ErrorType;
import dev.darkroom.task.Settling.Look;
import dev.darkroom.task.StoredImage;
import java.util.List;

/** What one look at a task came to. */
sealed interface Finding {

    /** Every file is in the bucket. */
    record Finished(List<StoredImage> files) implements Finding {}

    /** It ended without a picture, or never will have one. The message is for the client. */
    record Failed(ErrorType type, String message) implements Finding {}

    /** Somebody must look again. */
    record Later(Look look, Why why) implements Finding {}

    /** Why a look brought no end. */
    enum Why {
        NOT_ENDED,
        UPSTREAM_KEY_REFUSED,
        UPSTREAM_BALANCE_EMPTY,
        UPSTREAM_TROUBLE,
        UPSTREAM_UNKNOWN_TASK,
        FILES_UNUSABLE,
        MEDIA_TROUBLE,
        MEDIA_HOST_NOT_LISTED,
        NOT_CONFIRMED,
        UNEXPECTED_FAILURE
    }
}
