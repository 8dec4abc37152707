package dev.darkroom.media;

import java.nio.ByteBuffer;

/** PNG (W3C Portable Network Graphics, 5): a signature, then chunks of length, name, data and CRC from IHDR to IEND. */
final class PngWalk extends Walk {
    private static final int IHDR = 0x49484452;
    private static final int IDAT = 0x49444154;
    private static final int IEND = 0x49454e44;

    private boolean hasData;

    PngWalk() {
        // after the signature: IHDR's length and name, width and height
        want(8, 16, this::header);
    }

    private void header(ByteBuffer bytes) {
        if (bytes.getInt(0) != 13 || bytes.getInt(4) != IHDR) {
            broken();
        } else {
            dimensions(bytes.getInt(8), bytes.getInt(12));
            want(5 + 4, 8, this::chunk); // after the rest of IHDR and its CRC
        }
    }

    private void chunk(ByteBuffer bytes) {
        int length = bytes.getInt(0);
        int name = bytes.getInt(4);
        if (length < 0 || (name == IEND && (length != 0 || !hasData))) {
            broken();
        } else if (name == IEND) {
            want(4, 0, _ -> end()); // after its CRC
        } else {
            hasData |= name == IDAT;
            want(length + 4L, 8, this::chunk);
        }
    }
}
