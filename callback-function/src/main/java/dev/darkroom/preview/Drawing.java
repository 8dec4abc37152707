package dev.darkroom.preview;

import com.twelvemonkeys.imageio.plugins.webp.WebPImageReaderSpi;
import dev.darkroom.media.ImageProbe.Look;
import dev.darkroom.task.ImageType;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.Transparency;
import java.awt.color.ColorSpace;
import java.awt.color.ICC_ColorSpace;
import java.awt.color.ICC_Profile;
import java.awt.image.BufferedImage;
import java.awt.image.ColorConvertOp;
import java.awt.image.ColorModel;
import java.awt.image.ComponentColorModel;
import java.awt.image.DataBuffer;
import java.awt.image.Raster;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageReadParam;
import javax.imageio.ImageReader;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/** Makes a small preview of an image. */
final class Drawing {
    /** The longest edge, in pixels; a smaller image keeps its size. */
    private static final int EDGE = 512;

    /** The largest preview, in bytes. */
    private static final int MOST_BYTES = 80 * 1024;

    /** The largest image that gets a preview, in pixels. */
    private static final long MOST_PIXELS = 64_000_000;

    /** The same for WebP, whose decoder holds the whole image. */
    private static final long MOST_WEBP_PIXELS = 16_000_000;

    /** Only a PNG can have a longer edge, and its decoder holds whole rows. */
    private static final int LONGEST_EDGE = 65_535;

    private Drawing() {}

    /**
     * The preview of the image in a file. It counts the pixels before it decodes anything, because a small file may have very
     * many.
     *
     * @param seen the facts from the image's structure
     */
    static Preview preview(Path file, Look.Whole seen) {
        try {
            Embedded embedded = Embedded.of(file, seen.type());
            long pixels = Math.max((long) seen.width() * seen.height(), embedded.pixels());
            if (pixels > (seen.type() == ImageType.WEBP ? MOST_WEBP_PIXELS : MOST_PIXELS)
                    || Math.max(seen.width(), seen.height()) > LONGEST_EDGE) {
                return new Preview.None(Preview.Reason.TOO_MANY_PIXELS);
            }
            BufferedImage small = scaled(onWhite(decoded(file, seen.type())));
            ICC_Profile profile = embedded.profile();
            BufferedImage coloured = profile == null ? small : fromProfile(small, profile);
            return new Preview.Drawn(jpeg(upright(coloured, embedded.orientation())));
        } catch (IOException | RuntimeException e) {
            // Decoders throw all kinds of exceptions for unexpected input.
            return new Preview.None(Preview.Reason.UNDECODABLE);
        }
    }

    private static ImageReader reader(ImageType type) {
        return switch (type) {
            case PNG -> ImageIO.getImageReadersByFormatName("png").next();
            case JPEG -> ImageIO.getImageReadersByFormatName("jpeg").next();
            case WEBP -> new WebPImageReaderSpi().createReaderInstance(null);
        };
    }

    /**
     * The image at twice the preview's size or more, if the image is that large. So many pixels are enough, and the others need
     * no memory.
     */
    private static BufferedImage decoded(Path file, ImageType type) throws IOException {
        ImageReader reader = reader(type);
        try (ImageInputStream in = new BoundedImageStream(file)) {
            reader.setInput(in, true, true);
            int step = Math.max(1, Math.max(reader.getWidth(0), reader.getHeight(0)) / (2 * EDGE));
            ImageReadParam param = reader.getDefaultReadParam();
            param.setSourceSubsampling(step, step, 0, 0);
            return reader.read(0, param);
        } finally {
            reader.dispose();
        }
    }

    private static BufferedImage onWhite(BufferedImage image) {
        int width = image.getWidth();
        int height = image.getHeight();
        BufferedImage flat = new BufferedImage(width, height, BufferedImage.TYPE_3BYTE_BGR);
        ColorModel model = image.getColorModel();
        if (model.getColorSpace().getType() == ColorSpace.TYPE_GRAY) {
            greyOnWhite(image.getRaster(), model, flat);
            return flat;
        }
        BufferedImage standard = image;
        if (!model.getColorSpace().isCS_sRGB()) {
            standard = new BufferedImage(
                    width, height, model.hasAlpha() ? BufferedImage.TYPE_4BYTE_ABGR : BufferedImage.TYPE_3BYTE_BGR);
            new ColorConvertOp(null).filter(image, standard);
        }
        Graphics2D graphics = flat.createGraphics();
        graphics.drawImage(standard, 0, 0, Color.WHITE, null);
        graphics.dispose();
        return flat;
    }

    /** Java takes grey as linear light and would make it brighter. In image files grey has the values of sRGB. */
    private static void greyOnWhite(Raster grey, ColorModel model, BufferedImage flat) {
        int most = (1 << model.getComponentSize(0)) - 1;
        for (int y = 0; y < flat.getHeight(); y++) {
            for (int x = 0; x < flat.getWidth(); x++) {
                double alpha = model.hasAlpha() ? grey.getSampleDouble(x, y, 1) / most : 1;
                long value = Math.round(255 * (1 - alpha + alpha * grey.getSample(x, y, 0) / most));
                flat.setRGB(x, y, (int) (value << 16 | value << 8 | value));
            }
        }
    }

    private static BufferedImage scaled(BufferedImage image) {
        int width = image.getWidth();
        int height = image.getHeight();
        int longest = Math.max(width, height);
        if (longest <= EDGE) {
            return image;
        }
        int wide = Math.max(1, Math.round((float) width * EDGE / longest));
        int high = Math.max(1, Math.round((float) height * EDGE / longest));
        BufferedImage smaller = image;
        // The JDK's own loops take a hundredth of the time of a filter in Java. They look at four pixels, so each step
        // at most halves.
        while (smaller.getWidth() > 2 * wide || smaller.getHeight() > 2 * high) {
            smaller = drawn(
                    smaller,
                    Math.max(wide, Math.ceilDiv(smaller.getWidth(), 2)),
                    Math.max(high, Math.ceilDiv(smaller.getHeight(), 2)));
        }
        return drawn(smaller, wide, high);
    }

    private static BufferedImage drawn(BufferedImage image, int width, int height) {
        BufferedImage result = new BufferedImage(width, height, BufferedImage.TYPE_3BYTE_BGR);
        Graphics2D graphics = result.createGraphics();
        graphics.setRenderingHint(RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BILINEAR);
        graphics.drawImage(image, 0, 0, width, height, null);
        graphics.dispose();
        return result;
    }

    private static BufferedImage fromProfile(BufferedImage image, ICC_Profile profile) {
        ColorModel model = new ComponentColorModel(
                new ICC_ColorSpace(profile), false, false, Transparency.OPAQUE, DataBuffer.TYPE_BYTE);
        BufferedImage result = new BufferedImage(image.getWidth(), image.getHeight(), BufferedImage.TYPE_3BYTE_BGR);
        return new ColorConvertOp(null).filter(new BufferedImage(model, image.getRaster(), false, null), result);
    }

    private static BufferedImage upright(BufferedImage image, int orientation) {
        if (orientation == 1) {
            return image;
        }
        int width = image.getWidth();
        int height = image.getHeight();
        boolean lying = orientation >= 5;
        BufferedImage result =
                new BufferedImage(lying ? height : width, lying ? width : height, BufferedImage.TYPE_3BYTE_BGR);
        for (int y = 0; y < result.getHeight(); y++) {
            for (int x = 0; x < result.getWidth(); x++) {
                int across = lying ? y : x;
                int down = lying ? x : y;
                boolean fromRight = orientation == 2 || orientation == 3 || orientation == 7 || orientation == 8;
                boolean fromBelow = orientation == 3 || orientation == 4 || orientation == 6 || orientation == 7;
                result.setRGB(
                        x,
                        y,
                        image.getRGB(fromRight ? width - 1 - across : across, fromBelow ? height - 1 - down : down));
            }
        }
        return result;
    }

    /** The JPEG with the best quality that fits. */
    private static byte[] jpeg(BufferedImage image) throws IOException {
        byte[] bytes = jpeg(image, 0.85f);
        for (float quality = 0.75f; bytes.length > MOST_BYTES && quality > 0; quality -= 0.1f) {
            bytes = jpeg(image, quality);
        }
        return bytes;
    }

    private static byte[] jpeg(BufferedImage image, float quality) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
        try (MemoryCacheImageOutputStream stream = new MemoryCacheImageOutputStream(out)) {
            writer.setOutput(stream);
            ImageWriteParam param = writer.getDefaultWriteParam();
            param.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
            param.setCompressionQuality(quality);
            writer.write(null, new IIOImage(image, null, null), param);
        } finally {
            writer.dispose();
        }
        return out.toByteArray();
    }
}
