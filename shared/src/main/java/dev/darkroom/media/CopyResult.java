package dev.darkroom.media;

import dev.darkroom.task.StoredImage;

/** How copying one file into the bucket went, by what is to be done about it. */
public sealed interface CopyResult {
    /** It is in the bucket, by this copy or by an earlier one. */
    record Stored(StoredImage image) implements CopyResult {}

    /** Not now; again with a fresh URL, without a limit but the settle deadline. */
    record Later(Cause cause) implements CopyResult {}

    /** Nothing that can be stored; the fifth such look ends the task. */
    record Unusable(Fault fault) implements CopyResult {}

    /** Never: ends the task. The reason is a sentence for its owner and names no URL. */
    record Refused(String reason) implements CopyResult {}

    /** Later, with an alarm: the picture may be good, and only a person can mend what is in its way. */
    record NeedsPerson(Obstacle obstacle) implements CopyResult {}

    enum Obstacle {
        /** Its host, or one that it redirects to, is outside {@code MEDIA_HOSTS}. */
        HOST_NOT_LISTED,
        /** Its URL, or one that it redirects to, is none that a browser could read. */
        URL_UNREADABLE,
        /** It is a picture, but of a kind that is not stored. */
        OTHER_KIND
    }

    enum Cause {
        NAME_NOT_RESOLVED,
        ADDRESS_NOT_PUBLIC,
        CONNECTION_FAILED,
        TLS_FAILED,
        TIMED_OUT,
        /** The media host answered with a status that may pass: 403, 408, 429, 5xx or another that says nothing final. */
        STATUS,
        /** It sent less than the whole image. */
        TRUNCATED,
        /** The bucket did not take or give the object. */
        STORAGE,
        /** Other writers of the same key kept getting in between. */
        CONFLICT,
        /** Other copies held the temporary space until the time was over. */
        NO_TEMPORARY_SPACE
    }

    enum Fault {
        NOT_FOUND,
        NOT_AN_IMAGE,
        EMPTY
    }
}
