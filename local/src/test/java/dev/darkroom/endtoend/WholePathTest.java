package dev.darkroom.endtoend;

import static dev.darkroom.testing.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.darkroom.json.Json;
import dev.darkroom.local.LocalStack;
import dev.darkroom.local.Options;
import dev.darkroom.local.apidot.FaultRule;
import dev.darkroom.local.apidot.Shapes;
import dev.darkroom.local.apidot.WebhookFault;
import dev.darkroom.media.ImageProbe;
import dev.darkroom.testing.LocalStackExtension;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import software.amazon.awssdk.services.s3.model.S3Object;

class WholePathTest {
    @RegisterExtension
    static final LocalStackExtension STACK = LocalStackExtension.with(Options.forTests()
            .with("FIRST_POLL_SECONDS", "1")
            .with("MAX_POLL_SECONDS", "1")
            .withSweepEvery(Duration.ofSeconds(1)));

    private static LocalStack stack;

    private static ApiDotProgram alice;
    private static ApiDotProgram bob;

    @BeforeAll
    static void start(LocalStack started) {
        stack = started;
        stack.apiDot().speak(Shapes.ALTERNATING);
        alice = new ApiDotProgram(stack.apiUrl().toString(), "alice");
        bob = new ApiDotProgram(stack.apiUrl().toString(), "bob");
    }

    @AfterEach
    void mend() {
        stack.apiDot().faults().clear();
    }

    /** Returns the payload of APIDot's README, "gpt-image-2", with {@code callback_url}. */
    private static Json.Obj generate(String prompt) {
        return ApiDotProgram.payload("https://your-domain.com/callback", prompt);
    }

    /** Returns the payload of APIDot's README, "gpt-image-2-edit", with a source image on the simulator. */
    private static Json.Obj edit(String prompt) {
        return Json.object()
                .put("model", "gpt-image-2-edit")
                .put("callback_url", "https://your-domain.com/callback")
                .put(
                        "input",
                        Json.object()
                                .put("prompt", prompt)
                                .put("quality", "high")
                                .put("size", "2304x2048")
                                .put("resolution", "2K")
                                .put(
                                        "image_urls",
                                        Json.array(
                                                List.of(Json.of(stack.apiDot().baseUrl() + "/samples/source.png"))))
                                .build())
                .build();
    }

    private static Json.Obj onlyFile(Json.Obj ended) {
        assertThat(ended.string("status")).as(ended.text()).isEqualTo("finished");
        assertThat(Objects.requireNonNull(ended.object("output")).items("files"))
                .isEqualTo(ended.items("files"))
                .hasSize(1);
        return (Json.Obj) ended.items("files").getFirst();
    }

    /** Checks that the file's bytes match the size and the digest in the status answer. */
    private static void assertWhole(Json.Obj file) throws Exception {
        byte[] bytes = alice.download(Objects.requireNonNull(file.string("file_url")));
        assertThat(file.integer("bytes")).isEqualTo(bytes.length);
        assertThat(file.string("sha256"))
                .isEqualTo(HexFormat.of()
                        .formatHex(MessageDigest.getInstance("SHA-256").digest(bytes)));
        ImageProbe probe = new ImageProbe();
        probe.write(bytes, 0, bytes.length);
        assertThat(probe.look()).isInstanceOfSatisfying(ImageProbe.Look.Whole.class, whole -> {
            assertThat(file.string("content_type")).isEqualTo(whole.type().contentType());
            assertThat(file.integer("width")).isEqualTo(whole.width());
            assertThat(file.integer("height")).isEqualTo(whole.height());
        });
    }

    private static List<String> imagesOf(String task) {
        return stack.s3().listObjectsV2(request -> request.bucket(stack.imagesBucket())).contents().stream()
                .map(S3Object::key)
                .filter(key -> key.startsWith("images/") && key.contains(task))
                .toList();
    }

    @Test
    void the_readmes_payloads_become_pictures_that_their_owner_downloads() throws Exception {
        String generated = alice.submit(generate("a silver espresso machine"));
        String edited = alice.submit(edit("a clean white studio backdrop"));

        Json.Obj square = onlyFile(alice.ended(generated));
        assertWhole(square);
        assertThat(square.integer("width")).isEqualTo(square.integer("height"));
        Json.Obj custom = onlyFile(alice.ended(edited));
        assertWhole(custom);
        assertThat(custom.integer("width")).isEqualTo(2304);
        assertThat(custom.integer("height")).isEqualTo(2048);
        assertThat(alice.status(edited).integer("credits")).isEqualTo(24);
    }

    @Test
    void another_user_is_told_what_is_told_of_an_unknown_task() throws Exception {
        String task = alice.submit(generate("a private picture"));
        var others = bob.get("/api/generate/status/" + task);
        var unknown = bob.get("/api/generate/status/task-AAAAAAAAAAAAAAAAAAAAAAAA");
        assertThat(others.statusCode()).isEqualTo(404);
        assertThat(others.body()).isEqualTo(unknown.body());
        assertThat(others.headers().map().keySet())
                .isEqualTo(unknown.headers().map().keySet());
        assertThat(bob.get("/api/generate/tasks").body()).doesNotContain(task);
    }

    @Test
    void a_program_written_for_apidot_runs_unchanged_on_either() throws Exception {
        ApiDotProgram upstream = new ApiDotProgram(stack.apiDot().baseUrl(), Options.SIMULATED_KEY);
        for (ApiDotProgram program : List.of(upstream, alice)) {
            Json.Obj ended = program.ended(program.submit(generate("the same program")));
            assertThat(ended.string("status")).isEqualTo("finished");
            Json.Obj output = ended.object("output");
            List<Json> files = output == null ? ended.items("files") : output.items("files");
            String url = ((Json.Obj) files.getFirst()).string("file_url");
            assertThat(program.download(Objects.requireNonNull(url))).isNotEmpty();
        }
    }

    @Test
    void without_any_webhook_the_sweep_finishes_every_task() throws Exception {
        stack.apiDot().faults().add(new WebhookFault.Drops(), FaultRule.ALWAYS, "never told");
        List<String> tasks = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            tasks.add(alice.submit(generate("never told " + i)));
        }
        for (String task : tasks) {
            assertWhole(onlyFile(alice.ended(task)));
            assertThat(imagesOf(task)).hasSize(1);
        }
        assertThat(stack.apiDot().stats("never told").webhooksSent()).isZero();
    }

    @Test
    void webhooks_sent_five_times_at_once_have_one_effect() throws Exception {
        stack.apiDot().faults().add(new WebhookFault.Duplicates(5), FaultRule.ALWAYS, "told five times");
        List<String> tasks = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            tasks.add(alice.submit(generate("told five times " + i)));
        }
        for (String task : tasks) {
            assertWhole(onlyFile(alice.ended(task)));
            assertThat(imagesOf(task)).hasSize(1);
        }
        await().until(() -> stack.apiDot().stats("told five times").webhooksTaken() == 15);
        assertThat(stack.apiDot().stats("told five times").tasksAccepted()).isEqualTo(3);
        assertThat(stack.apiDot().stats("told five times").submitsArrived()).isEqualTo(3);
    }

    @Test
    void a_list_shows_the_callers_tasks_newest_first_page_by_page() throws Exception {
        ApiDotProgram carol = new ApiDotProgram(stack.apiUrl().toString(), "carol");
        List<String> submitted = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            submitted.addFirst(carol.submit(generate("picture " + i)));
        }
        List<String> listed = new ArrayList<>();
        String cursor = "";
        do {
            Json.Obj page = (Json.Obj)
                    Json.parse(carol.get("/api/generate/tasks?limit=2" + cursor).body());
            Json.Obj data = Objects.requireNonNull(page.object("data"));
            for (Json entry : data.items("tasks")) {
                listed.add(Objects.requireNonNull(((Json.Obj) entry).string("task_id")));
                assertThat(((Json.Obj) entry).object("callback")).isNotNull();
            }
            cursor = data.string("next_cursor") == null ? "" : "&cursor=" + data.string("next_cursor");
        } while (!cursor.isEmpty());
        assertThat(listed).isEqualTo(submitted);
        Set<String> states = new TreeSet<>();
        submitted.forEach(
                task -> states.add(Objects.requireNonNull(carol.ended(task).string("status"))));
        assertThat(states).containsExactly("finished");
    }
}
