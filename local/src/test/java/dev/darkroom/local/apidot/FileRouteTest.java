package dev.darkroom.local.apidot;

import static dev.darkroom.testing.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.zip.GZIPInputStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class FileRouteTest {
    private static final int MIB = 1024 * 1024;

    @AutoClose
    private ApiDotClient client;

    @BeforeEach
    void start() throws IOException {
        client = ApiDotClient.start();
        client.apidot.speak(new Shapes(Shapes.Status.DATA, Shapes.Webhook.FLAT, Shapes.Picture.PNG));
    }

    private String file() throws Exception {
        return client.submitted("a fox in the snow").fileUrls().getFirst();
    }

    private static BufferedImage image(byte[] file) throws IOException {
        BufferedImage image = ImageIO.read(new ByteArrayInputStream(file));
        assertThat(image).isNotNull();
        return image;
    }

    @ParameterizedTest
    @EnumSource(PictureFormat.class)
    void a_result_is_a_whole_picture_of_its_format(PictureFormat format) throws Exception {
        client.fault("{\"fault\":\"task_draws\",\"format\":\"%s\",\"extension\":\"png\"}"
                .formatted(format.name().toLowerCase(java.util.Locale.ROOT)));
        String url = file();

        HttpResponse<byte[]> answer = client.send("GET", url, "");

        assertThat(url).endsWith("/0.png");
        assertThat(answer.headers().firstValue("Content-Type")).hasValue(format.contentType());
        assertThat(answer.headers().firstValueAsLong("Content-Length")).hasValue(answer.body().length);
        assertThat(image(answer.body()).getWidth()).isEqualTo(1024);
        assertThat(client.send("GET", url, "").body()).isEqualTo(answer.body());
        assertThat(client.apidot.stats().fileReads()).isEqualTo(2);
    }

    @Test
    void other_prompts_and_edits_are_other_pictures() {
        Pictures pictures = new Pictures(true);
        byte[] fox = pictures.of(new Pictures.Spec("fox", List.of(), 640, 320, PictureFormat.PNG));
        assertThat(fox)
                .isNotEqualTo(pictures.of(new Pictures.Spec("owl", List.of(), 640, 320, PictureFormat.PNG)))
                .isNotEqualTo(
                        pictures.of(new Pictures.Spec("fox", List.of(Optional.empty()), 640, 320, PictureFormat.PNG)))
                .isEqualTo(new Pictures(true).of(new Pictures.Spec("fox", List.of(), 640, 320, PictureFormat.PNG)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"png", "jpg", "webp"})
    void source_images_are_there_and_misbehave_by_their_query(String extension) throws Exception {
        client.fault("{\"fault\":\"file_wrong_type\",\"match\":\"mark=1\"}");
        String path = "/samples/source." + extension;
        assertThat(image(client.send("GET", path, "").body()).getHeight()).isEqualTo(768);
        assertThat(ApiDotClient.text(client.send("GET", path + "?mark=1", ""))).startsWith("<html>");
        assertThat(client.send("GET", "/samples/none.png", "").statusCode()).isEqualTo(404);
    }

    @ParameterizedTest
    @CsvSource({"403", "404", "410", "429", "500", "503"})
    void a_download_is_refused_as_told(int status) throws Exception {
        client.fault("{\"fault\":\"file_answers\",\"status\":%d,\"body\":\"text\"}".formatted(status));
        String url = file();
        assertThat(client.send("GET", url, "").statusCode()).isEqualTo(status);
        assertThat(client.send("GET", url, "").statusCode()).isEqualTo(200);
    }

    @Test
    void html_is_called_an_image() throws Exception {
        client.fault("{\"fault\":\"file_wrong_type\"}");
        HttpResponse<byte[]> answer = client.send("GET", file(), "");
        assertThat(answer.headers().firstValue("Content-Type")).hasValue("image/png");
        assertThat(ApiDotClient.text(answer)).startsWith("<html>");
    }

    @Test
    void a_download_breaks_off_half_way() throws Exception {
        client.fault("{\"fault\":\"file_cut_short\"}");
        String url = file();
        assertThatThrownBy(() -> client.send("GET", url, "")).isInstanceOf(IOException.class);
    }

    @Test
    void half_an_image_and_no_image_come_as_whole_answers() throws Exception {
        String url = file();
        byte[] whole = client.send("GET", url, "").body();
        client.fault("{\"fault\":\"file_halved\"}");
        client.fault("{\"fault\":\"file_empty\"}");
        assertThat(client.send("GET", url, "").body()).isEqualTo(Arrays.copyOf(whole, whole.length / 2));
        HttpResponse<byte[]> empty = client.send("GET", url, "");
        assertThat(empty.statusCode()).isEqualTo(200);
        assertThat(empty.body()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void a_huge_image_is_valid_and_its_length_stated_or_not(boolean stated) throws Exception {
        client.fault("{\"fault\":\"file_huge\",\"bytes\":%d,\"length_stated\":%s}".formatted(3 * MIB, stated));
        HttpResponse<byte[]> answer = client.send("GET", file(), "");
        assertThat(answer.headers().firstValue("Content-Length").isPresent()).isEqualTo(stated);
        assertThat(answer.body().length).isBetween(3 * MIB, 4 * MIB);
        assertThat(image(answer.body()).getWidth()).isEqualTo(1024);
    }

    @Test
    void an_endless_image_goes_on_until_the_client_goes() throws Exception {
        client.fault("{\"fault\":\"file_endless\"}");
        try (InputStream body = client.stream(file()).body()) {
            assertThat(body.readNBytes(20 * MIB)).hasSize(20 * MIB);
        }
        assertThat(client.send("GET", file(), "").statusCode()).isEqualTo(200);
    }

    @Test
    void an_image_can_come_in_chunks_or_packed() throws Exception {
        String url = file();
        byte[] whole = client.send("GET", url, "").body();
        client.fault("{\"fault\":\"file_chunked\"}");
        client.fault("{\"fault\":\"file_gzipped\"}");

        HttpResponse<byte[]> chunked = client.send("GET", url, "");
        assertThat(chunked.headers().firstValue("Content-Length")).isEmpty();
        assertThat(chunked.body()).isEqualTo(whole);

        HttpResponse<byte[]> packed = client.send("GET", url, "");
        assertThat(packed.headers().firstValue("Content-Encoding")).hasValue("gzip");
        assertThat(new GZIPInputStream(new ByteArrayInputStream(packed.body())).readAllBytes())
                .isEqualTo(whole);
    }

    @Test
    void a_gzip_bomb_is_small_until_it_is_unpacked() throws Exception {
        client.fault("{\"fault\":\"file_gzip_bomb\",\"bytes\":%d}".formatted(50 * MIB));
        byte[] packed = client.send("GET", file(), "").body();
        assertThat(packed.length).isLessThan(MIB);
        try (InputStream unpacked = new GZIPInputStream(new ByteArrayInputStream(packed))) {
            unpacked.skipNBytes(50L * MIB);
            assertThatThrownBy(() -> unpacked.skipNBytes(1)).isInstanceOf(EOFException.class);
        }
    }

    @Test
    void a_download_is_redirected_as_often_as_told() throws Exception {
        client.fault("{\"fault\":\"file_redirects\",\"hops\":3}");
        String url = file();
        for (int hop = 0; hop < 3; hop++) {
            HttpResponse<byte[]> redirect = client.send("GET", url, "");
            assertThat(redirect.statusCode()).isEqualTo(302);
            url = redirect.headers().firstValue("Location").orElseThrow();
        }
        assertThat(image(client.send("GET", url, "").body()).getWidth()).isEqualTo(1024);
        assertThat(client.apidot.stats().fileReads()).isEqualTo(1);
    }

    @Test
    void a_download_is_redirected_to_any_place() throws Exception {
        client.fault(
                "{\"fault\":\"file_answers\",\"status\":302,\"body\":\"empty\",\"location\":\"http://10.0.0.1/\"}");
        assertThat(client.send("GET", file(), "").headers().firstValue("Location"))
                .hasValue("http://10.0.0.1/");
    }

    @Test
    void a_slow_download_is_slow() throws Exception {
        String url = file();
        int length = client.send("GET", url, "").body().length;
        client.fault("{\"fault\":\"file_slow\",\"bytes_per_second\":" + length * 2 + "}");
        Instant before = Instant.now();
        assertThat(client.send("GET", url, "").body()).hasSize(length);
        assertThat(Duration.between(before, Instant.now())).isGreaterThan(Duration.ofMillis(400));
    }

    @Test
    void closing_the_server_ends_what_hangs() throws Exception {
        client.fault("{\"fault\":\"file_hangs\",\"seconds\":600}");
        String url = file();
        Thread closer = Thread.ofVirtual().unstarted(() -> {
            await().until(() -> client.apidot.stats().fileReads() == 1);
            client.apidot.close();
        });
        closer.start();
        assertThatThrownBy(() -> client.send("GET", url, "")).isInstanceOf(IOException.class);
        closer.join();
    }
}
