package dev.darkroom.task;

import java.util.List;
import java.util.Locale;

/** Where a task is between its record and its end. */
public enum TaskState {
    /** Recorded; what upstream made of it is not known. */
    SUBMITTING,
    /** Upstream's task id is known; nothing to do before it is due. */
    ACCEPTED,
    /** Somebody must look now. */
    DUE,
    /** One worker holds it until its lease ends. */
    SETTLING,
    /** Every file is in the bucket. Never left. */
    FINISHED,
    /** Ended without a picture. Never left. */
    FAILED;

    public static final List<TaskState> OPEN = List.of(SUBMITTING, ACCEPTED, DUE, SETTLING);

    private final String text = name().toLowerCase(Locale.ROOT);

    /** The state's name in the table. */
    public String text() {
        return text;
    }

    public boolean isOpen() {
        return OPEN.contains(this);
    }

    static TaskState of(String text) {
        return valueOf(text.toUpperCase(Locale.ROOT));
    }
}
