package dev.darkroom.lambda;

/**
 * What called the function is not what the template connects to it: nothing that an answer could mend, so the call fails.
 * The message names the flaw and never quotes the event.
 */
public final class MalformedEventException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    MalformedEventException(String flaw) {
        super("The event " + flaw);
    }
}
