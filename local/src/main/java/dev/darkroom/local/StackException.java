package dev.darkroom.local;

/** The stack cannot start; the message is one line that says why. */
public final class StackException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public StackException(String message) {
        super(message);
    }
}
