package dev.darkroom.rules;

import static dev.darkroom.rules.SettleBench.SETTLE_DEADLINE;
import static dev.darkroom.rules.SettleBench.answer;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.darkroom.media.TestImages;
import dev.darkroom.net.TestHost;
import dev.darkroom.task.Attribute;
import dev.darkroom.task.StoredImage;
import dev.darkroom.task.Task;
import dev.darkroom.task.TaskId;
import dev.darkroom.task.TaskState;
import dev.darkroom.testing.NewTasks;
import dev.darkroom.testing.Stores;
import java.io.InputStream;
import java.net.InetAddress;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** Every failure of copying a finished task's file, one per line, and the resulting state of the task. */
@Order(1)
class CopyTableTest {
    private static final byte[] PNG = TestImages.pngOfSize(50_000);

    /** More looks than an unusable file gets before the task fails. */
    private static final int LOOKS = 6;

    private static final Stores STORES = new Stores();

    @AutoClose
    private SettleBench bench;

    @BeforeEach
    void start() throws Exception {
        bench = new SettleBench(STORES);
        bench.name("private.example", InetAddress.ofLiteral("127.0.0.1"));
        bench.name("mixed.example", InetAddress.ofLiteral("93.184.216.34"), InetAddress.ofLiteral("127.0.0.1"));
    }

    /**
     * One failure.
     *
     * @param script how the media host answers
     * @param url the file's URL; empty for a new URL at the media host on each look
     */
    record Line(String name, TestHost.Script script, String url) {
        @Override
        public String toString() {
            return name;
        }
    }

    private static Line answered(String name, TestHost.Script script) {
        return new Line(name, script, "");
    }

    private static Line status(int status) {
        return answered(status + "", answer(status, "text/plain", new byte[] {'n', 'o'}));
    }

    private static Line at(String name, String url) {
        return new Line(name, answer(200, "image/png", PNG), url);
    }

    static Stream<Line> later() {
        return Stream.of(
                at("name not resolved", "https://nowhere.example/x.png"),
                // Not final: the name may resolve to another address tomorrow.
                at("a name for a private address", "https://private.example/x.png"),
                at("a name with one private address among good ones", "https://mixed.example/x.png"),
                at("connection refused", "http://127.0.0.1:" + TestHost.CLOSED_PORT + "/x.png"),
                answered("cut", SettleBench.cut()),
                answered("truncated", (request, out) -> {
                    TestHost.head(out, 200, "Content-Length: " + PNG.length);
                    out.write(PNG, 0, PNG.length / 2);
                }),
                answered("half of it as if it were all", answer(200, "image/png", Arrays.copyOf(PNG, PNG.length / 2))),
                status(403),
                status(408),
                status(429),
                status(500),
                status(502),
                status(503),
                status(504));
    }

    @ParameterizedTest
    @MethodSource("later")
    void trouble_that_may_pass_is_for_later_with_a_fresh_url_and_without_a_limit_but_the_settle_deadline(Line line) {
        TaskId id = bench.tasks.accepted(bench.clock.instant()).id();
        for (int look = 1; look <= LOOKS; look++) {
            String path = "/media/" + look + ".png";
            bench.host.on(path, line.script());
            bench.finishedWith(line.url().isEmpty() ? bench.host.url(path) : line.url());

            Task later = bench.look(id);

            assertThat(later.state()).isEqualTo(TaskState.ACCEPTED);
            assertThat(later.attempts()).isEqualTo(look);
            assertThat(later.unusableLooks()).isZero();
            assertThat(bench.host.arrivals(path)).isEqualTo(line.url().isEmpty() ? 1 : 0);
        }
        assertThat(bench.lines.has("INFO", "copy_later")).isTrue();
        assertThat(bench.lines.text()).doesNotContain("\"level\":\"ERROR\"", ".png");
        assertNothingIsStored(id);

        // The failure was temporary: the next look finishes the task.
        TaskId passed = bench.tasks.accepted(bench.clock.instant()).id();
        assertThat(bench.look(passed).state()).isEqualTo(TaskState.ACCEPTED);
        bench.host.serve("/media/good.png", PNG);
        bench.finishedWith(bench.host.url("/media/good.png"));
        assertThat(bench.look(passed).state()).isEqualTo(TaskState.FINISHED);

        bench.host.on("/media/1.png", line.script());
        bench.finishedWith(line.url().isEmpty() ? bench.host.url("/media/1.png") : line.url());
        bench.clock.moveTo(bench.tasks.read(id).createdAt().plus(SETTLE_DEADLINE));
        assertFailed(bench.lookNow(id), "settle_deadline");
    }

    static Stream<Line> unusable() {
        return Stream.of(
                status(404),
                answered("0 bytes", answer(200, "image/png", new byte[0])),
                answered("0 bytes of unstated length", (request, out) -> TestHost.head(out, 200)),
                answered("html", answer(200, "image/png", "<html><script>x</script></html>".getBytes(ISO_8859_1))));
    }

    @ParameterizedTest
    @MethodSource("unusable")
    void file_that_is_not_there_or_no_image_fails_the_task_at_the_fifth_look(Line line) {
        TaskId id = bench.tasks.accepted(bench.clock.instant()).id();
        bench.host.on("/media/x.png", line.script());
        bench.finishedWith(bench.host.url("/media/x.png"));
        for (int look = 1; look < 5; look++) {
            Task later = bench.look(id);
            assertThat(later.state()).isEqualTo(TaskState.ACCEPTED);
            assertThat(later.unusableLooks()).isEqualTo(look);
        }
        // A look that meets another failure does not count.
        bench.status(500, "");
        assertThat(bench.look(id).unusableLooks()).isEqualTo(4);
        bench.finishedWith(bench.host.url("/media/x.png"));

        assertFailed(bench.look(id), "result_unusable");
        assertNothingIsStored(id);
    }

    static Stream<Line> never() {
        byte[] large = TestImages.pngOfSize(SettleBench.MAX_BYTES + 1);
        return Stream.of(
                answered("too large", answer(200, "image/png", large)),
                answered("too large, not stated", (request, out) -> {
                    TestHost.head(out, 200);
                    out.write(large);
                }),
                status(410),
                answered(
                        "a loop",
                        (request, out) -> TestHost.head(out, 302, "Location: /media/x.png", "Content-Length: 0")),
                answered(
                        "to a private address",
                        (request, out) ->
                                TestHost.head(out, 302, "Location: https://10.0.0.1/x.png", "Content-Length: 0")),
                at("scheme", "ftp://storage.example/x.png"),
                at("http", "http://storage.example/x.png"),
                at("numeric", "https://2130706433/x.png"),
                at("private", "https://192.168.0.1/x.png"),
                at("metadata", "http://169.254.169.254/latest/meta-data/"));
    }

    @ParameterizedTest
    @MethodSource("never")
    void what_will_never_work_fails_the_task_at_once(Line line) {
        TaskId id = bench.tasks.accepted(bench.clock.instant()).id();
        bench.host.on("/media/x.png", line.script());
        bench.finishedWith(line.url().isEmpty() ? bench.host.url("/media/x.png") : line.url());

        Task failed = bench.look(id);

        assertFailed(failed, "result_unusable");
        assertThat(failed.errorMessage()).doesNotContain("://", "storage.example", "secret");
        assertNothingIsStored(id);
        assertThat(bench.host.arrivals("/media/x.png"))
                .isEqualTo(line.name().equals("a loop") ? 4 : line.url().isEmpty() ? 1 : 0);
    }

    static Stream<Line> forAPerson() {
        return Stream.of(
                answered(
                        "media_kind_not_stored",
                        answer(200, "image/png", "GIF89a\1\0\1\0\0\0\0;".getBytes(ISO_8859_1))),
                answered(
                        "media_kind_not_stored",
                        answer(200, "image/avif", "\0\0\0\u001cftypavif and more".getBytes(ISO_8859_1))),
                answered(
                        "media_url_unreadable",
                        (request, out) -> TestHost.head(
                                out, 302, "Location: https://storage%2eexample/x.png", "Content-Length: 0")),
                at("media_url_unreadable", "https://my_bucket.storage.example/x.png"),
                at("media_url_unreadable", "https://user:secret@storage.example/x.png"),
                at("media_url_unreadable", "https://storage.example:port/x.png"));
    }

    @ParameterizedTest
    @MethodSource("forAPerson")
    void failure_that_only_a_person_can_mend_raises_an_alarm_until_the_settle_deadline(Line line) {
        TaskId id = bench.tasks.accepted(bench.clock.instant()).id();
        bench.host.on("/media/x.png", line.script());
        bench.finishedWith(line.url().isEmpty() ? bench.host.url("/media/x.png") : line.url());
        for (int look = 1; look <= LOOKS; look++) {
            bench.lines.forget();
            Task later = bench.look(id);
            assertThat(later.state()).isEqualTo(TaskState.ACCEPTED);
            assertThat(later.unusableLooks()).isZero();
            assertThat(bench.lines.has("ERROR", "task_later")).isTrue();
            assertThat(bench.lines.text())
                    .contains("\"why\":\"" + line.name() + "\"")
                    .doesNotContain("storage", "secret");
        }
        bench.clock.moveTo(bench.tasks.read(id).createdAt().plus(SETTLE_DEADLINE));
        assertFailed(bench.lookNow(id), "settle_deadline");
        assertNothingIsStored(id);
    }

    @Test
    void host_outside_the_list_is_for_later_with_an_alarm_until_the_settle_deadline() throws Exception {
        bench.close();
        bench = new SettleBench(STORES, List.of("storage.example"), new java.util.Random(1));
        bench.host.serve("/media/x.png", PNG);
        bench.finishedWith(bench.host.url("/media/x.png"));
        TaskId id = bench.tasks.accepted(bench.clock.instant()).id();
        for (int look = 1; look <= LOOKS; look++) {
            bench.lines.forget();
            assertThat(bench.look(id).state()).isEqualTo(TaskState.ACCEPTED);
            assertThat(bench.lines.has("ERROR", "task_later")).isTrue();
            assertThat(bench.lines.text()).contains("\"why\":\"media_host_not_listed\"");
        }
        assertThat(bench.host.arrivals("/media/x.png")).isZero();
        bench.clock.moveTo(bench.tasks.read(id).createdAt().plus(SETTLE_DEADLINE));
        assertFailed(bench.lookNow(id), "settle_deadline");
    }

    @Test
    void host_that_keeps_a_worker_waiting_is_for_later() throws Exception {
        CountDownLatch over = new CountDownLatch(1);
        bench.host.on("/media/x.png", (request, out) -> {
            TestHost.head(out, 200, "Content-Length: " + PNG.length);
            out.write(PNG, 0, 1000);
            out.flush();
            assertThat(over.await(1, TimeUnit.MINUTES)).isTrue();
        });
        bench.finishedWith(bench.host.url("/media/x.png"));
        bench.hurry(Duration.ofSeconds(3));
        TaskId id = bench.tasks.accepted(bench.clock.instant()).id();
        try {
            assertThat(bench.look(id).state()).isEqualTo(TaskState.ACCEPTED);
        } finally {
            over.countDown();
        }
        assertNothingIsStored(id);
    }

    @Test
    void all_files_or_none_finish_a_task_and_what_is_there_is_not_written_again() throws Exception {
        byte[] jpeg = TestImages.jpeg(40, 30);
        bench.host.serve("/media/0.png", PNG).serve("/media/2.png", TestImages.webp());
        bench.finishedWith(
                bench.host.url("/media/0.png"), bench.host.url("/media/1.png"), bench.host.url("/media/2.png"));
        TaskId id = bench.tasks.accepted(bench.clock.instant()).id();

        assertThat(bench.look(id).state()).isEqualTo(TaskState.ACCEPTED);
        assertThat(stored(id)).containsExactly(key(id, "0.png"));

        // A stored file stays, even when upstream's file has changed since.
        bench.host.serve("/media/0.png", TestImages.png(7, 7)).serve("/media/1.png", jpeg);
        Task finished = bench.look(id);
        assertThat(finished.state()).isEqualTo(TaskState.FINISHED);
        assertThat(finished.files())
                .containsExactly(
                        new StoredImage(key(id, "0.png"), "image/png", PNG.length, sha256(PNG), 1, 1),
                        new StoredImage(key(id, "1.jpg"), "image/jpeg", jpeg.length, sha256(jpeg), 40, 30),
                        new StoredImage(
                                key(id, "2.webp"),
                                "image/webp",
                                TestImages.webp().length,
                                sha256(TestImages.webp()),
                                1,
                                1));
        for (StoredImage image : finished.files()) {
            try (InputStream body =
                    STORES.s3.getObject(request -> request.bucket(STORES.name()).key(image.key()))) {
                assertThat(sha256(body.readAllBytes())).isEqualTo(image.sha256());
            }
        }
    }

    @Test
    void new_task_under_the_id_of_one_that_is_gone_gets_its_own_picture_although_the_old_one_is_still_there()
            throws Exception {
        bench.host.serve("/media/old.png", TestImages.png(7, 7)).serve("/media/new.png", PNG);
        bench.finishedWith(bench.host.url("/media/old.png"));
        TaskId id = bench.tasks.accepted(bench.clock.instant()).id();
        assertThat(bench.look(id).state()).isEqualTo(TaskState.FINISHED);
        // As TTL does.
        STORES.dynamoDb.deleteItem(
                delete -> delete.tableName(STORES.name()).key(Map.of("task_id", AttributeValue.fromS(id.value()))));

        bench.clock.moveTo(bench.clock.instant().plus(NewTasks.RETENTION));
        bench.tasks.accepted(id, bench.clock.instant());
        bench.finishedWith(bench.host.url("/media/new.png"));

        assertThat(bench.look(id).files())
                .containsExactly(new StoredImage(key(id, "0.png"), "image/png", PNG.length, sha256(PNG), 1, 1));
        assertThat(STORES.object(key(id, "0.png"))).isEqualTo(PNG);
    }

    private void assertFailed(Task task, String type) {
        assertThat(task.state()).isEqualTo(TaskState.FAILED);
        assertThat(task.item().text(Attribute.ERROR_TYPE)).isEqualTo(type);
        assertThat(task.item().get(Attribute.FILES)).isNull();
    }

    private static void assertNothingIsStored(TaskId id) {
        assertThat(stored(id)).isEmpty();
    }

    private static List<String> stored(TaskId id) {
        return STORES.keys().stream().filter(key -> key.contains(id.value())).toList();
    }

    private static String key(TaskId id, String name) {
        return "images/YWxpY2U/" + id.value() + "/" + name;
    }

    private static String sha256(byte[] bytes) throws Exception {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    }
}
