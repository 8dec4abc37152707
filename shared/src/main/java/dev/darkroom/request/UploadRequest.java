package dev.darkroom.request;

import dev.darkroom.json.Json;
import dev.darkroom.json.JsonDocument;
import dev.darkroom.json.JsonException;
import dev.darkroom.task.ImageType;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A client's request to upload a picture. */
public sealed interface UploadRequest {
    /**
     * A picture that may be uploaded.
     *
     * @param bytes its size, from 1
     */
    record Valid(ImageType type, long bytes) implements UploadRequest {}

    /** Everything that is wrong with it, at least one problem. */
    record Invalid(List<Problem> problems) implements UploadRequest {
        public Invalid {
            problems = List.copyOf(problems);
        }
    }

    List<String> FIELDS = List.of("content_type", "bytes");

    /** Reads the body of {@code POST /api/generate/uploads}. */
    static UploadRequest parse(String body, long maxBytes) {
        try {
            JsonDocument document = JsonDocument.read(body);
            return document.root() instanceof Json.Obj root
                    ? check(root, document.duplicates(), maxBytes)
                    : new Invalid(List.of(new Problem(Problem.BODY, "must be a JSON object")));
        } catch (JsonException e) {
            return new Invalid(List.of(new Problem(Problem.BODY, "must be a JSON object: " + e.getMessage())));
        }
    }

    private static UploadRequest check(Json.Obj body, List<String> duplicates, long maxBytes) {
        List<Problem> problems = new ArrayList<>();
        duplicates.forEach(path -> problems.add(new Problem(FieldNames.shown(path), "must not appear more than once")));
        Optional<ImageType> type =
                body.get("content_type") instanceof Json.Str(String text) ? ImageType.named(text) : Optional.empty();
        if (type.isEmpty()) {
            problems.add(new Problem("content_type", "must be one of image/png, image/jpeg, image/webp"));
        }
        Long bytes = body.integer("bytes");
        if (bytes == null || bytes < 1 || bytes > maxBytes) {
            problems.add(new Problem("bytes", "must be a whole number from 1 to " + maxBytes));
        }
        for (String name : body.fields().keySet()) {
            if (!FIELDS.contains(name)) {
                problems.add(new Problem(
                        FieldNames.shown(name), "is not a known field; known here: " + String.join(", ", FIELDS)));
            }
        }
        if (type.isPresent() && bytes != null && problems.isEmpty()) {
            return new Valid(type.get(), bytes);
        }
        // A body can have tens of thousands of problems.
        return new Invalid(problems.subList(0, Math.min(problems.size(), RequestRules.MAX_PROBLEMS)));
    }
}
