package dev.darkroom.task;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ImageTypeTest {
    private static byte[] bytes(String text) {
        return text.getBytes(ISO_8859_1);
    }

    @ParameterizedTest
    @CsvSource({
        "PNG, png, image/png, '\u0089PNG\r\n\u001a\n\0\0\0\r'",
        "JPEG, jpg, image/jpeg, '\u00ff\u00d8\u00ff\u00e0'",
        "WEBP, webp, image/webp, 'RIFF\1\2\3\4WEBP'"
    })
    void a_kind_is_told_by_its_first_bytes(ImageType type, String extension, String contentType, String head) {
        assertThat(ImageType.of(bytes(head))).contains(type);
        assertThat(ImageType.isOtherKind(bytes(head))).isFalse();
        assertThat(ImageType.named(contentType)).contains(type);
        assertThat(type.contentType()).isEqualTo(contentType);
        assertThat(type.extension()).isEqualTo(extension);
        // Whatever stands before the first bytes, or in place of one of them, makes it another file.
        assertThat(ImageType.of(bytes(" " + head))).isEmpty();
        assertThat(ImageType.of(bytes(head.substring(0, 2) + " " + head.substring(3))))
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GIF89a",
                "BM",
                "II*\0",
                "MM\0*",
                "II+\0",
                "MM\0+",
                "\u00ff\n",
                "\0\0\0\fJXL ",
                "\0\0\0\nftypavif",
                "\n\n\n\nftypheic"
            })
    void another_kind_of_picture_is_known_as_one(String head) {
        assertThat(ImageType.isOtherKind(bytes(head))).isTrue();
        assertThat(ImageType.isOtherKind(bytes(" " + head))).isFalse();
        assertThat(ImageType.of(bytes(head))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "ftypavif", "\0\0\0\nftypmp42", "<html>", "RIFF\0\0\0\0WAVE"})
    void anything_else_is_no_picture(String head) {
        assertThat(ImageType.isOtherKind(bytes(head))).isFalse();
        assertThat(ImageType.of(bytes(head))).isEmpty();
    }
}
