package dev.darkroom.task;

/** An item is not a task as we write them: a person or another program has changed it. */
public final class UnreadableItemException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public UnreadableItemException() {
        super("an item of the table is no task");
    }

    public UnreadableItemException(Throwable cause) {
        super("an item of the table is no task", cause);
    }
}
