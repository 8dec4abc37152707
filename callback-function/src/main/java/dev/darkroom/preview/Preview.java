package dev.darkroom.preview;

/** What becomes of an image: a small JPEG in sRGB, upright, on white where the image is transparent; or nothing. */
sealed interface Preview {
    /** A whole JPEG. The bytes are the caller's own; nobody compares previews. */
    @SuppressWarnings("ArrayRecordComponent")
    record Drawn(byte[] jpeg) implements Preview {}

    /** There is none. */
    record None(Reason reason) implements Preview {}

    enum Reason {
        TOO_MANY_PIXELS,
        UNDECODABLE
    }
}
