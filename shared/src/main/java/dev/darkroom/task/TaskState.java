package dev.darkroom.task;

import java.util.List;

/** The state of a task. */
public enum TaskState implements Word {
    /** Recorded. Nobody knows yet whether upstream has accepted it. */
    SUBMITTING,
    /** Upstream's task id is known. Nothing to do before {@code due_at}. */
    ACCEPTED,
    /** Somebody must look now. */
    DUE,
    /** One worker holds it until its lease ends. */
    SETTLING,
    /** Every file is in the bucket. Only a deletion changes this state. */
    FINISHED,
    /** Ended without a picture. Only a deletion changes this state. */
    FAILED,
    /** Gone for every reader; its objects are being removed. */
    DELETING,
    /** A tombstone: it keeps its key and its upstream id in use until it expires. This state never changes. */
    DELETED;

    public static final List<TaskState> OPEN = List.of(SUBMITTING, ACCEPTED, DUE, SETTLING);

    public boolean isOpen() {
        return OPEN.contains(this);
    }

    /** Whether its user has deleted it. */
    public boolean isGone() {
        return this == DELETING || this == DELETED;
    }
}
