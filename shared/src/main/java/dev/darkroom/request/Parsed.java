package dev.darkroom.request;

import dev.darkroom.json.Json;
import dev.darkroom.json.JsonDocument;
import dev.darkroom.json.JsonException;
import java.util.List;
import java.util.function.BiFunction;

/** What a client asks for, or why it cannot be told. */
public sealed interface Parsed<T> {

    record Valid<T>(T value) implements Parsed<T> {}

    /** Everything that is wrong with the request, at least one problem. */
    record Invalid<T>(List<Problem> problems) implements Parsed<T> {
        public Invalid {
            problems = List.copyOf(problems);
            if (problems.isEmpty()) {
                throw new IllegalArgumentException("nothing is wrong");
            }
        }
    }

    /**
     * Reads a body that must be one JSON object.
     *
     * @param rules for its fields, and for the paths of keys that stand twice
     */
    static <T> Parsed<T> ofJson(String body, BiFunction<Json.Obj, List<String>, Parsed<T>> rules) {
        try {
            JsonDocument document = JsonDocument.read(body);
            return document.root() instanceof Json.Obj root
                    ? rules.apply(root, document.duplicates())
                    : invalid("must be a JSON object");
        } catch (JsonException e) {
            return invalid("must be a JSON object: " + e.getMessage());
        }
    }

    private static <T> Parsed<T> invalid(String message) {
        return new Invalid<>(List.of(new Problem(Problem.BODY, message)));
    }
}
