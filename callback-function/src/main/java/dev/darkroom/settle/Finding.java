package dev.darkroom.settle;

import dev.darkroom.task.ErrorType;
import dev.darkroom.task.Progress;
import dev.darkroom.task.Settling.Why;
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
    record Later(Why why, Progress progress, String word) implements Finding {
        Later(Why why) {
            this(why, Progress.NONE, "");
        }
    }

    /** A webhook named the upstream task. A submit that is still running may show that it belongs to another task. */
    record HeldBack(Instant until) implements Finding {}

    /** The upstream task that a webhook named belongs to another task. */
    record Disowned() implements Finding {}
}
