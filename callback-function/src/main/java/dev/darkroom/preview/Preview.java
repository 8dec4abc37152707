package dev.darkroom.preview;

/** The preview of an image: a small JPEG in sRGB, upright, on white where the image is transparent. Or none. */
sealed interface Preview {
    /** A JPEG. The caller owns the bytes, and nobody compares previews. */
    @SuppressWarnings("ArrayRecordComponent")
    record Drawn(byte[] jpeg) implements Preview {}

    /** The image gets no preview. */
    record None(Reason reason) implements Preview {}

    enum Reason {
        TOO_MANY_PIXELS,
        UNDECODABLE
    }
}
