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
    /** Every file is in the bucket. Left only when its user deletes it. */
    FINISHED,
    /** Ended without a picture. Left only when its user deletes it. */
    FAILED,
    /** Gone for every reader; its objects are being removed. */
    DELETING,
    /** A tombstone: it keeps its key and its upstream id taken until it expires. Never left. */
    DELETED;

    public static final List<TaskState> OPEN = List.of(SUBMITTING, ACCEPTED, DUE, SETTLING);

    private final String text = name().toLowerCase(Locale.ROOT);

    /** The state's name in the table. */
    public String text() {
        return text;
    }

    public boolean isOpen() {
        return OPEN.contains(this);
    }

    /** Whether its user has deleted it. */
    public boolean isGone() {
        return this == DELETING || this == DELETED;
    }

    static TaskState of(String text) {
        return valueOf(text.toUpperCase(Locale.ROOT));
    }
}
