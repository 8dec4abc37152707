package dev.darkroom.task;

import java.util.Locale;

/** Who told us the id of a task's upstream task. */
public enum UpstreamSource {
    /** The answer to our own submit: nothing is more certain. */
    SUBMIT,
    /** A webhook, which may name any task. */
    WEBHOOK;

    private final String text = name().toLowerCase(Locale.ROOT);

    /** The name in the table. */
    public String text() {
        return text;
    }
}
