package dev.darkroom.local.apidot;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;

/** A valid PNG of any size, made of a small one and private chunks that every reader skips (PNG specification, 5.4). */
final class PaddedPng {
    private static final int END_BYTES = 12;
    private static final byte[] CHUNK = chunk(64 * 1024);

    private final byte[] png;

    PaddedPng(byte[] png) {
        this.png = png;
    }

    /** The length of a file with at least so many bytes. */
    long length(long atLeast) {
        return png.length + chunks(atLeast) * CHUNK.length;
    }

    void write(OutputStream out, long atLeast) throws IOException {
        out.write(png, 0, png.length - END_BYTES);
        for (long chunk = chunks(atLeast); chunk > 0; chunk--) {
            out.write(CHUNK);
        }
        out.write(png, png.length - END_BYTES, END_BYTES);
    }

    private long chunks(long atLeast) {
        return Math.max(0, Math.ceilDiv(atLeast - png.length, (long) CHUNK.length));
    }

    private static byte[] chunk(int length) {
        byte[] typeAndData = new byte[length - 8];
        System.arraycopy("drKm".getBytes(StandardCharsets.US_ASCII), 0, typeAndData, 0, 4);
        CRC32 crc = new CRC32();
        crc.update(typeAndData);
        return ByteBuffer.allocate(length)
                .putInt(typeAndData.length - 4)
                .put(typeAndData)
                .putInt((int) crc.getValue())
                .array();
    }
}
