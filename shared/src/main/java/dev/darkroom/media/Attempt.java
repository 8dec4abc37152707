package dev.darkroom.media;

import org.jspecify.annotations.Nullable;

/** The result of one attempt at a copy. */
sealed interface Attempt permits CopyResult, Attempt.Again {

    /**
     * Another writer of the same key, or an earlier record, came first, and another try may succeed.
     *
     * @param stale the ETag of an earlier record's object, which the next try replaces; null if there is none
     */
    record Again(@Nullable String stale) implements Attempt {}
}
