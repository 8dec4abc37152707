package dev.darkroom.media;

/** JPEG (ITU-T T.81, annex B): markers, most with a segment of stated length, scans of entropy-coded data, EOI. */
final class JpegWalk extends Walk {
    private static final int STUFFED_ZERO = 0x00;
    private static final int TEM = 0x01;
    private static final int SOI = 0xd8;
    private static final int EOI = 0xd9;
    private static final int SOS = 0xda;
    private static final int PREFIX = 0xff;

    private enum Expected {
        START,
        MARKER_PREFIX,
        MARKER,
        SEGMENT,
        FRAME_HEADER,
        SCAN_DATA,
        SCAN_PREFIX,
        MARKER_IN_SCAN
    }

    private Expected expected = Expected.START;
    private int marker;
    private boolean scanned;

    JpegWalk() {
        super(2); // SOI
    }

    @Override
    void step(byte[] bytes) {
        switch (expected) {
            case START -> next(Expected.MARKER_PREFIX, 0, 1);
            case MARKER_PREFIX -> {
                if (u8(bytes, 0) == PREFIX) {
                    next(Expected.MARKER, 0, 1);
                } else {
                    broken();
                }
            }
            case MARKER -> marker(u8(bytes, 0));
            case SEGMENT -> {
                int length = u16(bytes, 0);
                if (length < 2) {
                    broken();
                } else if (marker == SOS) {
                    scanned = true;
                    next(Expected.SCAN_DATA, length - 2, 0);
                } else {
                    next(Expected.MARKER_PREFIX, length - 2, 1);
                }
            }
            case FRAME_HEADER -> {
                int length = u16(bytes, 0);
                int height = u16(bytes, 3);
                int width = u16(bytes, 5);
                // With a height of 0, a DNL marker after the first scan would give it. No encoder in use does that.
                if (length < 8 || height == 0 || width == 0) {
                    broken();
                } else {
                    dimensions(width, height);
                    next(Expected.MARKER_PREFIX, length - 7, 1);
                }
            }
            case SCAN_DATA -> {
                expected = Expected.SCAN_PREFIX;
                seekPrefix();
            }
            case SCAN_PREFIX -> next(Expected.MARKER_IN_SCAN, 0, 1);
            case MARKER_IN_SCAN -> {
                int code = u8(bytes, 0);
                if (code == STUFFED_ZERO || isRestart(code)) {
                    next(Expected.SCAN_DATA, 0, 0);
                } else if (code == PREFIX) {
                    next(Expected.MARKER_IN_SCAN, 0, 1);
                } else {
                    marker(code);
                }
            }
        }
    }

    private void marker(int code) {
        marker = code;
        if (code == PREFIX) {
            next(Expected.MARKER, 0, 1); // any number of them may stand before a marker
        } else if (code == EOI && scanned) {
            end();
        } else if (code == EOI || code == STUFFED_ZERO || code == SOI) {
            broken();
        } else if (code == TEM || isRestart(code)) {
            next(Expected.MARKER_PREFIX, 0, 1);
        } else if (isFrame(code)) {
            next(Expected.FRAME_HEADER, 0, 7);
        } else {
            next(Expected.SEGMENT, 0, 2);
        }
    }

    private void next(Expected then, long skip, int count) {
        expected = then;
        want(skip, count);
    }

    private static boolean isRestart(int code) {
        return code >= 0xd0 && code <= 0xd7;
    }

    /** SOF0 to SOF15, without DHT (C4), JPG (C8) and DAC (CC). */
    private static boolean isFrame(int code) {
        return code >= 0xc0 && code <= 0xcf && code != 0xc4 && code != 0xc8 && code != 0xcc;
    }
}
