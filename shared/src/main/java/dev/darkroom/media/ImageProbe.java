package dev.darkroom.media;

import dev.darkroom.task.ImageType;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads an image's type and dimensions while it streams by, and whether it is complete. It follows the format's structure by its
 * stated lengths. So an end mark inside a comment or a thumbnail does not count as the end. It keeps a few dozen bytes, however
 * large the image is.
 *
 * <p>Bytes after the format's end are allowed: decoders ignore them, and some cameras and encoders append them. Refusing them
 * would lose a paid image. Not thread-safe.
 */
public final class ImageProbe extends OutputStream {
    private final byte[] head = new byte[ImageType.HEAD];
    private int headLength;
    private long length;
    private @Nullable Walk walk;

    /** The result, after all bytes. */
    public sealed interface Look {
        /** A complete image. Width and height are in pixels, at least 1. */
        record Whole(ImageType type, int width, int height) implements Look {}

        /** It begins as an image and stops before its end. */
        record Truncated() implements Look {}

        /** It is empty, has other first bytes, or a structure that no decoder could follow. */
        record NotAnImage() implements Look {}

        /** Its first bytes are those of a picture, but of a kind that Darkroom does not store. */
        record OtherKind() implements Look {}
    }

    @Override
    public void write(int b) {
        write(new byte[] {(byte) b}, 0, 1);
    }

    /** Takes the next bytes. */
    @Override
    public void write(byte[] bytes, int offset, int count) {
        length += count;
        int at = offset;
        int end = offset + count;
        while (headLength < head.length && at < end) {
            head[headLength++] = bytes[at++];
            if (headLength == head.length) {
                walk = ImageType.of(head).map(Walk::of).orElse(null);
                if (walk != null) {
                    walk.feed(head, 0, head.length);
                }
            }
        }
        if (walk != null && at < end) {
            walk.feed(bytes, at, end - at);
        }
    }

    /** The number of bytes so far. */
    public long length() {
        return length;
    }

    /** The result, if the bytes so far are the whole file. */
    public Look look() {
        byte[] first = Arrays.copyOf(head, headLength);
        Optional<ImageType> type = ImageType.of(first);
        if (type.isEmpty()) {
            return ImageType.isOtherKind(first) ? new Look.OtherKind() : new Look.NotAnImage();
        }
        Walk walked = walk;
        if (walked == null) {
            return new Look.Truncated();
        }
        return switch (walked.state()) {
            case UNDER_WAY -> new Look.Truncated();
            case BROKEN -> new Look.NotAnImage();
            case AT_THE_END -> new Look.Whole(type.get(), walked.width(), walked.height());
        };
    }
}
