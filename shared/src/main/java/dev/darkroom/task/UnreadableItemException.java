package dev.darkroom.task;

/** The table holds an item that is no task as we write them: changed by hand, or by another program. */
public final class UnreadableItemException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public UnreadableItemException() {
        super("an item of the table is no task");
    }

    public UnreadableItemException(Throwable cause) {
        super("an item of the table is no task", cause);
    }
}
