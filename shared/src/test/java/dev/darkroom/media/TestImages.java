package dev.darkroom.media;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Base64;
import java.util.random.RandomGenerator;
import java.util.zip.CRC32;
import javax.imageio.ImageIO;

/** Small real images, and ways to damage them. */
public final class TestImages {
    private TestImages() {}

    public static byte[] png(int width, int height) {
        return encoded("png", width, height);
    }

    public static byte[] jpeg(int width, int height) {
        return encoded("jpg", width, height);
    }

    /** One lossless transparent pixel. */
    public static byte[] webp() {
        return Base64.getDecoder().decode("UklGRhoAAABXRUJQVlA4TA0AAAAvAAAAEAcQERGIiP4HAA==");
    }

    /** The header of an extended file of this size, followed by one chunk of this many bytes. */
    public static byte[] extendedWebp(int width, int height, int bytes) {
        ByteBuffer file = ByteBuffer.allocate(12 + 18 + 8 + bytes).order(ByteOrder.LITTLE_ENDIAN);
        file.put(ascii("RIFF")).putInt(file.capacity() - 8).put(ascii("WEBP"));
        file.put(ascii("VP8X")).putInt(10).putInt(0);
        file.putShort((short) (width - 1)).put((byte) ((width - 1) >> 16));
        file.putShort((short) (height - 1)).put((byte) ((height - 1) >> 16));
        return file.put(ascii("VP8L")).putInt(bytes).array();
    }

    /** The header of a lossless file of this size, followed by this many bytes of noise. */
    static byte[] losslessWebp(int width, int height, int bytes) {
        ByteBuffer file = ByteBuffer.allocate(12 + 8 + 5 + bytes).order(ByteOrder.LITTLE_ENDIAN);
        file.put(ascii("RIFF")).putInt(file.capacity() - 8).put(ascii("WEBP"));
        file.put(ascii("VP8L")).putInt(5 + bytes);
        return file.put((byte) 0x2f).putInt((width - 1) | (height - 1) << 14).array();
    }

    /** The header of a lossy file of this size, followed by this many bytes of noise. */
    public static byte[] lossyWebp(int width, int height, int bytes) {
        ByteBuffer file = ByteBuffer.allocate(12 + 8 + 10 + bytes).order(ByteOrder.LITTLE_ENDIAN);
        file.put(ascii("RIFF")).putInt(file.capacity() - 8).put(ascii("WEBP"));
        file.put(ascii("VP8 ")).putInt(10 + bytes);
        file.put(new byte[] {0x10, 0, 0, (byte) 0x9d, 1, 0x2a});
        return file.putShort((short) width).putShort((short) height).array();
    }

    /** A PNG of exactly this many bytes, at least some 200: one comment full of noise fills it up. */
    public static byte[] pngOfSize(int bytes) {
        byte[] small = png(1, 1);
        byte[] comment = new byte[bytes - small.length - 12];
        RandomGenerator.of("L64X128MixRandom").nextBytes(comment);
        return withChunk(small, "teXt", comment);
    }

    /** Returns the PNG with this chunk after its header. */
    public static byte[] withChunk(byte[] png, String name, byte[] data) {
        byte[] named =
                ByteBuffer.allocate(4 + data.length).put(ascii(name)).put(data).array();
        CRC32 crc = new CRC32();
        crc.update(named);
        int afterHeader = 8 + 25;
        return ByteBuffer.allocate(png.length + data.length + 12)
                .put(png, 0, afterHeader)
                .putInt(data.length)
                .put(named)
                .putInt((int) crc.getValue())
                .put(png, afterHeader, png.length - afterHeader)
                .array();
    }

    /** Returns the JPEG with this comment after its start. */
    public static byte[] withComment(byte[] jpeg, byte[] comment) {
        return ByteBuffer.allocate(jpeg.length + comment.length + 4)
                .put(jpeg, 0, 2)
                .put((byte) 0xff)
                .put((byte) 0xfe)
                .putShort((short) (comment.length + 2))
                .put(comment)
                .put(jpeg, 2, jpeg.length - 2)
                .array();
    }

    private static byte[] ascii(String text) {
        return text.getBytes(ISO_8859_1);
    }

    private static byte[] encoded(String format, int width, int height) {
        BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        for (int x = 0; x < width; x++) {
            for (int y = 0; y < height; y++) {
                image.setRGB(x, y, (x * 7919) ^ (y * 104729));
            }
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try {
            ImageIO.write(image, format, out);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }
}
