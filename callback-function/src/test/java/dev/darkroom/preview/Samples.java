package dev.darkroom.preview;

import dev.darkroom.task.ImageType;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.zip.CRC32;
import java.util.zip.DeflaterOutputStream;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/** Images from the encoders of Java and libwebp, with metadata that other programs add. */
public final class Samples {
    private Samples() {}

    public static byte[] encoded(BufferedImage image, ImageType type) throws IOException {
        return encoded(image, type, "Lossless");
    }

    /** @param compression the WebP compression type: Lossy or Lossless */
    static byte[] encoded(BufferedImage image, ImageType type, String compression) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ImageWriter writer =
                ImageIO.getImageWritersByMIMEType(type.contentType()).next();
        try (MemoryCacheImageOutputStream stream = new MemoryCacheImageOutputStream(out)) {
            ImageWriteParam param = writer.getDefaultWriteParam();
            if (type != ImageType.PNG) {
                param.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
                if (type == ImageType.WEBP) {
                    param.setCompressionType(compression);
                }
                param.setCompressionQuality(1);
            }
            writer.setOutput(stream);
            writer.write(null, new IIOImage(image, null, null), param);
        } finally {
            writer.dispose();
        }
        return out.toByteArray();
    }

    /** Returns the image with an EXIF block that states its orientation, as cameras and editors write it. */
    static byte[] lying(byte[] image, ImageType type, int orientation, ByteOrder order) {
        byte[] exif = exif(orientation, order);
        return switch (type) {
            case JPEG -> {
                byte[] segment = ByteBuffer.allocate(4 + 6 + exif.length)
                        .putShort((short) 0xffe1)
                        .putShort((short) (2 + 6 + exif.length))
                        .put(bytes("Exif\0\0"))
                        .put(exif)
                        .array();
                yield joined(part(image, 0, 2), segment, part(image, 2, image.length));
            }
            case PNG -> withChunk(image, "eXIf", exif);
            case WEBP -> joined(extended(image), riffChunk("EXIF", exif));
        };
    }

    /** A directory whose first entry is another one, as in real files. */
    private static byte[] exif(int orientation, ByteOrder order) {
        return ByteBuffer.allocate(8 + 2 + 2 * 12 + 4)
                .order(order)
                .put(bytes(order == ByteOrder.LITTLE_ENDIAN ? "II" : "MM"))
                .putShort((short) 42)
                .putInt(8)
                .putShort((short) 2)
                .putShort((short) 0x0100)
                .putShort((short) 3)
                .putInt(1)
                .putShort((short) 7)
                .putShort((short) 0)
                .putShort((short) 0x0112)
                .putShort((short) 3)
                .putInt(1)
                .putShort((short) orientation)
                .putShort((short) 0)
                .putInt(0)
                .array();
    }

    /** Returns a PNG with one more chunk right after its header. */
    static byte[] withChunk(byte[] png, String name, byte[] data) {
        int end = 8 + 25;
        return joined(part(png, 0, end), pngChunk(name, data), part(png, end, png.length));
    }

    /** Returns a JPEG with a colour profile, embedded as ICC.1 (annex B.4) specifies. */
    static byte[] withProfile(byte[] jpeg, byte[] profile) {
        byte[] segment = ByteBuffer.allocate(18 + profile.length)
                .putShort((short) 0xffe2)
                .putShort((short) (16 + profile.length))
                .put(bytes("ICC_PROFILE\0"))
                .put(new byte[] {1, 1})
                .put(profile)
                .array();
        // The new segment follows JFIF's own, which must come first.
        int first = 2 + 2 + ByteBuffer.wrap(jpeg).getShort(4);
        return joined(part(jpeg, 0, first), segment, part(jpeg, first, jpeg.length));
    }

    /** Returns a PNG or JPEG with so many empty comments before its picture. */
    static byte[] withEmptyChunks(byte[] image, ImageType type, int count) {
        boolean png = type == ImageType.PNG;
        // The CRC is that of tEXt alone.
        byte[] comment = HexFormat.of().parseHex(png ? "0000000074455874" + "9642c585" : "fffe0002");
        int from = png ? 33 : 2;
        ByteBuffer file =
                ByteBuffer.allocate(image.length + count * comment.length).put(image, 0, from);
        for (int i = 0; i < count; i++) {
            file.put(comment);
        }
        return file.put(image, from, image.length - from).array();
    }

    /** The content of a PNG's chunk for colour profiles. */
    static byte[] profileChunk(byte[] profile) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(bytes("a name\0\0"));
        try (DeflaterOutputStream deflated = new DeflaterOutputStream(out)) {
            deflated.write(profile);
        }
        return out.toByteArray();
    }

    /** Returns a PNG whose header states this size, with hardly any data. */
    public static byte[] hugePng(int width, int height) throws IOException {
        byte[] header = ByteBuffer.allocate(13)
                .putInt(width)
                .putInt(height)
                .put(new byte[] {8, 2, 0, 0, 0})
                .array();
        ByteArrayOutputStream data = new ByteArrayOutputStream();
        try (DeflaterOutputStream deflated = new DeflaterOutputStream(data)) {
            deflated.write(new byte[1000]);
        }
        return joined(
                new byte[] {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'},
                pngChunk("IHDR", header),
                pngChunk("IDAT", data.toByteArray()),
                pngChunk("IEND", new byte[0]));
    }

    /** Returns a WebP whose first header says 10 × 10 and whose frame says more, with or without an animation. */
    static byte[] lyingWebp(int width, int height, boolean animated) {
        byte[] frame = riffChunk(
                "VP8 ",
                ByteBuffer.allocate(64)
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .put(new byte[] {0x10, 0, 0, (byte) 0x9d, 0x01, 0x2a})
                        .putShort((short) width)
                        .putShort((short) height)
                        .array());
        byte[] inside = animated ? riffChunk("ANMF", joined(new byte[6], u24(9), u24(9), new byte[4], frame)) : frame;
        return riff(joined(
                riffChunk("VP8X", joined(new byte[] {(byte) (animated ? 2 : 0), 0, 0, 0}, u24(9), u24(9))), inside));
    }

    /** Returns a WebP with nested frames, which no writer produces. */
    static byte[] nestedWebp(int depth) {
        ByteBuffer frames = ByteBuffer.allocate(24 * depth).order(ByteOrder.LITTLE_ENDIAN);
        for (int left = depth - 1; left >= 0; left--) {
            frames.put(bytes("ANMF")).putInt(16 + 24 * left).put(new byte[16]);
        }
        return riff(joined(riffChunk("VP8X", joined(new byte[] {2, 0, 0, 0}, u24(9), u24(9))), frames.array()));
    }

    private static byte[] extended(byte[] webp) {
        ByteBuffer simple = ByteBuffer.wrap(webp).order(ByteOrder.LITTLE_ENDIAN);
        boolean lossless = webp[15] == 'L';
        int bits = lossless ? simple.getInt(21) : 0;
        int width = lossless ? (bits & 0x3fff) + 1 : simple.getShort(26) & 0x3fff;
        int height = lossless ? (bits >>> 14 & 0x3fff) + 1 : simple.getShort(28) & 0x3fff;
        byte[] header = riffChunk("VP8X", joined(new byte[] {8, 0, 0, 0}, u24(width - 1), u24(height - 1)));
        return riff(joined(header, part(webp, 12, webp.length)), 46);
    }

    private static byte[] riff(byte[] chunks) {
        return riff(chunks, 0);
    }

    /** @param more the number of bytes that the caller adds */
    private static byte[] riff(byte[] chunks, int more) {
        return ByteBuffer.allocate(12 + chunks.length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put(bytes("RIFF"))
                .putInt(4 + chunks.length + more)
                .put(bytes("WEBP"))
                .put(chunks)
                .array();
    }

    private static byte[] riffChunk(String name, byte[] data) {
        return ByteBuffer.allocate(8 + data.length + (data.length & 1))
                .order(ByteOrder.LITTLE_ENDIAN)
                .put(bytes(name))
                .putInt(data.length)
                .put(data)
                .array();
    }

    private static byte[] pngChunk(String name, byte[] data) {
        CRC32 crc = new CRC32();
        crc.update(bytes(name));
        crc.update(data);
        return ByteBuffer.allocate(12 + data.length)
                .putInt(data.length)
                .put(bytes(name))
                .put(data)
                .putInt((int) crc.getValue())
                .array();
    }

    private static byte[] u24(int value) {
        return new byte[] {(byte) value, (byte) (value >> 8), (byte) (value >> 16)};
    }

    private static byte[] part(byte[] bytes, int from, int to) {
        return Arrays.copyOfRange(bytes, from, to);
    }

    private static byte[] joined(byte[]... parts) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            out.writeBytes(part);
        }
        return out.toByteArray();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }
}
