package dev.darkroom.media;

import java.util.Arrays;
import java.util.Optional;

/**
 * Looks at an image while it streams by: its type, its dimensions, and whether the format's own end is there. The format's
 * structure is walked from the first byte by its stated lengths, so that an end mark inside a comment, a thumbnail or a second
 * file hidden in a chunk is not taken for the end. Keeps a few dozen bytes, however large the image.
 *
 * <p>Bytes after the format's end are tolerated: decoders ignore them, some cameras and encoders append them, and refusing
 * would lose a whole image that was paid for. Not thread-safe.
 */
public final class ImageProbe {
    private final byte[] head = new byte[ImageType.HEAD];
    private int headLength;
    private long length;
    private Optional<Walk> walk = Optional.empty();

    /** What was seen, once all bytes were fed. */
    public sealed interface Look {
        /** An image up to its own end; width and height in pixels, at least 1. */
        record Whole(ImageType type, int width, int height) implements Look {}

        /** It began as an image and stopped before its end. */
        record Truncated() implements Look {}

        /** Nothing that is stored: other first bytes, or a structure that no decoder could follow. */
        record NotAnImage() implements Look {}

        /** A picture by its first bytes, of a kind that is not stored. */
        record OtherKind() implements Look {}

        /** No byte at all. */
        record Empty() implements Look {}
    }

    /** Takes the next bytes. */
    public void feed(byte[] bytes, int offset, int count) {
        length += count;
        int at = offset;
        int end = offset + count;
        while (headLength < head.length && at < end) {
            head[headLength++] = bytes[at++];
            if (headLength == head.length) {
                walk = ImageType.of(head).map(Walk::of);
                walk.ifPresent(started -> started.feed(head, 0, head.length));
            }
        }
        if (walk.isPresent() && at < end) {
            walk.get().feed(bytes, at, end - at);
        }
    }

    /** How many bytes were fed. */
    public long length() {
        return length;
    }

    /** The type as the first bytes tell it, from {@link ImageType#HEAD} bytes on. */
    public Optional<ImageType> type() {
        return ImageType.of(Arrays.copyOf(head, headLength));
    }

    /** The judgement on the bytes fed so far, taken as all there is. */
    public Look look() {
        if (length == 0) {
            return new Look.Empty();
        }
        Optional<ImageType> type = type();
        if (type.isEmpty()) {
            return ImageType.isOtherKind(Arrays.copyOf(head, headLength))
                    ? new Look.OtherKind()
                    : new Look.NotAnImage();
        }
        if (walk.isEmpty()) {
            return new Look.Truncated();
        }
        Walk walked = walk.get();
        return switch (walked.state()) {
            case UNDER_WAY -> new Look.Truncated();
            case BROKEN -> new Look.NotAnImage();
            case AT_THE_END -> new Look.Whole(type.get(), walked.width(), walked.height());
        };
    }
}
