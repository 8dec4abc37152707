package dev.darkroom.json;

import org.jspecify.annotations.Nullable;

/** Text that is not the JSON we accept. The message never quotes the text's values: they may be private. */
public final class JsonException extends Exception {
    private static final long serialVersionUID = 1L;

    private final @Nullable String duplicateKey;

    JsonException(String message) {
        this(message, null);
    }

    private JsonException(String message, @Nullable String duplicateKey) {
        super(message);
        this.duplicateKey = duplicateKey;
    }

    static JsonException duplicateKey(String key) {
        return new JsonException("A field stands twice in one object", key);
    }

    /** The field that stands twice, when that is what is wrong. */
    public @Nullable String duplicateKey() {
        return duplicateKey;
    }
}
