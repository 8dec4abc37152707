package dev.darkroom.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.darkroom.json.Json;
import dev.darkroom.json.JsonException;
import dev.darkroom.local.LocalStack;
import dev.darkroom.local.apidot.TaskFault;
import dev.darkroom.media.TestPut;
import dev.darkroom.testing.LocalStackExtension;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** Edits of pictures that users upload, and of pictures that earlier tasks made. */
class OwnPicturesTest {
    private static final int LIMIT = 40;

    @RegisterExtension
    static final LocalStackExtension STACK = LocalStackExtension.with("DAILY_UPLOAD_LIMIT", Integer.toString(LIMIT));

    private static LocalStack stack;

    @AutoClose
    private static HttpClient http;

    private static ApiDotProgram alice;
    private static ApiDotProgram bob;

    @BeforeAll
    static void start(LocalStack started) {
        stack = started;
        http = HttpClient.newHttpClient();
        alice = program("alice");
        bob = program("bob");
    }

    private static ApiDotProgram program(String user) {
        return new ApiDotProgram(stack.apiUrl().toString(), user);
    }

    private static byte[] picture(Color colour) throws IOException {
        BufferedImage image = new BufferedImage(600, 400, BufferedImage.TYPE_INT_RGB);
        Graphics2D pen = image.createGraphics();
        pen.setColor(colour);
        pen.fillRect(0, 0, 600, 400);
        pen.dispose();
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        ImageIO.write(image, "png", file);
        return file.toByteArray();
    }

    private static Json.Obj asked(ApiDotProgram user, long bytes) throws Exception {
        return data(user.post("/api/generate/uploads", "{\"content_type\":\"image/png\",\"bytes\":" + bytes + "}"));
    }

    private static Json.Obj data(HttpResponse<String> answer) throws JsonException {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return Objects.requireNonNull(((Json.Obj) Json.parse(answer.body())).object("data"));
    }

    private static int sent(Json.Obj upload, byte[] bytes) throws Exception {
        Json.Obj put = Objects.requireNonNull(upload.object("put"));
        Map<String, String> headers = new LinkedHashMap<>();
        Objects.requireNonNull(put.object("headers"))
                .fields()
                .forEach((name, value) -> headers.put(name, ((Json.Str) value).value()));
        return TestPut.send(Objects.requireNonNull(put.string("url")), headers, bytes);
    }

    /** Uploads a picture and returns its {@code image_url}. */
    private static String uploaded(ApiDotProgram user, byte[] bytes) throws Exception {
        Json.Obj upload = asked(user, bytes.length);
        assertThat(sent(upload, bytes)).isEqualTo(200);
        return Objects.requireNonNull(upload.string("image_url"));
    }

    private static Json.Obj edit(String prompt, List<String> sources) {
        return Json.object()
                .put("model", "gpt-image-2-edit")
                .put(
                        "input",
                        Json.object()
                                .put("prompt", prompt)
                                .put(
                                        "image_urls",
                                        Json.array(
                                                sources.stream().map(Json::of).toList()))
                                .build())
                .build();
    }

    private static Json.Obj generate(String prompt) {
        return Json.object()
                .put("model", "gpt-image-2")
                .put("input", Json.object().put("prompt", prompt).build())
                .build();
    }

    private static Json.Obj finished(ApiDotProgram user, String task) {
        Json.Obj ended = user.ended(task);
        assertThat(ended.string("status")).as(ended.text()).isEqualTo("finished");
        return ended;
    }

    private static Color middleOfLowerHalf(ApiDotProgram user, Json.Obj task) throws Exception {
        Json.Obj file = (Json.Obj) task.items("files").getFirst();
        BufferedImage image =
                ImageIO.read(new ByteArrayInputStream(user.download(Objects.requireNonNull(file.string("file_url")))));
        return new Color(image.getRGB(image.getWidth() / 4, image.getHeight() * 3 / 4));
    }

    @Test
    void an_upload_is_edited_and_the_result_is_edited_again() throws Exception {
        String upload = uploaded(alice, picture(Color.RED));
        Json.Obj first = edit("pencil drawing", List.of(upload));
        String edited = alice.submit(first);

        Json.Obj ended = finished(alice, edited);
        // Allows small differences, because the picture may be a JPEG.
        Color middle = middleOfLowerHalf(alice, ended);
        assertThat(middle.getRed()).isGreaterThan(240);
        assertThat(middle.getGreen() + middle.getBlue()).isLessThan(20);
        assertThat(ended.object("input")).isEqualTo(first.object("input"));

        String again = alice.submit(edit("in colour", List.of("darkroom://tasks/" + edited + "/0")));
        Json.Obj input = Objects.requireNonNull(finished(alice, again).object("input"));
        assertThat(input.items("image_urls")).containsExactly(Json.of("darkroom://tasks/" + edited));
        // The table never holds the presigned URL that is sent to APIDot.
        assertThat(stack.dynamoDb()
                        .scan(scan -> scan.tableName(stack.tasksTable()))
                        .items()
                        .toString())
                .contains(upload)
                .doesNotContain("X-Amz-");
    }

    /** The submit reads the picture once to check it; APIDot reads it once to edit it. */
    @Test
    void an_upload_and_an_edit_of_it_cost_two_reads_of_the_bucket() throws Exception {
        long before = uploadsRead();
        String upload = uploaded(alice, picture(Color.RED));
        assertThat(uploadsRead()).isEqualTo(before);

        finished(alice, alice.submit(edit("counted", List.of(upload))));
        assertThat(uploadsRead()).isEqualTo(before + 2);
    }

    private static long uploadsRead() {
        return stack.objectReads().getOrDefault("uploads", 0L);
    }

    @Test
    void sixteen_sources_of_every_kind_are_taken() throws Exception {
        String task = alice.submit(generate("a source"));
        finished(alice, task);
        String upload = uploaded(alice, picture(Color.BLUE));
        List<String> sources = new ArrayList<>();
        IntStream.range(0, 5).forEach(i -> {
            sources.add(upload);
            sources.add("darkroom://tasks/" + task);
            sources.add(stack.apiDot().baseUrl() + "/samples/source.png");
        });
        sources.add(upload);

        finished(alice, alice.submit(edit("sixteen", sources)));
        sources.add(upload);
        assertThat(alice.post("/api/generate/submit", edit("seventeen", sources).text())
                        .body())
                .contains("input.image_urls must have from 1 to 16 URLs");
    }

    @Test
    void whatever_may_not_be_used_is_refused_in_the_same_words_and_nothing_happens() throws Exception {
        Map<String, String> sources = new LinkedHashMap<>();
        sources.put("unknown upload", "darkroom://uploads/upload-AAAAAAAAAAAAAAAAAAAAAAAA-png");
        sources.put("bob's upload", uploaded(bob, picture(Color.GREEN)));
        sources.put("not sent", String.valueOf(asked(alice, 1000).string("image_url")));
        String deleted = uploaded(alice, picture(Color.GREEN));
        sources.put("deleted upload", deleted);
        assertThat(delete("alice", deleted.substring(deleted.lastIndexOf('/') + 1)))
                .contains("\"status\":\"deleted\"");
        sources.put("unknown task", "darkroom://tasks/task-AAAAAAAAAAAAAAAAAAAAAAAA");
        String bobs = bob.submit(generate("bob's own"));
        finished(bob, bobs);
        sources.put("bob's task", "darkroom://tasks/" + bobs);
        stack.apiDot().faults().add(new TaskFault.NeverEnds("running"), 1, "never ends");
        sources.put("open task", "darkroom://tasks/" + alice.submit(generate("never ends")));
        stack.apiDot().faults().add(new TaskFault.Fails("failed", "no"), 1, "fails");
        String failed = alice.submit(generate("fails"));
        assertThat(alice.ended(failed).string("status")).isEqualTo("failed");
        sources.put("failed task", "darkroom://tasks/" + failed);
        String deletedTask = alice.submit(generate("deleted"));
        finished(alice, deletedTask);
        assertThat(deleted("alice", "tasks/" + deletedTask)).contains("\"status\":\"deleted\"");
        sources.put("deleted task", "darkroom://tasks/" + deletedTask);
        String kept = alice.submit(generate("one file"));
        finished(alice, kept);
        sources.put("no second file", "darkroom://tasks/" + kept + "/1");
        String lost = alice.submit(generate("its object has expired"));
        finished(alice, lost);
        stack.s3()
                .listObjectsV2(list -> list.bucket(stack.imagesBucket()))
                .contents()
                .forEach(object -> {
                    if (object.key().contains(lost)) {
                        stack.s3()
                                .deleteObject(delete ->
                                        delete.bucket(stack.imagesBucket()).key(object.key()));
                    }
                });
        sources.put("expired object", "darkroom://tasks/" + lost);
        String expired = alice.submit(generate("its record has expired"));
        finished(alice, expired);
        stack.dynamoDb()
                .updateItem(update -> update.tableName(stack.tasksTable())
                        .key(Map.of("task_id", AttributeValue.fromS(expired)))
                        .updateExpression("SET expires_at = :past")
                        .expressionAttributeValues(Map.of(
                                ":past",
                                AttributeValue.fromN(Long.toString(Instant.now().getEpochSecond())))));
        sources.put("expired record", "darkroom://tasks/" + expired);
        long arrived = stack.apiDot().stats().submitsArrived();

        String refusal = "{\"code\":400,\"error\":{\"type\":\"invalid_request\",\"message\":\"The request is not"
            + " valid: input.image_urls[1] must be your own upload, or a file of your own finished task, that still"
            + " exists.\",\"details\":[{\"field\":\"input.image_urls[1]\",\"message\":\"must be your own upload, or a"
            + " file of your own finished task, that still exists\"}]}}";
        for (Map.Entry<String, String> source : sources.entrySet()) {
            HttpResponse<String> answer = alice.post(
                    "/api/generate/submit",
                    edit("refused", List.of("darkroom://tasks/" + kept, source.getValue()))
                            .text());
            assertThat(answer.statusCode()).as(source.getKey()).isEqualTo(400);
            assertThat(answer.body()).as(source.getKey()).isEqualTo(refusal);
        }
        assertThat(stack.apiDot().stats().submitsArrived()).isEqualTo(arrived);
    }

    @Test
    void an_upload_that_is_no_whole_picture_is_told_so() throws Exception {
        byte[] good = picture(Color.RED);
        String cut = uploaded(alice, java.util.Arrays.copyOf(good, good.length - 1));
        String text = uploaded(alice, "This is no picture at all.".getBytes(java.nio.charset.StandardCharsets.UTF_8));

        assertThat(alice.post(
                                "/api/generate/submit",
                                edit("x", List.of(cut, text)).text())
                        .body())
                .contains("{\"field\":\"input.image_urls[0]\",\"message\":\"must be a complete image\"}")
                .contains("{\"field\":\"input.image_urls[1]\",\"message\":\"must be a PNG, JPEG or WebP image\"}");
    }

    @Test
    void a_repeated_submit_gives_the_same_task_when_its_source_is_gone() throws Exception {
        String upload = uploaded(alice, picture(Color.RED));
        String body = edit("kept by its key", List.of(upload)).text();
        String first = String.valueOf(data(alice.post("/api/generate/submit", body, "Idempotency-Key", "gone"))
                .string("task_id"));
        finished(alice, first);
        delete("alice", upload.substring(upload.lastIndexOf('/') + 1));

        assertThat(data(alice.post("/api/generate/submit", body, "Idempotency-Key", "gone"))
                        .string("task_id"))
                .isEqualTo(first);
        assertThat(alice.post("/api/generate/submit", body, "Idempotency-Key", "another")
                        .statusCode())
                .isEqualTo(400);
    }

    @Test
    void a_day_has_so_many_uploads_for_each_user() throws Exception {
        ApiDotProgram greedy = program("greedy");
        List<Integer> statuses = Collections.synchronizedList(new ArrayList<>());
        try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
            for (int i = 0; i < LIMIT + 5; i++) {
                threads.execute(() -> statuses.add(upload(greedy).statusCode()));
            }
        }
        HttpResponse<String> refused = upload(greedy);

        assertThat(statuses).filteredOn(status -> status == 200).hasSize(LIMIT);
        assertThat(statuses).filteredOn(status -> status == 429).hasSize(5);
        assertThat(refused.body())
                .isEqualTo("{\"code\":429,\"error\":{\"type\":\"rate_limited\",\"message\":\"The daily upload limit is"
                        + " reached. A new day begins at midnight UTC.\",\"details\":[]}}");
        assertThat(Long.parseLong(refused.headers().firstValue("retry-after").orElseThrow()))
                .isBetween(1L, Duration.ofDays(1).toSeconds());
        assertThat(upload(bob).statusCode()).isEqualTo(200);
    }

    private static HttpResponse<String> upload(ApiDotProgram user) {
        try {
            return user.post("/api/generate/uploads", "{\"content_type\":\"image/png\",\"bytes\":1}");
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void a_user_deletes_only_their_own_upload_and_no_other_form_is_one() throws Exception {
        String upload = uploaded(alice, picture(Color.RED));
        String id = upload.substring(upload.lastIndexOf('/') + 1);

        assertThat(delete("bob", id))
                .isEqualTo(delete("alice", "upload-AAAAAAAAAAAAAAAAAAAAAAAA-png")
                        .replace("upload-AAAAAAAAAAAAAAAAAAAAAAAA-png", id));
        finished(alice, alice.submit(edit("still there", List.of(upload))));
        for (String none : List.of("upload-x", "upload-AAAAAAAAAAAAAAAAAAAAAAAA-gif", "..%2F..%2Fimages", "task-1")) {
            assertThat(delete("alice", none))
                    .isEqualTo("{\"code\":404,\"error\":{\"type\":\"not_found\",\"message\":\"There is no such"
                            + " upload.\",\"details\":[]}}");
        }
    }

    private static String delete(String user, String upload) throws Exception {
        return deleted(user, "uploads/" + upload);
    }

    private static String deleted(String user, String path) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create(stack.apiUrl() + "/api/generate/" + path))
                .header("Authorization", "Bearer " + user)
                .DELETE()
                .build();
        return http.send(request, BodyHandlers.ofString()).body();
    }

    /** The real APIDot cannot reach this machine: the client gets an error, and nothing is paid. */
    @Nested
    class OnTheRealApiDot {
        @RegisterExtension
        static final LocalStackExtension STACK = LocalStackExtension.with(
                        "APIDOT_BASE_URL", "https://apidot.example.com")
                .and("APIDOT_API_KEY", "x");

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "darkroom://uploads/upload-AAAAAAAAAAAAAAAAAAAAAAAA-png",
                    "darkroom://tasks/task-AAAAAAAAAAAAAAAAAAAAAAAA",
                    "/samples/source.png"
                })
        void a_source_out_of_upstream_s_reach_is_told(String source, LocalStack far) throws Exception {
            String url = source.startsWith("/") ? far.apiDot().baseUrl() + source : source;
            HttpResponse<String> answer = new ApiDotProgram(far.apiUrl().toString(), "alice")
                    .post("/api/generate/submit", edit("far away", List.of(url)).text());

            assertThat(answer.statusCode()).isEqualTo(400);
            assertThat(answer.body())
                    .contains("input.image_urls[0] cannot be used here: the image service cannot reach it;"
                            + " use a public https URL");
        }
    }
}
