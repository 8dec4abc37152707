package dev.darkroom.media;

/**
 * WebP (RFC 9649): one RIFF chunk whose length covers the file; its first inner chunk, VP8 (lossy), VP8L (lossless) or VP8X
 * (extended), has the dimensions.
 */
final class WebpWalk extends Walk {
    private static final int VP8 = 0x56503820;
    private static final int VP8L = 0x5650384c;
    private static final int VP8X = 0x56503858;
    private static final int HEADERS_LENGTH = 12 + 8;

    private enum Expected {
        HEADERS,
        DIMENSIONS,
        END
    }

    private Expected expected = Expected.HEADERS;
    private int kind;
    private int detail;
    private long fileLength;

    WebpWalk() {
        super(HEADERS_LENGTH);
    }

    @Override
    void step(byte[] bytes) {
        switch (expected) {
            case HEADERS -> {
                fileLength = u32le(bytes, 4) + 8;
                kind = (int) u32(bytes, 12);
                detail = kind == VP8L ? 5 : 10;
                long chunk = u32le(bytes, 16);
                if (chunk < detail || chunk > fileLength - HEADERS_LENGTH) {
                    broken();
                } else {
                    expected = Expected.DIMENSIONS;
                    want(0, detail);
                }
            }
            case DIMENSIONS -> {
                readDimensions(bytes);
                expected = Expected.END;
                want(fileLength - HEADERS_LENGTH - detail, 0);
            }
            case END -> end();
        }
    }

    private void readDimensions(byte[] bytes) {
        boolean lossy = kind == VP8 && (u8(bytes, 0) & 1) == 0 && u24le(bytes, 3) == 0x2a019d;
        boolean lossless = kind == VP8L && u8(bytes, 0) == 0x2f;
        if (lossy) {
            dimensions(u16le(bytes, 6) & 0x3fff, u16le(bytes, 8) & 0x3fff);
        } else if (lossless) {
            long bits = u32le(bytes, 1);
            dimensions((int) (bits & 0x3fff) + 1, (int) ((bits >> 14) & 0x3fff) + 1);
        } else if (kind == VP8X) {
            dimensions(u24le(bytes, 4) + 1, u24le(bytes, 7) + 1);
        } else {
            broken();
        }
    }
}
