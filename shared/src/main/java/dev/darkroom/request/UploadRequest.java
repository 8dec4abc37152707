package dev.darkroom.request;

import dev.darkroom.json.Json;
import dev.darkroom.task.ImageType;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A client's request to upload a picture.
 *
 * @param bytes its size, from 1
 */
public record UploadRequest(ImageType type, long bytes) {
    private static final List<String> FIELDS = List.of("content_type", "bytes");

    /** Reads the body of {@code POST /api/generate/uploads}. */
    public static Parsed<UploadRequest> parse(String body, long maxBytes) {
        return Parsed.ofJson(body, (root, duplicates) -> check(root, duplicates, maxBytes));
    }

    private static Parsed<UploadRequest> check(Json.Obj body, List<String> duplicates, long maxBytes) {
        List<Problem> problems = new ArrayList<>();
        duplicates.forEach(path -> problems.add(new Problem(Problem.shown(path), "must not appear more than once")));
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
                        Problem.shown(name), "is not a known field; known here: " + String.join(", ", FIELDS)));
            }
        }
        if (type.isPresent() && bytes != null && problems.isEmpty()) {
            return new Parsed.Valid<>(new UploadRequest(type.get(), bytes));
        }
        // A body can have tens of thousands of problems.
        return new Parsed.Invalid<>(problems.subList(0, Math.min(problems.size(), RequestRules.MAX_PROBLEMS)));
    }
}
