package dev.darkroom.apidot;

import org.jspecify.annotations.Nullable;

/**
 * How far a task that has not ended is.
 *
 * @param percent 0..100, or null when APIDot did not say
 */
public record Progress(Stage stage, @Nullable Integer percent) {

    public Progress {
        if (percent != null && (percent < 0 || percent > 100)) {
            throw new IllegalArgumentException("progress is 0..100");
        }
    }

    /** The two of APIDot's four states that are not an end. */
    public enum Stage {
        NOT_STARTED,
        RUNNING
    }
}
