package dev.darkroom.preview;

import dev.darkroom.task.ImageType;
import java.awt.color.ICC_Profile;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.InflaterInputStream;
import javax.imageio.stream.ImageInputStream;
import org.jspecify.annotations.Nullable;

/**
 * The data beside the pixels of an image file that decoders leave to their caller, found in the format's chunks or segments. The
 * file's lengths are not trusted: at most {@link #MOST} bytes of a chunk are kept, and at most {@link #MOST_CHUNKS} are looked at.
 */
final class Embedded {
    /** The largest EXIF block or colour profile, in bytes. Real ones have some kilobytes. */
    private static final int MOST = 4 << 20;

    /** The most chunks or segments of a file. Millions of empty ones would hold the function until its time-out. */
    static final int MOST_CHUNKS = 100_000;

    private final ImageInputStream in;
    private int chunks;
    private int orientation = 1;
    private long pixels;
    private @Nullable ICC_Profile profile;

    private Embedded(ImageInputStream in) {
        this.in = in;
    }

    static Embedded of(Path file, ImageType type) throws IOException {
        try (ImageInputStream in = new BoundedImageStream(file)) {
            Embedded embedded = new Embedded(in);
            switch (type) {
                case PNG -> embedded.png();
                case JPEG -> embedded.jpeg();
                case WEBP -> {
                    in.setByteOrder(ByteOrder.LITTLE_ENDIAN);
                    embedded.webp(12, in.length(), true);
                }
            }
            return embedded;
        }
    }

    /** EXIF's orientation (EXIF 2.32, 4.6.4), 1..8; 1 is upright. */
    int orientation() {
        return orientation;
    }

    /** The colour profile of a PNG, which its decoder ignores; null for sRGB. The other decoders convert by themselves. */
    @Nullable
    ICC_Profile profile() {
        return profile;
    }

    /** The pixels of the largest frame of a WebP, which may be larger than the file's first header says; 0 for other formats. */
    long pixels() {
        return pixels;
    }

    private void png() throws IOException {
        long at = 8;
        while (at + 12 <= in.length()) {
            enter(at);
            long length = in.readUnsignedInt();
            switch (name()) {
                case "eXIf" -> orientation = orientation(read(length));
                case "iCCP" -> profile = profile(read(length));
                case "IEND" -> {
                    return;
                }
                default -> {
                    // The decoder knows it.
                }
            }
            at += 12 + length;
        }
    }

    private void jpeg() throws IOException {
        long at = 2;
        while (at + 4 <= in.length()) {
            enter(at);
            int marker = in.readUnsignedShort();
            int length = in.readUnsignedShort();
            if (marker == 0xffe1) {
                byte[] segment = read(length - 2L);
                if (segment.length > 6 && "Exif\0\0".equals(latin(segment, 0, 6))) {
                    orientation = orientation(Arrays.copyOfRange(segment, 6, segment.length));
                }
            } else if (marker == 0xffda || marker >>> 8 != 0xff) {
                // The pixels, or fill bytes that nobody writes.
                return;
            }
            at += 2 + length;
        }
    }

    /** @param outermost not inside a frame: a frame has no frames, whatever a file says */
    private void webp(long from, long to, boolean outermost) throws IOException {
        long at = from;
        while (at + 8 <= to) {
            enter(at);
            String name = name();
            long length = in.readUnsignedInt();
            long data = at + 8;
            switch (name) {
                case "VP8 " -> {
                    in.seek(data + 6);
                    largest(in.readUnsignedShort() & 0x3fff, in.readUnsignedShort() & 0x3fff);
                }
                case "ANMF" -> {
                    in.seek(data + 6);
                    largest(1 + readU24(), 1 + readU24());
                    if (outermost) {
                        webp(data + 16, Math.min(to, data + length), false);
                    }
                }
                case "EXIF" -> orientation = orientation(read(length));
                default -> {
                    // Its size is the first header's, or it has none.
                }
            }
            at = data + length + (length & 1);
        }
    }

    /** Goes to the beginning of a chunk or segment. */
    private void enter(long at) throws IOException {
        if (++chunks > MOST_CHUNKS) {
            throw new IOException("the file has too many chunks");
        }
        in.seek(at);
    }

    private void largest(int width, int height) {
        pixels = Math.max(pixels, (long) width * height);
    }

    private int readU24() throws IOException {
        return in.readUnsignedShort() | in.readUnsignedByte() << 16;
    }

    private String name() throws IOException {
        byte[] name = new byte[4];
        in.readFully(name);
        return latin(name, 0, 4);
    }

    private byte[] read(long length) throws IOException {
        byte[] bytes = new byte[(int) Math.clamp(length, 0, Math.min(MOST, in.length() - in.getStreamPosition()))];
        in.readFully(bytes);
        return bytes;
    }

    /** 1 if there is none or it is unreadable: a picture on its side is better than no picture. */
    private static int orientation(byte[] exif) {
        // Some WebP encoders put JPEG's marker before the block.
        int start = exif.length > 6 && "Exif\0\0".equals(latin(exif, 0, 6)) ? 6 : 0;
        ByteBuffer tiff = ByteBuffer.wrap(exif, start, exif.length - start).slice();
        try {
            tiff.order(tiff.get(0) == 'I' ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
            int directory = tiff.getInt(4);
            int entries = tiff.getShort(directory);
            for (int i = 0; i < entries; i++) {
                int entry = directory + 2 + 12 * i;
                int value = tiff.getShort(entry + 8);
                if (tiff.getShort(entry) == 0x0112 && value >= 1 && value <= 8) {
                    return value;
                }
            }
        } catch (IndexOutOfBoundsException e) {
            // said above
        }
        return 1;
    }

    /** The chunk has a name, a zero, the compression method and the compressed profile (PNG, 11.3.2.3). */
    private static @Nullable ICC_Profile profile(byte[] chunk) throws IOException {
        int zero = 0;
        while (zero < chunk.length && chunk[zero] != 0) {
            zero++;
        }
        if (zero + 2 > chunk.length) {
            return null;
        }
        try (InflaterInputStream inflated =
                new InflaterInputStream(new ByteArrayInputStream(chunk, zero + 2, chunk.length - zero - 2))) {
            ICC_Profile read = ICC_Profile.getInstance(inflated.readNBytes(MOST));
            return read.getNumComponents() == 3 ? read : null;
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    private static String latin(byte[] bytes, int from, int count) {
        return new String(bytes, from, count, StandardCharsets.ISO_8859_1);
    }
}
