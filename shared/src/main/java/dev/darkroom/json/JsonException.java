package dev.darkroom.json;

/** The text is not JSON that we accept. The message never quotes values, because they may be private. */
public final class JsonException extends Exception {
    private static final long serialVersionUID = 1L;

    JsonException(String message) {
        super(message);
    }
}
