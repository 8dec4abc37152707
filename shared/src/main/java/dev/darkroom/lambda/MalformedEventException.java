package dev.darkroom.lambda;

/**
 * The event is not of the kind that the template connects to the function. The call fails, because no answer could help. The
 * message names the flaw and never quotes the event.
 */
public final class MalformedEventException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    MalformedEventException(String flaw) {
        super("The event " + flaw);
    }
}
