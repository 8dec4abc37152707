package dev.darkroom.media;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.darkroom.task.ImageType;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WatchedStreamTest {
    private static final byte[] PNG = TestImages.png(61, 43);

    private static WatchedStream watched(byte[] bytes, long length) throws IOException {
        return new WatchedStream(new ByteArrayInputStream(bytes), length);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 5, 12, 13, 100, 1_000_000})
    void a_whole_image_passes_with_its_hash(int chunk) throws Exception {
        WatchedStream stream = watched(PNG, PNG.length);
        ByteArrayOutputStream passed = new ByteArrayOutputStream();
        byte[] buffer = new byte[chunk + 1];
        for (int n = stream.read(buffer, 1, chunk); n >= 0; n = stream.read(buffer, 1, chunk)) {
            passed.write(buffer, 1, n);
        }

        assertThat(passed.toByteArray()).isEqualTo(PNG);
        assertThat(stream.look()).isEqualTo(new ImageProbe.Look.Whole(ImageType.PNG, 61, 43));
        assertThat(stream.isNotWhole()).isFalse();
        assertThat(stream.failure()).isEmpty();
        assertThat(stream.digest())
                .isEqualTo(HexFormat.of()
                        .formatHex(MessageDigest.getInstance("SHA-256").digest(PNG)));
        assertThat(stream.read()).isEqualTo(-1);
    }

    @Test
    void a_byte_is_read_as_one() throws IOException {
        WatchedStream stream = watched(PNG, PNG.length);

        assertThat(stream.read()).isEqualTo(0x89);
        assertThat(stream.read()).isEqualTo('P');
        assertThat(stream.read(new byte[1], 0, 0)).isZero();
    }

    @Test
    void the_last_byte_of_what_is_not_whole_is_withheld() throws IOException {
        byte[] cut = Arrays.copyOf(PNG, PNG.length - 1);
        WatchedStream stream = watched(cut, cut.length);
        byte[] buffer = new byte[cut.length];
        int passed = 0;
        while (passed < cut.length - 1) {
            passed += stream.read(buffer, 0, buffer.length);
        }

        assertThat(passed).isEqualTo(cut.length - 1);
        assertThat(stream.isNotWhole()).isFalse();
        assertThatThrownBy(stream::read).isInstanceOf(IOException.class).hasMessage("not whole");
        assertThat(stream.isNotWhole()).isTrue();
        assertThat(stream.failure()).isEmpty();
    }

    @Test
    void a_source_that_ends_too_early_is_the_sources_failure() throws IOException {
        WatchedStream stream = watched(Arrays.copyOf(PNG, 20), PNG.length);

        assertThatThrownBy(() -> stream.readNBytes(PNG.length)).isInstanceOf(EOFException.class);
        assertThat(stream.failure()).containsInstanceOf(EOFException.class);
    }
}
