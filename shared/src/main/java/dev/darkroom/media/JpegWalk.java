package dev.darkroom.media;

import java.nio.ByteBuffer;

/** JPEG (ITU-T T.81, annex B): markers, most with a segment of stated length, scans of entropy-coded data, EOI. */
final class JpegWalk extends Walk {
    private static final int STUFFED_ZERO = 0x00;
    private static final int TEM = 0x01;
    private static final int SOI = 0xd8;
    private static final int EOI = 0xd9;
    private static final int SOS = 0xda;
    private static final int PREFIX = 0xff;

    private boolean scanned;

    JpegWalk() {
        want(2, 1, this::prefix); // after SOI
    }

    private void prefix(ByteBuffer bytes) {
        if (u8(bytes) == PREFIX) {
            want(0, 1, next -> marker(u8(next)));
        } else {
            broken();
        }
    }

    private void marker(int code) {
        if (code == PREFIX) {
            want(0, 1, next -> marker(u8(next))); // any number of them may stand before a marker
        } else if (code == EOI && scanned) {
            end();
        } else if (code == EOI || code == STUFFED_ZERO || code == SOI) {
            broken();
        } else if (code == TEM || isRestart(code)) {
            want(0, 1, this::prefix);
        } else if (isFrame(code)) {
            want(0, 7, this::frame);
        } else {
            want(0, 2, bytes -> segment(code, u16(bytes, 0)));
        }
    }

    private void segment(int code, int length) {
        if (length < 2) {
            broken();
        } else if (code == SOS) {
            scanned = true;
            want(length - 2, 0, _ -> seekMarker(this::inScan));
        } else {
            want(length - 2, 1, this::prefix);
        }
    }

    /** With a height of 0, a DNL marker after the first scan would give it. No encoder in use does that. */
    private void frame(ByteBuffer bytes) {
        int length = u16(bytes, 0);
        if (length < 8) {
            broken();
        } else {
            dimensions(u16(bytes, 5), u16(bytes, 3));
            want(length - 7, 1, this::prefix);
        }
    }

    private void inScan(ByteBuffer bytes) {
        int code = u8(bytes);
        if (code == STUFFED_ZERO || isRestart(code)) {
            seekMarker(this::inScan);
        } else if (code == PREFIX) {
            want(0, 1, this::inScan);
        } else {
            marker(code);
        }
    }

    private static int u8(ByteBuffer bytes) {
        return Byte.toUnsignedInt(bytes.get(0));
    }

    private static int u16(ByteBuffer bytes, int at) {
        return Short.toUnsignedInt(bytes.getShort(at));
    }

    private static boolean isRestart(int code) {
        return code >= 0xd0 && code <= 0xd7;
    }

    /** SOF0 to SOF15, without DHT (C4), JPG (C8) and DAC (CC). */
    private static boolean isFrame(int code) {
        return code >= 0xc0 && code <= 0xcf && code != 0xc4 && code != 0xc8 && code != 0xcc;
    }
}
