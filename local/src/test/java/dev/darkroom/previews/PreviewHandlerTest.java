package dev.darkroom.previews;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.darkroom.lambda.MalformedEventException;
import dev.darkroom.local.aws.Clients;
import dev.darkroom.local.event.AwsEvent;
import dev.darkroom.log.Log;
import dev.darkroom.media.ImagesBucket;
import dev.darkroom.net.TestHost;
import dev.darkroom.preview.PreviewHandler;
import dev.darkroom.preview.Samples;
import dev.darkroom.task.ImageType;
import dev.darkroom.testing.Stores;
import dev.darkroom.testing.TestContexts;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import javax.imageio.ImageIO;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;

class PreviewHandlerTest {
    private static final String KEY = "images/YWxpY2U/task-0123456789abcdef/0.png";

    private final Stores stores = new Stores();
    private final ByteArrayOutputStream lines = new ByteArrayOutputStream();
    private final PreviewHandler handler = handler(Map.of(), null);

    private PreviewHandler handler(Map<String, String> settings, @Nullable Path place) {
        return new PreviewHandler(
                ImagesBucket.byName(
                        stores.environment(settings),
                        StaticCredentialsProvider.create(
                                AwsBasicCredentials.create(Clients.ACCESS_KEY, Clients.SECRET_KEY))),
                new Log(new PrintStream(lines, true, StandardCharsets.UTF_8), InstantSource.system()),
                place);
    }

    private void tell(PreviewHandler told, String event) throws IOException {
        told.handleRequest(
                new ByteArrayInputStream(event.getBytes(StandardCharsets.UTF_8)),
                new ByteArrayOutputStream(),
                TestContexts.withTime(Duration.ofMinutes(1)));
    }

    private void created(String key) throws IOException {
        tell(handler, AwsEvent.created(stores.name(), key, 1).text());
    }

    private String said() {
        return lines.toString(StandardCharsets.UTF_8);
    }

    private static byte[] image() throws IOException {
        return Samples.encoded(new BufferedImage(1024, 512, BufferedImage.TYPE_3BYTE_BGR), ImageType.PNG);
    }

    @Test
    void an_image_gets_a_preview_that_browsers_may_keep() throws Exception {
        stores.put(KEY, image());
        created(KEY);
        var stored = stores.s3.getObjectAsBytes(
                request -> request.bucket(stores.name()).key("previews/" + KEY + ".jpg"));
        assertThat(stored.response().contentType()).isEqualTo("image/jpeg");
        assertThat(stored.response().cacheControl()).isEqualTo("private, max-age=31536000, immutable");
        assertThat(ImageIO.read(new ByteArrayInputStream(stored.asByteArray())).getWidth())
                .isEqualTo(512);
        assertThat(said()).contains("preview_stored", "task-0123456789abcdef").doesNotContain("YWxpY2U");
    }

    /** Lambda keeps /tmp when it ends a call that took too long or too much memory. */
    @Test
    void what_a_killed_call_left_behind_gives_way_to_the_next_image(@TempDir Path folder) throws Exception {
        Path place = Files.write(folder.resolve("preview.part"), new byte[1_000_000]);
        stores.put(KEY, image());

        tell(handler(Map.of(), place), AwsEvent.created(stores.name(), KEY, 1).text());

        assertThat(said()).contains("preview_stored");
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void an_event_that_comes_twice_writes_the_same_once_more() throws Exception {
        stores.put(KEY, image());
        created(KEY);
        String first = stores.s3
                .headObject(request -> request.bucket(stores.name()).key("previews/" + KEY + ".jpg"))
                .eTag();
        created(KEY);
        assertThat(stores.s3
                        .headObject(request -> request.bucket(stores.name()).key("previews/" + KEY + ".jpg"))
                        .eTag())
                .isEqualTo(first);
    }

    @Test
    void missing_object_and_broken_picture_get_no_preview() throws Exception {
        created(KEY);
        assertThat(said()).contains("image_gone");
        stores.put(KEY, "no picture".getBytes(StandardCharsets.UTF_8));
        created(KEY);
        stores.put(KEY, Samples.hugePng(8001, 8000));
        created(KEY);
        assertThat(said()).contains("undecodable", "too_many_pixels");
        assertThat(stores.keys()).containsExactly(KEY);
    }

    @Test
    void a_bucket_that_does_not_answer_fails_the_call_so_that_lambda_repeats_it() throws Exception {
        PreviewHandler lost = handler(Map.of("AWS_ENDPOINT_URL_S3", "http://127.0.0.1:" + TestHost.CLOSED_PORT), null);
        assertThatThrownBy(
                        () -> tell(lost, AwsEvent.created(stores.name(), KEY, 1).text()))
                .isInstanceOf(IOException.class)
                .hasMessageNotContaining("YWxpY2U")
                .hasNoCause();
        assertThat(said()).contains("preview_not_stored").doesNotContain("YWxpY2U");
    }

    @Test
    void an_event_of_something_else_is_no_event() {
        assertThatThrownBy(() -> tell(handler, AwsEvent.scheduled("x").text()))
                .isInstanceOf(MalformedEventException.class);
    }
}
