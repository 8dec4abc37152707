package dev.darkroom.apidot;

import org.jspecify.annotations.Nullable;

/** The outcome of one HTTP request to APIDot. */
sealed interface WireResult {

    /**
     * At least the head of an answer came.
     *
     * @param retryAfter the header as sent
     * @param body as UTF-8 text, at most {@link Wire#MAX_BODY} bytes; cut off where the connection or the time ended
     */
    record Answered(int status, @Nullable String retryAfter, String body) implements WireResult {}

    /** Not one byte of the request was written or will be written. */
    record NeverSent() implements WireResult {}

    /** The request may have reached APIDot; no answer came. */
    record Lost(boolean timedOut) implements WireResult {}
}
