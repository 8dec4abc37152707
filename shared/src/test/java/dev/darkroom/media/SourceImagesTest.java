package dev.darkroom.media;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.darkroom.net.OutsideHttp;
import dev.darkroom.net.TestHost;
import dev.darkroom.task.StoreUnavailableException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.stream.Gatherers;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class SourceImagesTest {
    private static final Duration LONG = Duration.ofSeconds(20);
    private static final int LIMIT = 10 * 1024 * 1024;
    private static final byte[] PNG = TestImages.png(8, 8);

    private final TestBucket bucket = new TestBucket();
    private TestHost host;
    private SourceImages images;

    @BeforeEach
    void start() throws IOException {
        host = new TestHost();
        images = new SourceImages(new OutsideHttp(host.trusted()), bucket.bucket());
    }

    @AfterEach
    void stop() throws IOException {
        host.close();
    }

    /** The problems of images on the web, by index. */
    private Map<Integer, String> check(Duration limit, String... paths) {
        return check(path -> images.look(URI.create(host.url(path)), limit), paths);
    }

    /** The problems of objects, by index. */
    private Map<Integer, String> stored(String... keys) {
        return check(key -> images.look(key, LONG), keys);
    }

    /** Looks at all side by side, as a submit does. */
    private static Map<Integer, String> check(Function<String, Optional<String>> look, String... names) {
        List<Optional<String>> problems = Stream.of(names)
                .gather(Gatherers.mapConcurrent(Integer.MAX_VALUE, look))
                .toList();
        Map<Integer, String> byIndex = new TreeMap<>();
        for (int index = 0; index < problems.size(); index++) {
            int at = index;
            problems.get(index).ifPresent(problem -> byIndex.put(at, problem));
        }
        return byIndex;
    }

    @Test
    void objects_of_the_bucket_are_read_whole() {
        bucket.put("uploads/a/png", PNG);
        bucket.put("uploads/a/jpeg", TestImages.jpeg(8, 8));
        bucket.put("uploads/a/webp", TestImages.webp());
        bucket.put("uploads/a/largest", TestImages.pngOfSize(LIMIT));
        bucket.put("uploads/a/larger", TestImages.pngOfSize(LIMIT + 1));
        bucket.put("uploads/a/cut", Arrays.copyOf(PNG, PNG.length - 1));
        bucket.put("uploads/a/text", "no picture at all".getBytes(UTF_8));

        assertThat(stored(
                        "uploads/a/png",
                        "uploads/a/jpeg",
                        "uploads/a/webp",
                        "uploads/a/largest",
                        "uploads/a/larger",
                        "uploads/a/cut",
                        "uploads/a/text",
                        "uploads/a/none"))
                .isEqualTo(Map.of(
                        4,
                        "must be at most 10 MB",
                        5,
                        "must be a complete image",
                        6,
                        "must be a PNG, JPEG or WebP image",
                        7,
                        SourceImages.NOT_YOURS));
    }

    /** The upload itself is no call of ours, so this read is the only cost that an edit adds to a submit. */
    @Test
    void object_is_read_by_one_request_for_no_more_than_may_be() {
        host.serve("/images/uploads/a/png", PNG);
        images = new SourceImages(new OutsideHttp(host.trusted()), TestBucket.bucket(host.url("")));

        assertThat(stored("uploads/a/png")).isEmpty();
        assertThat(host.requests()).hasSize(1);
        assertThat(host.requests().getFirst().head().toLowerCase(Locale.ROOT))
                .startsWith("get /images/uploads/a/png ")
                .contains("range: bytes=0-" + LIMIT);
    }

    /** S3 answers 403 for a missing object when the caller may not list the bucket. */
    @Test
    void forbidden_object_is_as_if_it_were_not_there_and_a_broken_bucket_is_nobody_s_fault() {
        host.on("/images/hidden", (request, out) -> TestHost.head(out, 403, "Content-Length: 0"));
        host.on("/images/broken", (request, out) -> TestHost.head(out, 500, "Content-Length: 0"));
        images = new SourceImages(new OutsideHttp(host.trusted()), TestBucket.bucket(host.url("")));

        assertThat(stored("hidden")).isEqualTo(Map.of(0, SourceImages.NOT_YOURS));
        assertThatThrownBy(() -> stored("broken")).isInstanceOf(StoreUnavailableException.class);
    }

    @Test
    void good_images_have_no_problem() throws IOException {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
            gzip.write(PNG);
        }
        host.serve("/png", PNG).serve("/jpeg", TestImages.jpeg(8, 8)).serve("/webp", TestImages.webp());
        host.redirect("/moved", 302, "/png");
        host.on("/chunked", (request, out) -> {
            TestHost.head(out, 200, "Transfer-Encoding: chunked");
            TestHost.chunk(out, PNG);
            TestHost.chunk(out, new byte[0]);
        });
        host.on("/gzip", (request, out) -> {
            TestHost.head(out, 200, "Content-Encoding: gzip");
            out.write(packed.toByteArray());
        });

        assertThat(check(LONG, "/png", "/jpeg", "/webp", "/moved", "/chunked", "/gzip"))
                .isEmpty();
    }

    @Test
    void each_problem_is_told_with_its_index() {
        host.serve("/png", PNG)
                .serve("/html", "<!doctype html>.....".getBytes(UTF_8))
                .serve("/empty", new byte[0]);
        host.redirect("/away", 302, "https://10.0.0.1/x.png");
        host.on("/cut", (request, out) -> {});

        assertThat(check(LONG, "/html", "/png", "/missing", "/empty", "/away", "/cut", "/png"))
                .isEqualTo(Map.of(
                        0, "must be a PNG, JPEG or WebP image",
                        2, "could not be fetched: its host answered 404",
                        3, "must be a PNG, JPEG or WebP image",
                        4, "must have a public address",
                        5, "could not be fetched: the connection failed"));
    }

    @Test
    void ten_megabytes_are_the_most_stated_or_sent() {
        host.serve("/stated", TestImages.pngOfSize(LIMIT)).serve("/stated-more", TestImages.pngOfSize(LIMIT + 1));
        host.on("/sent", (request, out) -> send(out, TestImages.pngOfSize(LIMIT)));
        host.on("/sent-more", (request, out) -> send(out, TestImages.pngOfSize(LIMIT + 1)));

        assertThat(check(LONG, "/stated", "/stated-more", "/sent", "/sent-more"))
                .isEqualTo(Map.of(1, "must be at most 10 MB", 3, "must be at most 10 MB"));
    }

    @Test
    void the_stated_length_of_a_packed_image_says_nothing_about_its_size() throws IOException {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
            gzip.write(TestImages.withChunk(PNG, "teXt", new byte[LIMIT]));
        }
        assertThat(packed.size()).isLessThan(LIMIT);
        host.on("/bomb", (request, out) -> {
            TestHost.head(out, 200, "Content-Encoding: gzip", "Content-Length: " + packed.size());
            out.write(packed.toByteArray());
        });

        assertThat(check(LONG, "/bomb")).isEqualTo(Map.of(0, "must be at most 10 MB"));
    }

    @Test
    void a_body_of_empty_packed_members_is_a_problem_and_no_crash() throws IOException {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        for (int member = 0; member < 50_000; member++) {
            new GZIPOutputStream(packed).finish();
        }
        host.on("/empty", (request, out) -> {
            TestHost.head(out, 200, "Content-Encoding: gzip");
            out.write(packed.toByteArray());
        });

        assertThat(check(LONG, "/empty")).isEqualTo(Map.of(0, "could not be fetched: the connection failed"));
    }

    @Test
    void image_of_stated_length_is_not_fetched_beyond_its_first_bytes() throws InterruptedException {
        AtomicLong sent = new AtomicLong();
        CountDownLatch hungUp = new CountDownLatch(1);
        host.on("/large", (request, out) -> {
            TestHost.head(out, 200, "Content-Length: " + LIMIT);
            try {
                out.write(PNG, 0, 20);
                while (true) {
                    out.write(new byte[8192]);
                    sent.addAndGet(8192);
                }
            } finally {
                hungUp.countDown();
            }
        });

        assertThat(check(LONG, "/large")).isEmpty();
        assertThat(hungUp.await(10, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void sixteen_images_are_looked_at_side_by_side() {
        CyclicBarrier all = new CyclicBarrier(16);
        String[] paths = IntStream.range(0, 16).mapToObj(i -> "/" + i).toArray(String[]::new);
        for (String path : paths) {
            host.on(path, (request, out) -> {
                all.await(10, TimeUnit.SECONDS); // This passes only when all sixteen requests have arrived.
                send(out, PNG);
            });
        }

        assertThat(check(LONG, paths)).isEmpty();
    }

    @Test
    void what_has_not_answered_within_the_budget_is_a_problem() {
        CountDownLatch never = new CountDownLatch(1);
        host.serve("/png", PNG);
        host.on("/silent", (request, out) -> never.await());
        host.on("/drip", (request, out) -> {
            TestHost.head(out, 200);
            for (byte b : TestImages.pngOfSize(100_000)) {
                out.write(b);
                out.flush();
                if (never.await(10, TimeUnit.MILLISECONDS)) {
                    return;
                }
            }
        });

        assertThat(check(Duration.ofSeconds(2), "/silent", "/png", "/drip"))
                .isEqualTo(Map.of(0, "could not be fetched in time", 2, "could not be fetched in time"));
        never.countDown();
    }

    private static void send(OutputStream out, byte[] bytes) throws IOException {
        TestHost.head(out, 200);
        out.write(bytes);
    }
}
