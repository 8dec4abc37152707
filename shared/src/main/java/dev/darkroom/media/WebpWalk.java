package dev.darkroom.media;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * WebP (RFC 9649): one RIFF chunk whose length covers the file; its first inner chunk, VP8 (lossy), VP8L (lossless) or VP8X
 * (extended), has the dimensions.
 */
final class WebpWalk extends Walk {
    private static final int VP8 = 0x56503820;
    private static final int VP8L = 0x5650384c;
    private static final int VP8X = 0x56503858;

    WebpWalk() {
        want(4, 16, this::headers); // after "RIFF"
    }

    private void headers(ByteBuffer bytes) {
        int kind = bytes.getInt(8);
        bytes.order(ByteOrder.LITTLE_ENDIAN); // from here on; only the name above is read as text
        long rest = Integer.toUnsignedLong(bytes.getInt(0)) - 12; // after "WEBP" and the inner chunk's name and length
        long chunk = Integer.toUnsignedLong(bytes.getInt(12));
        int detail = kind == VP8L ? 5 : 10;
        if (chunk < detail || chunk > rest) {
            broken();
        } else {
            want(0, detail, first -> {
                dimensions(kind, first);
                want(rest - detail, 0, _ -> end());
            });
        }
    }

    private void dimensions(int kind, ByteBuffer bytes) {
        if (kind == VP8 && (bytes.get(0) & 1) == 0 && u24(bytes, 3) == 0x2a019d) {
            dimensions(bytes.getShort(6) & 0x3fff, bytes.getShort(8) & 0x3fff);
        } else if (kind == VP8L && bytes.get(0) == 0x2f) {
            int bits = bytes.getInt(1);
            dimensions((bits & 0x3fff) + 1, ((bits >> 14) & 0x3fff) + 1);
        } else if (kind == VP8X) {
            dimensions(u24(bytes, 4) + 1, u24(bytes, 7) + 1);
        } else {
            broken();
        }
    }

    private static int u24(ByteBuffer bytes, int at) {
        return Short.toUnsignedInt(bytes.getShort(at)) | (Byte.toUnsignedInt(bytes.get(at + 2)) << 16);
    }
}
