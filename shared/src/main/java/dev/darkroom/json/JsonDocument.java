package dev.darkroom.json;

import java.util.List;

/**
 * A JSON text, for a reader who reports every repeated key.
 *
 * @param root the document, with the first value of a repeated key
 * @param duplicates the paths of repeated keys, such as {@code input.size} or {@code list[2].name}, as the writer spelled them, cut to 200
 *     characters
 */
public record JsonDocument(Json root, List<String> duplicates) {
    public JsonDocument {
        duplicates = List.copyOf(duplicates);
    }

    /** Reads one JSON document (RFC 8259), at most 32 levels deep. */
    public static JsonDocument read(String text) throws JsonException {
        return JsonReader.read(text);
    }
}
