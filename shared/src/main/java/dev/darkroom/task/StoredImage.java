package dev.darkroom.task;

import dev.darkroom.json.Json;
import dev.darkroom.json.JsonException;
import java.util.List;
import java.util.Objects;

/**
 * A file of a finished task, complete in the bucket.
 *
 * @param key the object's key in S3
 * @param contentType image/png, image/jpeg or image/webp
 * @param bytes the object's size in bytes
 * @param sha256 of the object's bytes, in lower-case hex
 * @param width in pixels
 * @param height in pixels
 */
public record StoredImage(String key, String contentType, long bytes, String sha256, int width, int height) {
    /** The key of an image's preview begins with it, and goes on as the image's. */
    public static final String PREVIEWS = "previews/";

    /** The key of its preview, which may not exist yet. */
    public String previewKey() {
        return previewKey(key);
    }

    /** The same for the image with this key. */
    public static String previewKey(String key) {
        return PREVIEWS + key + ".jpg";
    }

    /** Adds what clients are told of it, too. */
    public Json.Builder putFacts(Json.Builder object) {
        return object.put("content_type", contentType)
                .put("bytes", bytes)
                .put("sha256", sha256)
                .put("width", width)
                .put("height", height);
    }

    /** The files of a task as the text of one attribute. */
    static String text(List<StoredImage> images) {
        return Json.array(images.stream()
                        .map(image -> image.putFacts(Json.object().put("key", image.key))
                                .build())
                        .toList())
                .text();
    }

    static List<StoredImage> parse(String text) {
        try {
            Json.Arr images = (Json.Arr) Json.parse(text);
            return images.items().stream().map(item -> of((Json.Obj) item)).toList();
        } catch (JsonException e) {
            throw new IllegalStateException("the item's files are no JSON", e);
        }
    }

    private static StoredImage of(Json.Obj image) {
        return new StoredImage(
                Objects.requireNonNull(image.string("key")),
                Objects.requireNonNull(image.string("content_type")),
                Objects.requireNonNull(image.integer("bytes")),
                Objects.requireNonNull(image.string("sha256")),
                Objects.requireNonNull(image.integer("width")).intValue(),
                Objects.requireNonNull(image.integer("height")).intValue());
    }
}
