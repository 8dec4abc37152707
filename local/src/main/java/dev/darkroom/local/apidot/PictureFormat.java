package dev.darkroom.local.apidot;

/** The formats that APIDot produces. */
public enum PictureFormat {
    PNG("png", "image/png", 0.8f),
    JPEG("jpg", "image/jpeg", 0.8f),
    WEBP("webp", "image/webp", 0.6f);

    private final String extension;
    private final String contentType;
    private final float quality;

    PictureFormat(String extension, String contentType, float quality) {
        this.extension = extension;
        this.contentType = contentType;
        this.quality = quality;
    }

    String extension() {
        return extension;
    }

    String contentType() {
        return contentType;
    }

    /** As Image I/O counts it, 0..1. For PNG that is 1 = fastest, and 0.8 still compresses a gradient well. */
    float quality() {
        return quality;
    }
}
