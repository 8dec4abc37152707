package dev.darkroom.media;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.darkroom.media.CopyResult.Cause;
import dev.darkroom.media.CopyResult.Later;
import dev.darkroom.media.CopyResult.NeedsPerson;
import dev.darkroom.media.CopyResult.Refused;
import dev.darkroom.media.CopyResult.Stored;
import dev.darkroom.media.CopyResult.Unusable;
import dev.darkroom.net.Exchange.Trouble;
import dev.darkroom.net.HostList;
import dev.darkroom.net.OutsideHttp;
import dev.darkroom.net.TestHost;
import dev.darkroom.task.Settling.Why;
import dev.darkroom.task.StoredImage;
import dev.darkroom.task.TaskId;
import dev.darkroom.task.UserId;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.core.sync.ResponseTransformer;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.PutObjectResponse;
import software.amazon.awssdk.services.s3.model.S3Exception;

@Timeout(60)
@Order(1)
class ImageCopierTest {
    private static final Duration LONG = Duration.ofSeconds(30);
    private static final UserId ALICE = new UserId("alice|1");
    private static final TaskId TASK = new TaskId("task-0123456789abcdef");
    private static final Instant CREATED = Instant.parse("2026-11-22T13:00:00Z");
    private static final Instant EARLIER = CREATED.minus(Duration.ofDays(50));
    private static final String FOLDER = "images/YWxpY2V8MQ/task-0123456789abcdef/";
    private static final int MAX = 300_000;
    private static final CopyResult NO_IMAGE = new Unusable("The result is not a complete PNG, JPEG or WebP image.");
    private static final byte[] PNG = TestImages.png(61, 43);

    private final TestBucket s3 = new TestBucket();
    private TestHost host;
    private ImageCopier copier;

    @BeforeEach
    void start() throws IOException {
        host = new TestHost();
        copier = copier(HostList.all(), s3.bucket(), MAX);
    }

    @AfterEach
    void stop() throws IOException {
        host.close();
    }

    private ImageCopier copier(HostList hosts, ImagesBucket bucket, long max) {
        return new ImageCopier(new OutsideHttp(host.trusted()), hosts, bucket, max);
    }

    private CopyResult copy(String path) {
        return copy(path, CREATED);
    }

    private CopyResult copy(String path, Instant createdAt) {
        return copier.copy(host.url(path), ALICE, TASK, createdAt, 0, LONG);
    }

    static Stream<Arguments> images() {
        return Stream.of(
                Arguments.of(PNG, "0.png", "image/png", 61, 43),
                Arguments.of(TestImages.jpeg(320, 200), "0.jpg", "image/jpeg", 320, 200),
                Arguments.of(TestImages.webp(), "0.webp", "image/webp", 1, 1),
                Arguments.of(TestImages.pngOfSize(MAX), "0.png", "image/png", 1, 1));
    }

    @ParameterizedTest
    @MethodSource("images")
    void image_is_stored_with_its_facts_however_it_is_sent(
            byte[] image, String name, String contentType, int width, int height) throws Exception {
        host.serve("/stated", image)
                .on("/chunked", (request, out) -> {
                    TestHost.head(out, 200, "Transfer-Encoding: chunked", "Content-Type: text/html");
                    TestHost.chunk(out, image);
                    TestHost.chunk(out, new byte[0]);
                })
                .on("/until-close", (request, out) -> {
                    TestHost.head(out, 200);
                    out.write(image);
                })
                .on("/gzip", (request, out) -> {
                    byte[] packed = gzip(image);
                    TestHost.head(out, 200, "Content-Encoding: gzip", "Content-Length: " + packed.length);
                    out.write(packed);
                });
        Stored stored =
                new Stored(new StoredImage(FOLDER + name, contentType, image.length, sha256(image), width, height));

        for (String path : List.of("/stated", "/chunked", "/until-close", "/gzip")) {
            assertThat(copy(path)).as(path).isEqualTo(stored);
            assertThat(s3.keys()).containsExactly(FOLDER + name);
            assertThat(s3.object(FOLDER + name)).isEqualTo(image);
            var head = s3.s3.headObject(request -> request.bucket(s3.name).key(FOLDER + name));
            assertThat(head.contentType()).isEqualTo(contentType);
            assertThat(head.metadata()).containsEntry("task-id", TASK.value());
            assertThat(head.metadata()).containsEntry("created-at", CREATED.toEpochMilli() + "");
            s3.empty();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "400, STATUS",
        "401, STATUS",
        "403, STATUS",
        "408, STATUS",
        "429, STATUS",
        "500, STATUS",
        "502, STATUS",
        "503, STATUS",
        "204, STATUS",
        "206, STATUS",
        "304, STATUS"
    })
    void status_that_may_pass_is_for_later(int status, Cause cause) {
        host.on("/a", (request, out) -> TestHost.head(out, status, "Content-Length: 0"));

        assertThat(copy("/a")).isEqualTo(new Later(cause));
    }

    @Test
    void missing_empty_and_foreign_files_are_unusable() throws IOException {
        byte[] html = "<!doctype html><title>Sorry</title>".getBytes(UTF_8);
        byte[] broken = PNG.clone();
        broken[12] = 'X';
        host.serve("/empty", new byte[0]).serve("/x.png", html).serve("/short", "<a>".getBytes(UTF_8));
        host.serve("/broken", broken);
        host.on("/chunked-empty", (request, out) -> {
            TestHost.head(out, 200, "Transfer-Encoding: chunked");
            TestHost.chunk(out, new byte[0]);
        });
        host.on("/chunked-html", (request, out) -> {
            TestHost.head(out, 200, "Transfer-Encoding: chunked");
            TestHost.chunk(out, html);
            TestHost.chunk(out, new byte[0]);
        });
        host.on("/brotli", (request, out) -> {
            TestHost.head(out, 200, "Content-Encoding: br", "Content-Length: 9");
            out.write(new byte[9]);
        });

        assertThat(copy("/missing"))
                .isEqualTo(new Unusable(
                        "The image service says that the image is finished, but its URL leads to nothing."));
        assertThat(copy("/empty")).isEqualTo(new Unusable("The result is empty."));
        assertThat(copy("/chunked-empty")).isEqualTo(new Unusable("The result is empty."));
        for (String path : List.of("/x.png", "/short", "/broken", "/chunked-html", "/brotli")) {
            assertThat(copy(path)).as(path).isEqualTo(NO_IMAGE);
        }
        assertThat(s3.keys()).isEmpty();
    }

    @Test
    void truncated_image_never_appears_in_the_bucket() throws IOException {
        byte[] large = TestImages.pngOfSize(MAX);
        for (byte[] image : List.of(PNG, TestImages.jpeg(200, 100), TestImages.webp(), large)) {
            byte[] cut = Arrays.copyOf(image, image.length - 1);
            host.serve("/cut-image", cut);
            host.on("/cut-http", (request, out) -> {
                TestHost.head(out, 200, "Content-Length: " + image.length);
                out.write(cut);
            });
            host.on("/stated-too-short", (request, out) -> {
                TestHost.head(out, 200, "Content-Length: " + cut.length);
                out.write(image);
            });
            host.on("/cut-chunks", (request, out) -> {
                TestHost.head(out, 200, "Transfer-Encoding: chunked");
                TestHost.chunk(out, cut);
            });
            host.on("/cut-until-close", (request, out) -> {
                TestHost.head(out, 200);
                out.write(cut);
            });
            host.on("/cut-gzip", (request, out) -> {
                byte[] packed = gzip(image);
                TestHost.head(out, 200, "Content-Encoding: gzip", "Content-Length: " + (packed.length - 9));
                out.write(packed, 0, packed.length - 9);
            });

            assertThat(copy("/cut-image")).isEqualTo(new Later(Cause.TRUNCATED));
            assertThat(copy("/stated-too-short")).isEqualTo(new Later(Cause.TRUNCATED));
            assertThat(copy("/cut-until-close")).isEqualTo(new Later(Cause.TRUNCATED));
            assertThat(copy("/cut-http")).isEqualTo(new Later(Trouble.CONNECTION_FAILED));
            assertThat(copy("/cut-chunks")).isEqualTo(new Later(Trouble.CONNECTION_FAILED));
            assertThat(copy("/cut-gzip")).isEqualTo(new Later(Trouble.CONNECTION_FAILED));
            assertThat(s3.keys()).isEmpty();
        }
    }

    @Test
    void one_byte_too_many_is_refused() throws IOException {
        byte[] image = TestImages.pngOfSize(MAX + 1);
        host.serve("/stated", image);
        host.on("/chunked", (request, out) -> {
            TestHost.head(out, 200, "Transfer-Encoding: chunked");
            TestHost.chunk(out, image);
            TestHost.chunk(out, new byte[0]);
        });
        host.on("/endless", (request, out) -> {
            TestHost.head(out, 200);
            out.write(TestImages.pngOfSize(1000), 0, 900);
            while (true) {
                out.write(new byte[8192]);
            }
        });
        byte[] bomb = gzip(TestImages.withChunk(TestImages.png(1, 1), "teXt", new byte[50_000_000]));
        assertThat(bomb.length).isLessThan(MAX);
        host.on("/bomb", (request, out) -> {
            TestHost.head(out, 200, "Content-Encoding: gzip", "Content-Length: " + bomb.length);
            out.write(bomb);
        });

        for (String path : List.of("/stated", "/chunked", "/endless", "/bomb")) {
            assertThat(copy(path)).as(path).isEqualTo(new Refused("The image is larger than 300000 bytes."));
        }
        assertThat(s3.keys()).isEmpty();
    }

    @Test
    void what_will_never_work_is_refused_with_a_reason_that_names_no_url() {
        host.on("/gone", (request, out) -> TestHost.head(out, 410, "Content-Length: 0"));
        host.redirect("/loop", 302, "/loop");
        host.redirect("/away", 302, "https://169.254.169.254/latest");

        assertThat(copy("/gone")).isEqualTo(new Refused("The image is no longer available."));
        assertThat(copy("/loop")).isEqualTo(new Refused("The image's URL must not redirect more than 3 times."));
        assertThat(copy("/away")).isEqualTo(new Refused("The image's URL must have a public address."));
        assertThat(host.arrivals("/loop")).isEqualTo(4);
    }

    @Test
    void failure_that_only_a_person_can_mend_has_its_own_result() {
        byte[] avif = "\0\0\0\u001cftypavif and more of it, to be read by somebody else".getBytes(ISO_8859_1);
        host.serve("/avif", avif);
        host.on("/chunked", (request, out) -> {
            TestHost.head(out, 200, "Transfer-Encoding: chunked");
            TestHost.chunk(out, avif);
            TestHost.chunk(out, new byte[0]);
        });
        host.redirect("/away", 302, "https://exa%6dple.com/");

        assertThat(copy("/avif")).isEqualTo(new NeedsPerson(Why.MEDIA_KIND_NOT_STORED));
        assertThat(copy("/chunked")).isEqualTo(new NeedsPerson(Why.MEDIA_KIND_NOT_STORED));
        assertThat(copy("/away")).isEqualTo(new NeedsPerson(Why.MEDIA_URL_UNREADABLE));
        assertThat(copier.copy("https://exa%6dple.com/", ALICE, TASK, CREATED, 0, LONG))
                .isEqualTo(new NeedsPerson(Why.MEDIA_URL_UNREADABLE));
        assertThat(s3.keys()).isEmpty();
    }

    @Test
    void url_is_read_as_a_browser_reads_it() throws Exception {
        byte[] png = TestImages.png(3, 2);
        host.serve("/a%20%5B1%5D%7C.png?q=%22x%22", png);
        host.redirect("/moved%20here", 302, "/a [1]|.png?q=\"x\"");

        assertThat(copy("/a [1]|.png?q=\"x\"#y")).isInstanceOf(Stored.class);
        assertThat(copy("/moved here")).isInstanceOf(Stored.class);
    }

    @Test
    void host_outside_the_list_is_its_own_result() {
        ImageCopier picky = copier(HostList.parse("MEDIA_HOSTS", List.of("storage.example")), s3.bucket(), MAX);

        assertThat(picky.copy(host.url("/a"), ALICE, TASK, CREATED, 0, LONG))
                .isEqualTo(new NeedsPerson(Why.MEDIA_HOST_NOT_LISTED));
        assertThat(host.connections()).isZero();
    }

    @Test
    void redirects_are_followed_to_the_image() {
        host.serve("/0", PNG);
        host.redirect("/1", 302, "/0").redirect("/2", 307, "/1").redirect("/3", 301, "/2");

        assertThat(copy("/3")).isInstanceOf(Stored.class);
    }

    @Test
    void drip_is_for_later_and_leaves_nothing() {
        CountDownLatch never = new CountDownLatch(1);
        host.on("/stated", (request, out) -> {
                    TestHost.head(out, 200, "Content-Length: 200000");
                    drip(out, never);
                })
                .on("/chunked", (request, out) -> {
                    TestHost.head(out, 200);
                    drip(out, never);
                });

        for (String path : List.of("/stated", "/chunked")) {
            assertThat(copier.copy(host.url(path), ALICE, TASK, CREATED, 0, Duration.ofMillis(500)))
                    .as(path)
                    .isEqualTo(new Later(Trouble.TIMED_OUT));
        }
        assertThat(s3.keys()).isEmpty();
    }

    private static void drip(OutputStream out, CountDownLatch never) throws Exception {
        for (byte b : TestImages.pngOfSize(200_000)) {
            out.write(b);
            out.flush();
            if (never.await(10, TimeUnit.MILLISECONDS)) {
                return;
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1_000, MAX})
    void stored_object_wins_over_a_later_copy(int size) throws Exception {
        byte[] first = TestImages.pngOfSize(size);
        byte[] second = TestImages.pngOfSize(size - 17);
        host.serve("/first", first).serve("/second", second).on("/chunked", (request, out) -> {
            TestHost.head(out, 200);
            out.write(second);
        });
        Stored stored = new Stored(new StoredImage(FOLDER + "0.png", "image/png", size, sha256(first), 1, 1));

        assertThat(copy("/first")).isEqualTo(stored);
        assertThat(copy("/first")).isEqualTo(stored);
        assertThat(copy("/second")).isEqualTo(stored);
        assertThat(copy("/chunked")).isEqualTo(stored);
        assertThat(s3.object(FOLDER + "0.png")).isEqualTo(first);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/stated", "/chunked"})
    void object_that_an_earlier_record_of_the_same_id_left_is_replaced_once(String path) throws Exception {
        byte[] old = TestImages.pngOfSize(MAX);
        byte[] paid = TestImages.pngOfSize(MAX - 17);
        host.serve("/old", old).serve("/stated", paid).serve("/later", PNG).on("/chunked", (request, out) -> {
            TestHost.head(out, 200);
            out.write(paid);
        });
        Stored stored = new Stored(new StoredImage(FOLDER + "0.png", "image/png", paid.length, sha256(paid), 1, 1));
        copy("/old", EARLIER);
        String preview = StoredImage.previewKey(FOLDER + "0.png");
        s3.put(preview, PNG);

        assertThat(copy(path)).isEqualTo(stored);
        assertThat(s3.object(FOLDER + "0.png")).isEqualTo(paid);
        assertThat(s3.keys()).as("without the earlier picture's preview").doesNotContain(preview);
        // As after a crash, or as another worker of this record.
        assertThat(copy("/later")).isEqualTo(stored);
        assertThat(s3.object(FOLDER + "0.png")).isEqualTo(paid);
    }

    @Test
    void object_that_names_no_record_counts_as_this_records() throws Exception {
        s3.put(FOLDER + "0.png", PNG);
        host.serve("/other", TestImages.png(7, 7));

        assertThat(copy("/other"))
                .isEqualTo(new Stored(new StoredImage(FOLDER + "0.png", "image/png", PNG.length, sha256(PNG), 61, 43)));
        assertThat(s3.object(FOLDER + "0.png")).isEqualTo(PNG);
    }

    @Test
    void of_two_workers_that_met_the_same_earlier_object_one_replaces_it() throws Exception {
        byte[] second = TestImages.png(7, 7);
        CountDownLatch met = new CountDownLatch(1);
        CountDownLatch replaced = new CountDownLatch(1);
        host.serve("/old", TestImages.png(3, 2)).serve("/first", PNG).on("/second", (request, out) -> {
            // Its second download: it has met the earlier object.
            if (host.arrivals("/second") == 2) {
                met.countDown();
                replaced.await();
            }
            TestHost.head(out, 200, "Content-Length: " + second.length);
            out.write(second);
        });
        copy("/old", EARLIER);
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<CopyResult> loser = threads.submit(() -> copy("/second"));
            met.await();
            CopyResult winner = copy("/first");
            replaced.countDown();

            assertThat(loser.get()).isEqualTo(winner);
            assertThat(winner).isInstanceOf(Stored.class);
        } finally {
            replaced.countDown();
        }
        assertThat(s3.object(FOLDER + "0.png")).isEqualTo(PNG);
    }

    @Test
    void workers_side_by_side_agree_on_one_object() throws Exception {
        List<Future<CopyResult>> copies = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            host.serve("/" + i, TestImages.pngOfSize(200_000 + i));
        }
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 8; i++) {
                String path = "/" + i;
                copies.add(threads.submit(() -> copy(path)));
            }
        }
        CopyResult agreed = copies.getFirst().get();
        assertThat(agreed).isInstanceOf(Stored.class);
        for (Future<CopyResult> copy : copies) {
            assertThat(copy.get()).isEqualTo(agreed);
        }
        assertThat(sha256(s3.object(FOLDER + "0.png")))
                .isEqualTo(((Stored) agreed).image().sha256());
    }

    @Test
    void bucket_that_fails_is_for_later_and_asked_once() throws IOException {
        host.serve("/a", PNG);
        String key = "/images/" + FOLDER + "0.png";
        for (int status : List.of(403, 500, 503)) {
            try (TestHost broken = new TestHost()) {
                broken.on(key, (request, out) -> TestHost.head(out, status, "Content-Length: 0"));
                ImageCopier unlucky = copier(HostList.all(), TestBucket.bucket(broken.url("")), MAX);

                assertThat(unlucky.copy(host.url("/a"), ALICE, TASK, CREATED, 0, LONG))
                        .isEqualTo(new Later(Cause.STORAGE));
                assertThat(broken.requests().stream().filter(r -> r.head().startsWith("PUT")))
                        .hasSize(1);
            }
        }
    }

    /**
     * A bucket that has an earlier record's object and refuses to replace it.
     *
     * @param removed the status of its answer when that object's preview is to be removed
     */
    private static TestHost keeping(int removed) throws IOException {
        TestHost keeping = new TestHost();
        keeping.on(
                "/images/" + StoredImage.previewKey(FOLDER + "0.png"),
                (request, out) -> TestHost.head(out, removed, "Content-Length: 0", "Connection: close"));
        keeping.on("/images/" + FOLDER + "0.png", (request, out) -> {
            if (request.head().startsWith("GET")) {
                TestHost.head(
                        out,
                        200,
                        "Content-Length: " + PNG.length,
                        "ETag: \"1\"",
                        "x-amz-meta-created-at: 1",
                        "Connection: close");
                out.write(PNG);
            } else {
                boolean replaces = request.head().toLowerCase(Locale.ROOT).contains("if-match: \"1\"");
                TestHost.head(out, replaces ? 403 : 412, "Content-Length: 0", "Connection: close");
            }
        });
        return keeping;
    }

    @Test
    void bucket_that_keeps_an_earlier_object_is_for_later_and_asked_twice() throws IOException {
        host.serve("/a", PNG);
        try (TestHost keeping = keeping(204)) {
            ImageCopier unlucky = copier(HostList.all(), TestBucket.bucket(keeping.url("")), MAX);

            assertThat(unlucky.copy(host.url("/a"), ALICE, TASK, CREATED, 0, LONG))
                    .isEqualTo(new Later(Cause.STORAGE));
            assertThat(keeping.requests().stream().filter(r -> r.head().startsWith("PUT")))
                    .hasSize(2);
        }
    }

    @Test
    void bucket_that_keeps_an_earlier_preview_has_failed_and_not_the_media_host() throws IOException {
        host.serve("/a", PNG);
        try (TestHost keeping = keeping(403)) {
            ImageCopier unlucky = copier(HostList.all(), TestBucket.bucket(keeping.url("")), MAX);

            assertThat(unlucky.copy(host.url("/a"), ALICE, TASK, CREATED, 0, LONG))
                    .isEqualTo(new Later(Cause.STORAGE));
            assertThat(keeping.requests().stream().filter(r -> r.head().startsWith("DELETE")))
                    .hasSize(1);
        }
    }

    @Test
    void conflict_is_written_again_and_not_for_ever() throws IOException {
        host.serve("/a", PNG);
        try (TestHost busy = new TestHost()) {
            busy.on(
                    "/images/" + FOLDER + "0.png",
                    (request, out) -> TestHost.head(out, 409, "Content-Length: 0", "Connection: close"));
            ImageCopier unlucky = copier(HostList.all(), TestBucket.bucket(busy.url("")), MAX);

            assertThat(unlucky.copy(host.url("/a"), ALICE, TASK, CREATED, 0, LONG))
                    .isEqualTo(new Later(Cause.CONFLICT));
            assertThat(busy.requests()).hasSize(3).allMatch(r -> r.head().startsWith("PUT"));
        }
    }

    @Test
    void write_whose_answer_was_lost_is_found_in_place() throws IOException {
        host.serve("/a", PNG);
        try (TestHost lossy = new TestHost()) {
            lossy.on("/images/" + FOLDER + "0.png", (request, out) -> {
                if (request.head().startsWith("GET")) {
                    TestHost.head(out, 200, "Content-Length: " + PNG.length);
                    out.write(PNG);
                }
            });
            ImageCopier unlucky = copier(HostList.all(), TestBucket.bucket(lossy.url("")), MAX);

            assertThat(unlucky.copy(host.url("/a"), ALICE, TASK, CREATED, 0, LONG))
                    .isInstanceOf(Stored.class);
            assertThat(lossy.requests().stream().map(r -> r.head().substring(0, 3)))
                    .containsExactly("PUT", "GET");
        }
    }

    @Test
    void bucket_that_never_answers_ends_by_the_limit() throws Exception {
        CountDownLatch never = new CountDownLatch(1);
        host.serve("/a", PNG);
        try (TestHost silent = new TestHost();
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            silent.on("/images/" + FOLDER + "0.png", (request, out) -> never.await());
            ImageCopier patient = copier(HostList.all(), TestBucket.bucket(silent.url("")), MAX);
            Callable<CopyResult> copy =
                    () -> patient.copy(host.url("/a"), ALICE, TASK, CREATED, 0, Duration.ofSeconds(3));

            Future<CopyResult> virtual = threads.submit(copy);
            assertThat(copy.call()).isEqualTo(new Later(Cause.STORAGE));
            assertThat(virtual.get()).isEqualTo(new Later(Cause.STORAGE));
        } finally {
            never.countDown();
        }
    }

    @Test
    void object_that_comes_byte_by_byte_ends_by_the_limit() throws Exception {
        CountDownLatch over = new CountDownLatch(1);
        host.serve("/a", PNG);
        try (TestHost slow = new TestHost()) {
            slow.on("/images/" + FOLDER + "0.png", (request, out) -> {
                if (request.head().startsWith("PUT")) {
                    TestHost.head(out, 412, "Content-Length: 0");
                    return;
                }
                TestHost.head(out, 200, "Content-Length: " + MAX);
                while (!over.await(20, TimeUnit.MILLISECONDS)) {
                    out.write(0);
                    out.flush();
                }
            });
            ImageCopier patient = copier(HostList.all(), TestBucket.bucket(slow.url("")), MAX);

            assertThat(patient.copy(host.url("/a"), ALICE, TASK, CREATED, 0, Duration.ofSeconds(3)))
                    .isEqualTo(new Later(Cause.STORAGE));
            assertThat(slow.requests().getLast().head()).startsWith("GET");
        } finally {
            over.countDown();
        }
    }

    @Test
    void answer_of_the_bucket_before_it_read_all_is_not_taken_for_a_stored_image() throws IOException {
        host.serve("/a", TestImages.pngOfSize(MAX));
        try (TestHost hasty = new TestHost()) {
            hasty.on("/images/" + FOLDER + "0.png", (request, out) -> TestHost.head(out, 404, "Content-Length: 0"));
            ImageCopier unlucky = copier(HostList.all(), TestBucket.bucket(hasty.url("")), MAX);

            assertThat(unlucky.copy(host.url("/a"), ALICE, TASK, CREATED, 0, LONG))
                    .isEqualTo(new Later(Cause.STORAGE));
        }
    }

    /** Reports an object as stored without reading it. */
    private static final class Hasty implements S3Client {
        @Override
        public PutObjectResponse putObject(PutObjectRequest request, RequestBody body) {
            return PutObjectResponse.builder().build();
        }

        @Override
        public <T> T getObject(GetObjectRequest request, ResponseTransformer<GetObjectResponse, T> transformer) {
            throw S3Exception.builder().statusCode(404).build();
        }

        @Override
        public String serviceName() {
            return "s3";
        }

        @Override
        public void close() {}
    }

    @Test
    void success_of_a_bucket_that_read_no_image_is_not_believed() {
        host.serve("/a", PNG);
        Hasty hasty = new Hasty();
        ImageCopier unlucky = copier(HostList.all(), new ImagesBucket(hasty, hasty, "images"), MAX);

        assertThat(unlucky.copy(host.url("/a"), ALICE, TASK, CREATED, 0, LONG)).isEqualTo(new Later(Cause.STORAGE));
    }

    @Test
    void a_checksum_is_sent_for_the_bucket_to_check_and_only_if_none_is_there() throws IOException {
        host.serve("/a", PNG);
        try (TestHost recorder = new TestHost()) {
            recorder.on("/images/" + FOLDER + "0.png", (request, out) -> TestHost.head(out, 403, "Content-Length: 0"));
            copier(HostList.all(), TestBucket.bucket(recorder.url("")), MAX)
                    .copy(host.url("/a"), ALICE, TASK, CREATED, 0, LONG);

            assertThat(recorder.requests().getFirst().head().toLowerCase(Locale.ROOT))
                    .contains("if-none-match: *", "x-amz-trailer: x-amz-checksum-crc32", "content-type: image/png");
        }
    }

    @Test
    void download_url_gives_the_image_until_it_is_tampered_with() throws Exception {
        host.serve("/a", PNG);
        copy("/a");
        String url = new PresignedUrls(s3.environment(), TestBucket.CREDENTIALS, InstantSource.system())
                .download(FOLDER + "0.png");
        try (HttpClient client = HttpClient.newHttpClient()) {
            HttpResponse<byte[]> image = client.send(
                    HttpRequest.newBuilder(URI.create(url)).build(), HttpResponse.BodyHandlers.ofByteArray());
            HttpResponse<byte[]> other = client.send(
                    HttpRequest.newBuilder(URI.create(url.replace("0.png", "1.png")))
                            .build(),
                    HttpResponse.BodyHandlers.ofByteArray());

            assertThat(image.statusCode()).isEqualTo(200);
            assertThat(image.body()).isEqualTo(PNG);
            assertThat(image.headers().firstValue("Content-Type")).contains("image/png");
            assertThat(image.headers().firstValue("Cache-Control")).contains("private, max-age=31536000, immutable");
            assertThat(other.statusCode()).isEqualTo(403);
            assertThat(url).contains("X-Amz-Expires=3600");
        }
    }

    private static byte[] gzip(byte[] bytes) throws IOException {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
            gzip.write(bytes);
        }
        return packed.toByteArray();
    }

    private static String sha256(byte[] bytes) throws Exception {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    }
}
