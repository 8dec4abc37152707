package dev.darkroom.media;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.darkroom.media.ImageProbe.Look;
import dev.darkroom.media.ImageProbe.Look.NotAnImage;
import dev.darkroom.media.ImageProbe.Look.OtherKind;
import dev.darkroom.media.ImageProbe.Look.Truncated;
import dev.darkroom.media.ImageProbe.Look.Whole;
import dev.darkroom.task.ImageType;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class ImageProbeTest {
    private static final byte[] PNG = TestImages.png(61, 43);
    private static final byte[] JPEG = TestImages.jpeg(61, 43);

    static Stream<Arguments> wholeImages() {
        return Stream.of(
                Arguments.of(PNG, new Whole(ImageType.PNG, 61, 43)),
                Arguments.of(TestImages.png(1, 1), new Whole(ImageType.PNG, 1, 1)),
                Arguments.of(TestImages.pngOfSize(70_000), new Whole(ImageType.PNG, 1, 1)),
                Arguments.of(TestImages.withChunk(PNG, "teXt", PNG), new Whole(ImageType.PNG, 61, 43)),
                Arguments.of(JPEG, new Whole(ImageType.JPEG, 61, 43)),
                Arguments.of(TestImages.withComment(JPEG, JPEG), new Whole(ImageType.JPEG, 61, 43)),
                Arguments.of(TestImages.withComment(JPEG, new byte[0]), new Whole(ImageType.JPEG, 61, 43)),
                Arguments.of(TestImages.losslessWebp(1, 16_384, 100), new Whole(ImageType.WEBP, 1, 16_384)),
                Arguments.of(TestImages.losslessWebp(16_384, 2, 100), new Whole(ImageType.WEBP, 16_384, 2)),
                Arguments.of(TestImages.lossyWebp(9, 9, 70_000), new Whole(ImageType.WEBP, 9, 9)),
                Arguments.of(TestImages.webp(), new Whole(ImageType.WEBP, 1, 1)),
                Arguments.of(TestImages.lossyWebp(1024, 768, 500), new Whole(ImageType.WEBP, 1024, 768)),
                Arguments.of(TestImages.extendedWebp(3840, 70_000, 500), new Whole(ImageType.WEBP, 3840, 70_000)));
    }

    @ParameterizedTest
    @MethodSource("wholeImages")
    void whole_image_is_known_however_it_is_cut_into_chunks(byte[] image, Look whole) {
        for (int chunk : List.of(1, 2, 3, 7, 13, 4096, image.length)) {
            assertThat(look(image, chunk)).as("chunks of %d", chunk).isEqualTo(whole);
        }
    }

    @ParameterizedTest
    @MethodSource("wholeImages")
    void every_beginning_of_an_image_is_truncated(byte[] image, Look whole) {
        ImageProbe probe = new ImageProbe();
        for (int length = 1; length < image.length; length++) {
            probe.write(image, length - 1, 1);
            if (length >= ImageType.HEAD) {
                assertThat(probe.look())
                        .as("%d of %d bytes", length, image.length)
                        .isInstanceOf(Truncated.class);
            } else {
                assertThat(probe.look()).isNotInstanceOf(Whole.class);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("wholeImages")
    void bytes_after_the_end_are_tolerated(byte[] image, Look whole) {
        byte[] longer = Arrays.copyOf(image, image.length + 100);

        assertThat(look(longer, 17)).isEqualTo(whole);
    }

    @Test
    void nothing_else_is_an_image() {
        List.of(
                        "<!doctype html><title>Not found</title>".getBytes(UTF_8),
                        "GI".getBytes(ISO_8859_1),
                        "\0\0\0 ftypisom....".getBytes(ISO_8859_1),
                        "\0\0\0 ftypavi".getBytes(ISO_8859_1),
                        "\0\0\0\fJXM ....".getBytes(ISO_8859_1),
                        "<svg xmlns='http://www.w3.org/2000/svg'/>".getBytes(UTF_8),
                        "RIFF\4\0\0\0WAVE....................".getBytes(ISO_8859_1),
                        "RIFF\4\0\0\0WEBPVP8 \0\0\0\0...............".getBytes(ISO_8859_1),
                        new byte[1],
                        new byte[1000])
                .forEach(bytes -> assertThat(look(bytes, 5)).isInstanceOf(NotAnImage.class));
        assertThat(new ImageProbe().look()).isInstanceOf(NotAnImage.class);
    }

    @Test
    void a_picture_of_a_kind_that_is_not_stored_is_known_by_its_first_bytes() {
        List<String> heads = new ArrayList<>(
                List.of("GIF89a", "GIF87a", "BM", "II*\0", "MM\0*", "II+\0", "MM\0+", "\u00ff\n", "\0\0\0\fJXL \r\n"));
        for (String brand : List.of("avif", "avis", "heic", "heix", "heim", "heis", "hevc", "hevx", "mif1", "msf1")) {
            heads.add("\0\0\0\u001cftyp" + brand);
        }
        for (String head : heads) {
            byte[] bytes = (head + "\1\2\3\4\5\6\7\b\t\n\f\r").getBytes(ISO_8859_1);
            assertThat(look(bytes, 5)).as(head).isInstanceOf(OtherKind.class);
        }
    }

    @Test
    void a_jpeg_of_headers_without_a_scan_is_not_whole() {
        byte[] headers = "\u00ff\u00d8\u00ff\u00c0\0\13\b\0\2\0\3\1\1\u0011\0\u00ff\u00d9".getBytes(ISO_8859_1);

        assertThat(look(headers, 3)).isNotInstanceOf(Whole.class);
        assertThat(look(Arrays.copyOf(headers, headers.length - 2), 3)).isInstanceOf(Truncated.class);
    }

    /** Three pixels by two, in hex: SOI, these segments, an empty scan with this in it, EOI. */
    private static Look jpeg(String segments, String scan) {
        byte[] bytes =
                HexFormat.of().parseHex(("ffd8" + segments + "ffda0008010100003f00" + scan + "ffd9").replace(" ", ""));
        return look(bytes, bytes.length);
    }

    @ParameterizedTest
    @CsvSource({
        "ffc0 000b 08 0002 0003 01 011100,               , true",
        "ffc0 000b 08 0002 0003 01 011100,       ff00 abcd, true", // a stuffed zero
        "ffc0 000b 08 0002 0003 01 011100,         ffff00, true", // fill bytes
        "ffc0 000b 08 0002 0003 01 011100, ffd0ffd1ffd6ffd7, true", // restarts
        "ffc0 000b 08 0002 0003 01 011100,           ffd8, false", // another start
        "ffffff fe 0002 ffc0 000b 08 0002 0003 01 011100, , true",
        "ff01 ffd0 ffd7 ffc0 000b 08 0002 0003 01 011100, , true", // markers without a segment
        "ffc0 0008 08 0002 0003 00,                      , true",
        "ffc0 0007 08 0002 0003,                         , false", // a frame is eight bytes long at least
        "ffc0 000b 08 0000 0003 01 011100,               , false",
        "ffc0 000b 08 0002 0000 01 011100,               , false",
        "fffe 0001 ffc0 000b 08 0002 0003 01 011100,     , false", // a segment's length includes itself
        "ff00 ffc0 000b 08 0002 0003 01 011100,          , false",
        "ffd8 ffc0 000b 08 0002 0003 01 011100,          , false"
    })
    void a_jpeg_is_followed_marker_by_marker(String segments, @Nullable String scan, boolean whole) {
        assertThat(jpeg(segments, scan == null ? "" : scan))
                .isEqualTo(whole ? new Whole(ImageType.JPEG, 3, 2) : new NotAnImage());
    }

    @Test
    void the_first_frame_has_the_dimensions_whatever_its_kind() {
        for (int code = 0xc0; code <= 0xcf; code++) {
            boolean frame = code != 0xc4 && code != 0xc8 && code != 0xcc;
            String marker = "ff%02x ".formatted(code);
            assertThat(jpeg(marker + "000b 08 0002 0003 01 011100", ""))
                    .as(marker)
                    .isEqualTo(frame ? new Whole(ImageType.JPEG, 3, 2) : new NotAnImage());
        }
        assertThat(jpeg("ffc0 000b 08 0002 0003 01 011100 ffc0 000b 08 0008 0009 01 011100", ""))
                .isEqualTo(new Whole(ImageType.JPEG, 3, 2));
    }

    @Test
    void an_image_is_as_large_as_its_format_can_say() {
        assertThat(look(withNumber(PNG, 16, 0x7fff_ffff), 64))
                .isEqualTo(new Whole(ImageType.PNG, Integer.MAX_VALUE, 43));
        assertThat(look(withNumber(PNG, 20, 0x7fff_ffff), 64))
                .isEqualTo(new Whole(ImageType.PNG, 61, Integer.MAX_VALUE));
        // The length of the first chunk after the header: the rest is missing, or it is none.
        assertThat(look(withNumber(PNG, 33, 0x7fff_ffff), 64)).isInstanceOf(Truncated.class);
        for (int at : new int[] {16, 20, 33}) {
            assertThat(look(withNumber(PNG, at, 0x8000_0000), 64)).isInstanceOf(NotAnImage.class);
        }
        for (byte[] flat : List.of(TestImages.lossyWebp(0, 5, 9), TestImages.lossyWebp(5, 0, 9))) {
            assertThat(look(flat, 64)).isInstanceOf(NotAnImage.class);
        }
    }

    private static byte[] withNumber(byte[] image, int at, int number) {
        byte[] changed = image.clone();
        ByteBuffer.wrap(changed).putInt(at, number);
        return changed;
    }

    @Test
    void a_webp_of_an_unknown_kind_is_no_image_before_its_end() {
        byte[] image = TestImages.lossyWebp(9, 9, 99);
        image[23] = 0;

        assertThat(look(Arrays.copyOf(image, image.length - 9), 64)).isInstanceOf(NotAnImage.class);
    }

    @ParameterizedTest
    @MethodSource("wholeImages")
    void an_image_cut_anywhere_and_fed_at_once_is_truncated(byte[] image, Look whole) {
        for (int length = Math.max(ImageType.HEAD, image.length - 700); length < image.length; length++) {
            byte[] cut = Arrays.copyOf(image, length);
            assertThat(look(cut, length)).isInstanceOf(Truncated.class);
        }
    }

    @Test
    void a_probe_knows_how_much_it_was_fed() {
        ImageProbe probe = new ImageProbe();
        probe.write(PNG, 0, 3);
        probe.write(PNG, 3, 40);

        assertThat(probe.length()).isEqualTo(43);
    }

    @ParameterizedTest
    @CsvSource({"PNG, png, image/png", "JPEG, jpg, image/jpeg", "WEBP, webp, image/webp"})
    void a_type_has_the_names_that_s3_and_browsers_know(ImageType type, String extension, String contentType) {
        assertThat(type.extension()).isEqualTo(extension);
        assertThat(type.contentType()).isEqualTo(contentType);
    }

    @Test
    void right_first_bytes_with_a_broken_structure_are_no_image() {
        byte[] noHeader = PNG.clone();
        noHeader[12] = 'X';
        byte[] noWidth = PNG.clone();
        Arrays.fill(noWidth, 16, 20, (byte) 0);
        byte[] hugeChunk = PNG.clone();
        hugeChunk[33] = (byte) 0x80;
        byte[] noMarker = JPEG.clone();
        noMarker[20] = 0;
        byte[] noScan = {(byte) 0xff, (byte) 0xd8, (byte) 0xff, (byte) 0xd9, 0, 0, 0, 0, 0, 0, 0, 0};
        byte[] html = "\u00ff\u00d8\u00ff<html>..........".getBytes(ISO_8859_1);
        byte[] chunkOverEnd = TestImages.webp();
        chunkOverEnd[16] = 120;

        Stream.of(noHeader, noWidth, hugeChunk, noMarker, noScan, chunkOverEnd)
                .forEach(bytes -> assertThat(look(bytes, 5)).isInstanceOf(NotAnImage.class));
        assertThat(look(html, 5)).isNotInstanceOf(Whole.class);
    }

    @Test
    void end_mark_inside_a_comment_is_not_the_end() {
        byte[] pngInPng = TestImages.withChunk(PNG, "teXt", PNG);
        byte[] jpegInJpeg = TestImages.withComment(JPEG, JPEG);

        assertThat(look(Arrays.copyOf(pngInPng, pngInPng.length - 1), 64)).isInstanceOf(Truncated.class);
        assertThat(look(Arrays.copyOf(jpegInJpeg, jpegInJpeg.length - 1), 64)).isInstanceOf(Truncated.class);
    }

    @Test
    void noise_never_breaks_the_probe() {
        long seed = System.nanoTime();
        System.out.println("seed " + seed);
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
        List<byte[]> images = List.of(PNG, JPEG, TestImages.webp(), TestImages.lossyWebp(9, 9, 99));
        for (int round = 0; round < 20_000; round++) {
            byte[] spoilt = images.get(random.nextInt(images.size())).clone();
            for (int i = random.nextInt(1, 8); i > 0; i--) {
                spoilt[random.nextInt(Math.min(spoilt.length, 400))] = (byte) random.nextInt();
            }
            Look whole = look(spoilt, spoilt.length);
            assertThat(look(spoilt, random.nextInt(1, 64))).isEqualTo(whole);
        }
    }

    private static Look look(byte[] bytes, int chunk) {
        ImageProbe probe = new ImageProbe();
        for (int at = 0; at < bytes.length; at += chunk) {
            probe.write(bytes, at, Math.min(chunk, bytes.length - at));
        }
        return probe.look();
    }
}
