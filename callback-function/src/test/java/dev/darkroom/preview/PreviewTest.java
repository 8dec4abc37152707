package dev.darkroom.preview;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.darkroom.media.ImageProbe;
import dev.darkroom.media.ImageProbe.Look;
import dev.darkroom.preview.Preview.Drawn;
import dev.darkroom.preview.Preview.None;
import dev.darkroom.preview.Preview.Reason;
import dev.darkroom.task.ImageType;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.Transparency;
import java.awt.color.ColorSpace;
import java.awt.color.ICC_Profile;
import java.awt.image.BufferedImage;
import java.awt.image.ComponentColorModel;
import java.awt.image.DataBuffer;
import java.awt.image.IndexColorModel;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class PreviewTest {
    private static final int MOST_BYTES = 80 * 1024;

    @TempDir
    private static Path folder;

    private static Preview preview(byte[] image) throws IOException {
        ImageProbe probe = new ImageProbe();
        probe.write(image, 0, image.length);
        return Drawing.preview(Files.write(folder.resolve("image"), image), (Look.Whole) probe.look());
    }

    private static BufferedImage drawn(byte[] image) throws IOException {
        assertThat(preview(image)).isInstanceOf(Drawn.class);
        byte[] jpeg = ((Drawn) preview(image)).jpeg();
        assertThat(jpeg).hasSizeLessThanOrEqualTo(MOST_BYTES);
        ImageProbe probe = new ImageProbe();
        probe.write(jpeg, 0, jpeg.length);
        assertThat(probe.look())
                .isInstanceOfSatisfying(
                        Look.Whole.class, whole -> assertThat(whole.type()).isEqualTo(ImageType.JPEG));
        return ImageIO.read(new ByteArrayInputStream(jpeg));
    }

    private static BufferedImage filled(int type, int width, int height, Color colour) {
        BufferedImage image = new BufferedImage(width, height, type);
        Graphics2D graphics = image.createGraphics();
        graphics.setColor(colour);
        graphics.fillRect(0, 0, width, height);
        graphics.dispose();
        return image;
    }

    private static void assertColour(BufferedImage image, int x, int y, Color expected) {
        Color found = new Color(image.getRGB(x, y));
        assertThat(found.getRed()).as("red").isCloseTo(expected.getRed(), within(6));
        assertThat(found.getGreen()).as("green").isCloseTo(expected.getGreen(), within(6));
        assertThat(found.getBlue()).as("blue").isCloseTo(expected.getBlue(), within(6));
    }

    @ParameterizedTest
    @CsvSource({
        "1024, 1024, 512, 512",
        "3840, 2160, 512, 288",
        "2160, 3840, 288, 512",
        "1023, 700,  512, 350",
        "513,  513,  512, 512",
        "512,  300,  512, 300",
        "100,  50,   100, 50",
        "1,    1,    1,   1",
        "3000, 2,    512, 1",
    })
    void the_longest_edge_is_512_and_nothing_is_enlarged(int width, int height, int expectedWidth, int expectedHeight)
            throws IOException {
        for (ImageType type : ImageType.values()) {
            BufferedImage small = drawn(Samples.encoded(
                    filled(BufferedImage.TYPE_3BYTE_BGR, width, height, new Color(40, 120, 200)), type));
            assertThat(small.getWidth()).as("%s width", type).isEqualTo(expectedWidth);
            assertThat(small.getHeight()).as("%s height", type).isEqualTo(expectedHeight);
            // Java's JPEG encoder fades the colours of a single long row, a shape that no real picture has.
            if (expectedHeight > 1 || expectedWidth == 1) {
                assertColour(small, expectedWidth / 2, expectedHeight / 2, new Color(40, 120, 200));
            }
        }
    }

    @Test
    void noise_fits_too() throws IOException {
        BufferedImage noise = new BufferedImage(1024, 1024, BufferedImage.TYPE_3BYTE_BGR);
        Random random = new Random(1);
        for (int y = 0; y < 1024; y++) {
            for (int x = 0; x < 1024; x++) {
                // Blocks of one colour, so that scaling down does not change it.
                noise.setRGB(
                        x,
                        y,
                        y % 2 == 1 ? noise.getRGB(x, y - 1) : x % 2 == 1 ? noise.getRGB(x - 1, y) : random.nextInt());
            }
        }
        assertThat(drawn(Samples.encoded(noise, ImageType.PNG)).getWidth()).isEqualTo(512);
    }

    /** Red, green, blue and black, in reading order from the upper left corner. */
    private static BufferedImage quarters() {
        BufferedImage image = filled(BufferedImage.TYPE_3BYTE_BGR, 128, 64, Color.BLACK);
        Graphics2D graphics = image.createGraphics();
        graphics.setColor(Color.RED);
        graphics.fillRect(0, 0, 64, 32);
        graphics.setColor(Color.GREEN);
        graphics.fillRect(64, 0, 64, 32);
        graphics.setColor(Color.BLUE);
        graphics.fillRect(0, 32, 64, 32);
        graphics.dispose();
        return image;
    }

    /** The corners of each orientation in EXIF's words: where row 0 and column 0 of the stored pixels are in the upright picture. */
    @ParameterizedTest
    @CsvSource({
        "1, RGBK", // row 0 at the top, column 0 at the left
        "2, GRKB", // top, right
        "3, KBGR", // bottom, right
        "4, BKRG", // bottom, left
        "5, RBGK", // left, top
        "6, BRKG", // right, top
        "7, KGBR", // right, bottom
        "8, GKRB", // left, bottom
    })
    void a_picture_that_lies_is_put_upright(int orientation, String corners) throws IOException {
        for (ImageType type : ImageType.values()) {
            for (ByteOrder order : new ByteOrder[] {ByteOrder.BIG_ENDIAN, ByteOrder.LITTLE_ENDIAN}) {
                BufferedImage small = drawn(Samples.lying(Samples.encoded(quarters(), type), type, orientation, order));
                assertThat(small.getWidth()).isEqualTo(orientation >= 5 ? 64 : 128);
                int right = small.getWidth() - 8;
                int below = small.getHeight() - 8;
                StringBuilder found = new StringBuilder();
                for (int[] at : new int[][] {{8, 8}, {right, 8}, {8, below}, {right, below}}) {
                    found.append(letter(new Color(small.getRGB(at[0], at[1]))));
                }
                assertThat(found.toString()).as("%s %s", type, order).isEqualTo(corners);
            }
        }
    }

    private static char letter(Color colour) {
        return colour.getRed() > 128 ? 'R' : colour.getGreen() > 128 ? 'G' : colour.getBlue() > 128 ? 'B' : 'K';
    }

    @ParameterizedTest
    @ValueSource(strings = {"Lossy", "Lossless"})
    void what_is_transparent_is_white(String compression) throws IOException {
        BufferedImage image = filled(BufferedImage.TYPE_INT_ARGB, 200, 100, new Color(255, 0, 0, 128));
        for (int y = 0; y < 100; y++) {
            for (int x = 0; x < 100; x++) {
                image.setRGB(x, y, 0);
            }
        }
        for (ImageType type : new ImageType[] {ImageType.PNG, ImageType.WEBP}) {
            BufferedImage small = drawn(Samples.encoded(image, type, compression));
            assertColour(small, 20, 50, Color.WHITE);
            assertColour(small, 180, 50, new Color(255, 127, 127));
        }
    }

    @Test
    void a_palette_with_a_transparent_colour_is_white_there() throws IOException {
        byte[] reds = {0, (byte) 200};
        byte[] others = {0, 0};
        IndexColorModel palette = new IndexColorModel(8, 2, reds, others, others, 0);
        BufferedImage image = new BufferedImage(64, 64, BufferedImage.TYPE_BYTE_INDEXED, palette);
        for (int y = 32; y < 64; y++) {
            for (int x = 0; x < 64; x++) {
                image.getRaster().setSample(x, y, 0, 1);
            }
        }
        BufferedImage small = drawn(Samples.encoded(image, ImageType.PNG));
        assertColour(small, 32, 8, Color.WHITE);
        assertColour(small, 32, 56, new Color(200, 0, 0));
    }

    @ParameterizedTest
    @ValueSource(ints = {BufferedImage.TYPE_BYTE_GRAY, BufferedImage.TYPE_USHORT_GRAY})
    void grey_is_as_dark_as_it_was(int type) throws IOException {
        BufferedImage image = new BufferedImage(100, 100, type);
        int value = type == BufferedImage.TYPE_BYTE_GRAY ? 100 : 100 * 257;
        for (int y = 0; y < 100; y++) {
            for (int x = 0; x < 100; x++) {
                image.getRaster().setSample(x, y, 0, value);
            }
        }
        assertColour(drawn(Samples.encoded(image, ImageType.PNG)), 50, 50, new Color(100, 100, 100));
    }

    @Test
    void grey_with_transparency_lies_on_white() throws IOException {
        ComponentColorModel model = new ComponentColorModel(
                ColorSpace.getInstance(ColorSpace.CS_GRAY),
                true,
                false,
                Transparency.TRANSLUCENT,
                DataBuffer.TYPE_BYTE);
        BufferedImage image = new BufferedImage(model, model.createCompatibleWritableRaster(60, 60), false, null);
        for (int y = 0; y < 60; y++) {
            for (int x = 0; x < 60; x++) {
                image.getRaster().setPixel(x, y, new int[] {100, x < 30 ? 0 : 255});
            }
        }
        BufferedImage small = drawn(Samples.encoded(image, ImageType.PNG));
        assertColour(small, 8, 30, Color.WHITE);
        assertColour(small, 52, 30, new Color(100, 100, 100));
    }

    /** Half of the light in a linear profile is 188 of sRGB's 255. */
    @Test
    void colours_of_another_profile_become_srgb() throws IOException {
        BufferedImage grey = filled(BufferedImage.TYPE_3BYTE_BGR, 64, 64, new Color(128, 128, 128));
        byte[] profile = ICC_Profile.getInstance(ColorSpace.CS_LINEAR_RGB).getData();
        byte[] jpeg = Samples.withProfile(Samples.encoded(grey, ImageType.JPEG), profile);
        assertColour(drawn(jpeg), 32, 32, new Color(188, 188, 188));
        byte[] plain = Samples.encoded(grey, ImageType.PNG);
        assertColour(
                drawn(Samples.withChunk(plain, "iCCP", Samples.profileChunk(profile))),
                32,
                32,
                new Color(188, 188, 188));
        assertColour(drawn(Samples.withChunk(plain, "iCCP", new byte[] {1, 2, 3})), 32, 32, new Color(128, 128, 128));
    }

    @Test
    void pixels_are_counted_before_anything_is_decoded() throws IOException {
        assertThat(preview(Samples.hugePng(8001, 8000))).isEqualTo(new None(Reason.TOO_MANY_PIXELS));
        assertThat(preview(Samples.hugePng(64_000_000, 1))).isEqualTo(new None(Reason.TOO_MANY_PIXELS));
        assertThat(preview(Samples.hugePng(Integer.MAX_VALUE, Integer.MAX_VALUE)))
                .isEqualTo(new None(Reason.TOO_MANY_PIXELS));
        assertThat(preview(Samples.lyingWebp(4001, 4000, false))).isEqualTo(new None(Reason.TOO_MANY_PIXELS));
        assertThat(preview(Samples.lyingWebp(16_383, 16_383, true))).isEqualTo(new None(Reason.TOO_MANY_PIXELS));
        // Exactly the limit: the decoder starts, and finds hardly any data.
        assertThat(preview(Samples.hugePng(8000, 8000))).isEqualTo(new None(Reason.UNDECODABLE));
    }

    @ParameterizedTest
    @EnumSource(names = {"PNG", "JPEG"})
    void a_file_of_too_many_chunks_is_not_walked_to_its_end(ImageType type) throws IOException {
        byte[] image = Samples.encoded(quarters(), type);

        assertThat(preview(Samples.withEmptyChunks(image, type, Embedded.MOST_CHUNKS / 2)))
                .isInstanceOf(Drawn.class);
        assertThat(preview(Samples.withEmptyChunks(image, type, Embedded.MOST_CHUNKS)))
                .isEqualTo(new None(Reason.UNDECODABLE));
    }

    @Test
    void frames_inside_frames_are_not_followed() throws IOException {
        // The decoder draws an empty picture of it; without a bound, the look at its chunks would overflow the stack.
        assertThat(preview(Samples.nestedWebp(200_000))).isInstanceOf(Drawn.class);
    }

    @ParameterizedTest
    @EnumSource
    void a_broken_image_has_a_preview_or_none_and_never_an_error(ImageType type) throws IOException {
        long seed = Long.getLong("darkroom.seed", System.nanoTime());
        System.out.println("PreviewTest seed " + seed);
        Random random = new Random(seed);
        byte[] whole = Samples.lying(Samples.encoded(quarters(), type), type, 6, ByteOrder.BIG_ENDIAN);
        Look.Whole look = new Look.Whole(type, 128, 64);
        int none = 0;
        for (int i = 0; i < 200; i++) {
            byte[] broken = whole.clone();
            for (int flips = 0; flips <= i % 8; flips++) {
                broken[random.nextInt(broken.length)] = (byte) random.nextInt();
            }
            Preview preview = Drawing.preview(Files.write(folder.resolve("broken"), broken), look);
            none += preview instanceof None ? 1 : 0;
        }
        assertThat(none).isBetween(1, 200);
    }
}
