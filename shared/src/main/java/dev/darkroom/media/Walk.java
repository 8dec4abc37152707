package dev.darkroom.media;

import dev.darkroom.task.ImageType;

/**
 * Follows the structure of one format, a few bytes at a time. Each step says how many bytes it wants to read together or to skip.
 */
abstract sealed class Walk permits PngWalk, JpegWalk, WebpWalk {
    enum State {
        UNDER_WAY,
        /** The format's end is reached. What follows does not matter. */
        AT_THE_END,
        /** No decoder could follow the structure. */
        BROKEN
    }

    private static final int MOST_WANTED = 32;
    private static final byte PREFIX = (byte) 0xff;

    private final byte[] seen = new byte[MOST_WANTED];
    private int seenCount;
    private int wanted;
    private long toSkip;
    private boolean seeking;
    private State state = State.UNDER_WAY;
    private int width;
    private int height;

    Walk(int wanted) {
        this.wanted = wanted;
    }

    static Walk of(ImageType type) {
        return switch (type) {
            case PNG -> new PngWalk();
            case JPEG -> new JpegWalk();
            case WEBP -> new WebpWalk();
        };
    }

    /** Reads the bytes that were wanted, and says what comes next by {@link #want} and the like. */
    abstract void step(byte[] bytes);

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
                    arrive();
                }
            } else if (toSkip > 0) {
                int skipped = (int) Math.min(toSkip, end - at);
                toSkip -= skipped;
                at += skipped;
                arrive();
            } else {
                int copied = Math.min(wanted - seenCount, end - at);
                System.arraycopy(bytes, at, seen, seenCount, copied);
                seenCount += copied;
                at += copied;
                arrive();
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

    /** The next step skips some bytes and then reads this many together. With a count of 0 it comes after the skipped bytes. */
    final void want(long skip, int count) {
        toSkip = skip;
        wanted = count;
        seenCount = 0;
    }

    /** The next step comes after the next byte FF, the first of a JPEG marker. */
    final void seekPrefix() {
        want(0, 0);
        seeking = true;
    }

    /** An image without dimensions is broken. */
    final void end() {
        state = width > 0 && height > 0 ? State.AT_THE_END : State.BROKEN;
    }

    final void broken() {
        state = State.BROKEN;
    }

    /** The first dimensions count; later ones, such as a second frame's, do not. */
    final void dimensions(int wide, int high) {
        if (width == 0) {
            width = wide;
            height = high;
        }
    }

    /** Takes steps until one needs more bytes. A step may need none. */
    private void arrive() {
        while (state == State.UNDER_WAY && !seeking && toSkip == 0 && seenCount == wanted) {
            step(seen);
        }
    }

    static int u8(byte[] bytes, int at) {
        return bytes[at] & 0xff;
    }

    static int u16(byte[] bytes, int at) {
        return (u8(bytes, at) << 8) | u8(bytes, at + 1);
    }

    static long u32(byte[] bytes, int at) {
        return ((long) u16(bytes, at) << 16) | u16(bytes, at + 2);
    }

    static int u16le(byte[] bytes, int at) {
        return u8(bytes, at) | (u8(bytes, at + 1) << 8);
    }

    static int u24le(byte[] bytes, int at) {
        return u16le(bytes, at) | (u8(bytes, at + 2) << 16);
    }

    static long u32le(byte[] bytes, int at) {
        return u16le(bytes, at) | ((long) u16le(bytes, at + 2) << 16);
    }
}
