package dev.darkroom.task;

import java.util.Locale;

/** Who named the upstream task of a task. */
public enum UpstreamSource {
    /** The answer to our own submit, which is certain. */
    SUBMIT,
    /** A webhook, which may name any task. */
    WEBHOOK;

    private final String text = name().toLowerCase(Locale.ROOT);

    /** The name in the table. */
    public String text() {
        return text;
    }
}
