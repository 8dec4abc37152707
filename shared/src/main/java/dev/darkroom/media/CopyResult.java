package dev.darkroom.media;

import dev.darkroom.net.Exchange;
import dev.darkroom.task.Settling.Why;
import dev.darkroom.task.StoredImage;

/** The result of copying one file into the bucket. */
public sealed interface CopyResult extends Attempt {
    /** It is in the bucket, by this copy or by an earlier one. */
    record Stored(StoredImage image) implements CopyResult {}

    /**
     * The copy failed for now. It is tried again with a fresh URL, until the settle deadline.
     *
     * @param cause for the log: a {@link Cause} or a {@link Exchange.Trouble}
     */
    record Later(Enum<?> cause) implements CopyResult {}

    /** There is nothing that can be stored. The fifth such look ends the task, with this sentence for its owner. */
    record Unusable(String reason) implements CopyResult {}

    /** The file must not be stored, which ends the task. The reason is a sentence for its owner and names no URL. */
    record Refused(String reason) implements CopyResult {}

    /** The copy is tried again, with an alarm: the picture may be good, and only a person can remove the obstacle. */
    record NeedsPerson(Why why) implements CopyResult {}

    enum Cause {
        /** The media host answered with a status that is not final, such as 403, 408, 429 or 5xx. */
        STATUS,
        /** The host sent less than the whole image. */
        TRUNCATED,
        /** The bucket did not store or return the object. */
        STORAGE,
        /** Other writers of the same key came first again and again. */
        CONFLICT,
        /** The temporary file could not be written: other copies may use all temporary space. */
        NO_TEMPORARY_SPACE
    }
}
