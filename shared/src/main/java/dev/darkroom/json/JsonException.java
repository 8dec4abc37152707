package dev.darkroom.json;

/** Text that is not the JSON we accept. The message never quotes the text's values: they may be private. */
public final class JsonException extends Exception {
    private static final long serialVersionUID = 1L;

    JsonException(String message) {
        super(message);
    }
}
