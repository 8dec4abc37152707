package dev.darkroom.media;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.darkroom.net.TestHost;
import dev.darkroom.task.TaskId;
import dev.darkroom.task.UserId;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.exception.SdkException;

/** What a deletion and a preview do with the bucket. {@link ImageCopierTest} has what a copy does. */
class ImagesBucketTest {
    private static final Duration LONG = Duration.ofSeconds(20);
    private static final UserId JUDY = new UserId("judy");
    private static final TaskId TASK = new TaskId("task-0123456789abcdef");
    private static final String FOLDER = "images/anVkeQ/task-0123456789abcdef/";

    private final TestBucket s3 = new TestBucket();

    @Test
    void a_deletion_finds_all_objects_of_its_task_and_no_other() {
        List<String> images = List.of(FOLDER + "0.png", FOLDER + "1.webp");
        List<String> previews = List.of("previews/" + FOLDER + "0.png.jpg");
        List<String> others = List.of(
                "images/anVkeQ/task-0123456789abcdefg/0.png",
                "images/a2lt/task-0123456789abcdef/0.png",
                "previews/images/a2lt/task-0123456789abcdef/0.png.jpg",
                "uploads/anVkeQ/x.png");
        for (List<String> keys : List.of(images, previews, others)) {
            keys.forEach(key -> s3.put(key, new byte[1]));
        }
        ImagesBucket bucket = s3.bucket();

        assertThat(bucket.images(JUDY, TASK, LONG)).containsExactlyElementsOf(images);
        assertThat(bucket.previews(JUDY, TASK, LONG)).containsExactlyElementsOf(previews);
        bucket.remove(images, LONG);
        bucket.remove(previews, LONG);
        assertThat(s3.keys()).containsExactlyInAnyOrderElementsOf(others);
        assertThat(bucket.images(JUDY, TASK, LONG)).isEmpty();
        // What is gone already counts as removed.
        bucket.remove(images, LONG);
        bucket.remove(List.of("uploads/anVkeQ/x.png"), LONG);
        bucket.remove(List.of("uploads/anVkeQ/x.png"), LONG);
        assertThat(s3.keys()).hasSize(3);
    }

    @Test
    void a_preview_replaces_another_and_says_what_it_is() {
        ImagesBucket bucket = s3.bucket();
        String key = "previews/" + FOLDER + "0.png.jpg";

        bucket.putPreview(key, "old".getBytes(UTF_8), LONG);
        bucket.putPreview(key, "preview".getBytes(UTF_8), LONG);

        assertThat(s3.object(key)).asString(UTF_8).isEqualTo("preview");
        var head = s3.s3.headObject(request -> request.bucket(s3.name).key(key));
        assertThat(head.contentType()).isEqualTo("image/jpeg");
        assertThat(head.cacheControl()).isEqualTo("private, max-age=31536000, immutable");
    }

    @Test
    void an_object_is_read_whole_or_its_first_bytes() {
        s3.put("uploads/anVkeQ/x.png", "twelve bytes".getBytes(UTF_8));
        ImagesBucket bucket =
                ImagesBucket.byName(s3.environment(), TestBucket.CREDENTIALS).apply(s3.name);

        assertThat(bucket.read("uploads/anVkeQ/x.png", null, LONG, (_, body) -> new String(body.readAllBytes(), UTF_8)))
                .contains("twelve bytes");
        assertThat(bucket.read(
                        "uploads/anVkeQ/x.png", "bytes=0-5", LONG, (_, body) -> new String(body.readAllBytes(), UTF_8)))
                .contains("twelve");
        assertThat(bucket.read("uploads/anVkeQ/y.png", null, LONG, (_, body) -> 1))
                .isEmpty();
    }

    @Test
    void no_time_is_no_object() {
        s3.put("uploads/anVkeQ/x.png", new byte[1]);

        assertThatThrownBy(() -> s3.bucket().read("uploads/anVkeQ/x.png", null, Duration.ZERO, (_, body) -> 1))
                .isInstanceOf(SdkException.class);
    }

    @Test
    void a_bucket_that_refuses_has_removed_nothing() throws IOException {
        try (TestHost broken = new TestHost()) {
            for (String path : List.of("/images/a", "/images/b")) {
                broken.on(
                        path,
                        (request, out) -> TestHost.head(
                                out, path.endsWith("a") ? 403 : 400, "Content-Length: 0", "Connection: close"));
            }
            ImagesBucket bucket = TestBucket.bucket(broken.url(""));

            assertThatThrownBy(() -> bucket.images(JUDY, TASK, LONG)).isInstanceOf(SdkException.class);
            assertThatThrownBy(() -> bucket.remove(List.of("a"), LONG)).isInstanceOf(SdkException.class);
            assertThatThrownBy(() -> bucket.putPreview("a", new byte[1], LONG)).isInstanceOf(SdkException.class);
            assertThat(bucket.read("a", null, LONG, (_, body) -> 1)).isEmpty();
            assertThatThrownBy(() -> bucket.read("b", null, LONG, (_, body) -> 1))
                    .isInstanceOf(SdkException.class);
            assertThatCode(() -> bucket.remove(List.of(), LONG)).doesNotThrowAnyException();
        }
    }
}
