package dev.darkroom.media;

/** PNG (W3C Portable Network Graphics, 5): a signature, then chunks of length, name, data and CRC from IHDR to IEND. */
final class PngWalk extends Walk {
    private static final int IHDR = 0x49484452;
    private static final int IDAT = 0x49444154;
    private static final int IEND = 0x49454e44;

    private enum Expected {
        FIRST_HEADER,
        HEADER,
        END
    }

    private Expected expected = Expected.FIRST_HEADER;
    private boolean hasData;

    PngWalk() {
        // signature, IHDR's length and name, width and height
        super(8 + 8 + 8);
    }

    @Override
    void step(byte[] bytes) {
        switch (expected) {
            case FIRST_HEADER -> {
                long width = u32(bytes, 16);
                long height = u32(bytes, 20);
                boolean sound = u32(bytes, 8) == 13 && u32(bytes, 12) == IHDR;
                if (!sound || width < 1 || width > Integer.MAX_VALUE || height < 1 || height > Integer.MAX_VALUE) {
                    broken();
                    return;
                }
                dimensions((int) width, (int) height);
                expected = Expected.HEADER;
                want(5 + 4, 8); // the rest of IHDR, its CRC
            }
            case HEADER -> {
                long length = u32(bytes, 0);
                long name = u32(bytes, 4);
                if (length > Integer.MAX_VALUE || (name == IEND && (length != 0 || !hasData))) {
                    broken();
                } else if (name == IEND) {
                    expected = Expected.END;
                    want(4, 0); // its CRC
                } else {
                    hasData |= name == IDAT;
                    want(length + 4, 8);
                }
            }
            case END -> end();
        }
    }
}
