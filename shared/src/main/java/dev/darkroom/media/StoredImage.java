package dev.darkroom.media;

/**
 * An image that is in the bucket, complete.
 *
 * @param key its S3 key
 * @param bytes its size, at least 1
 * @param sha256 of its bytes, 64 lower-case hex digits
 * @param width in pixels, at least 1
 * @param height in pixels, at least 1
 */
public record StoredImage(String key, String contentType, long bytes, String sha256, int width, int height) {}
