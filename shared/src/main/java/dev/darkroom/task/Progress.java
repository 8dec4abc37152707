package dev.darkroom.task;

import org.jspecify.annotations.Nullable;

/**
 * The progress of a task that has not ended, as upstream reports it.
 *
 * @param percent 0..100, or null when upstream did not say
 */
public record Progress(UpstreamStatus status, @Nullable Integer percent) {

    /** Nothing is known. */
    public static final Progress NONE = new Progress(UpstreamStatus.NOT_STARTED, null);

    public Progress {
        if (status != UpstreamStatus.NOT_STARTED && status != UpstreamStatus.RUNNING) {
            throw new IllegalArgumentException("the task has ended");
        }
        if (percent != null && (percent < 0 || percent > 100)) {
            throw new IllegalArgumentException("progress is 0..100");
        }
    }
}
