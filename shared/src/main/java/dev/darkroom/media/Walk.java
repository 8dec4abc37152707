package dev.darkroom.media;

import dev.darkroom.task.ImageType;
import java.nio.ByteBuffer;
import java.util.function.Consumer;

/**
 * Follows the structure of one format, a few bytes at a time. Each step says how many bytes to skip, how many to read together, and
 * which step takes them.
 */
abstract sealed class Walk permits PngWalk, JpegWalk, WebpWalk {
    enum State {
        UNDER_WAY,
        /** The format's end is reached. What follows does not matter. */
        AT_THE_END,
        /** No decoder could follow the structure. */
        BROKEN
    }

    private static final int MOST_WANTED = 16;
    private static final byte PREFIX = (byte) 0xff;

    private final ByteBuffer wanted = ByteBuffer.allocate(MOST_WANTED);
    private Consumer<ByteBuffer> next = _ -> {};
    private long toSkip;
    private boolean seeking;
    private State state = State.UNDER_WAY;
    private int width;
    private int height;

    static Walk of(ImageType type) {
        return switch (type) {
            case PNG -> new PngWalk();
            case JPEG -> new JpegWalk();
            case WEBP -> new WebpWalk();
        };
    }

    final void feed(byte[] bytes, int offset, int count) {
        int at = offset;
        int end = offset + count;
        while (at < end && state == State.UNDER_WAY) {
            if (seeking) {
                while (at < end && bytes[at] != PREFIX) {
                    at++;
                }
                if (at < end) {
                    at++;
                    seeking = false;
                }
            } else if (toSkip > 0) {
                int skipped = (int) Math.min(toSkip, end - at);
                toSkip -= skipped;
                at += skipped;
            } else {
                wanted.put(bytes[at++]);
            }
            // A step may need no byte.
            while (state == State.UNDER_WAY && !seeking && toSkip == 0 && !wanted.hasRemaining()) {
                next.accept(wanted.flip());
            }
        }
    }

    final State state() {
        return state;
    }

    final int width() {
        return width;
    }

    final int height() {
        return height;
    }

    /** The next step skips some bytes and then takes this many together; with a count of 0, it comes after the skipped bytes. */
    final void want(long skip, int count, Consumer<ByteBuffer> step) {
        toSkip = skip;
        wanted.clear().limit(count);
        next = step;
    }

    /** The next step takes the byte after the next FF, the first of a JPEG marker. */
    final void seekMarker(Consumer<ByteBuffer> step) {
        want(0, 1, step);
        seeking = true;
    }

    final void end() {
        state = width > 0 ? State.AT_THE_END : State.BROKEN;
    }

    final void broken() {
        state = State.BROKEN;
    }

    /** The first dimensions count; later ones, such as a second frame's, do not. An image without any is broken. */
    final void dimensions(int wide, int high) {
        if (wide < 1 || high < 1) {
            broken();
        } else if (width == 0) {
            width = wide;
            height = high;
        }
    }
}
