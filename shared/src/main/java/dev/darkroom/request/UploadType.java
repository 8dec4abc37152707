package dev.darkroom.request;

/** The allowed types of a picture to edit (APIDot README, "Request parameters"), as HTTP names it. */
public enum UploadType implements Spelled {
    PNG("image/png", "png"),
    JPEG("image/jpeg", "jpg"),
    WEBP("image/webp", "webp");

    private final String text;
    private final String extension;

    UploadType(String text, String extension) {
        this.text = text;
        this.extension = extension;
    }

    @Override
    public String text() {
        return text;
    }

    /** As in an S3 key, without a dot. */
    String extension() {
        return extension;
    }
}
