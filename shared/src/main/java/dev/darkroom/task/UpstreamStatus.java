package dev.darkroom.task;

import java.util.Locale;

/** The state of a task, as upstream reports it. */
public enum UpstreamStatus {
    NOT_STARTED,
    RUNNING,
    FINISHED,
    FAILED;

    private final String text = name().toLowerCase(Locale.ROOT);

    /** APIDot's own word for it. */
    public String text() {
        return text;
    }

    static UpstreamStatus of(String text) {
        return valueOf(text.toUpperCase(Locale.ROOT));
    }
}
