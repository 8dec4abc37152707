package dev.darkroom.task;

import dev.darkroom.json.Json;
import dev.darkroom.json.JsonException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** The files of a task as the text of one attribute. */
final class StoredImages {
    private StoredImages() {}

    static String text(List<StoredImage> images) {
        return Json.array(images.stream()
                        .map(image -> Json.object()
                                .put("key", image.key())
                                .put("content_type", image.contentType())
                                .put("bytes", image.bytes())
                                .put("sha256", image.sha256())
                                .put("width", image.width())
                                .put("height", image.height())
                                .build())
                        .toList())
                .text();
    }

    static List<StoredImage> parse(String text) {
        try {
            List<StoredImage> images = new ArrayList<>();
            if (Json.parse(text) instanceof Json.Arr(List<Json> items)) {
                for (Json item : items) {
                    images.add(image((Json.Obj) item));
                }
            }
            return List.copyOf(images);
        } catch (JsonException e) {
            throw new IllegalStateException("the item's files are no JSON", e);
        }
    }

    private static StoredImage image(Json.Obj image) {
        return new StoredImage(
                Objects.requireNonNull(image.string("key")),
                Objects.requireNonNull(image.string("content_type")),
                Objects.requireNonNull(image.integer("bytes")),
                Objects.requireNonNull(image.string("sha256")),
                Objects.requireNonNull(image.integer("width")).intValue(),
                Objects.requireNonNull(image.integer("height")).intValue());
    }
}
