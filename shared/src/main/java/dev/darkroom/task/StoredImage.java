package dev.darkroom.task;

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
    /** The key of its preview, which may not exist yet. */
    public String previewKey() {
        return previewKey(key);
    }

    /** The same for the image with this key. */
    public static String previewKey(String key) {
        return "previews/" + key + ".jpg";
    }
}
