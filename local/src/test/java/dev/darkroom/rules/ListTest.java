package dev.darkroom.rules;

import static dev.darkroom.testing.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.darkroom.json.Json;
import dev.darkroom.log.Log;
import dev.darkroom.log.Metric;
import dev.darkroom.media.TestImages;
import dev.darkroom.task.StoredImage;
import dev.darkroom.task.Submitting;
import dev.darkroom.task.Task;
import dev.darkroom.task.TaskId;
import dev.darkroom.task.UserId;
import dev.darkroom.tasks.TasksHandler;
import dev.darkroom.testing.HttpEvent;
import dev.darkroom.testing.NewTasks;
import dev.darkroom.testing.Stores;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.UUID;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** Lists of tasks: only the user's own, every one exactly once, with image URLs that expire. */
class ListTest {
    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final Stores STORES = new Stores();
    private static final NewTasks TASKS = new NewTasks(STORES.own);

    private static TaskId add(UserId user, Instant at) {
        TaskId id = NewTasks.freshId();
        TASKS.done(Submitting.record(
                NewTasks.described(id, user, null), at, NewTasks.FIRST_POLL, NewTasks.SUBMIT_DEADLINE, false));
        return id;
    }

    /** DynamoDB deletes an expired item up to days later, so the product must hide it. */
    @Test
    void task_past_its_retention_is_in_no_answer() {
        UserId user = new UserId("expired-" + UUID.randomUUID());
        Instant now = Instant.now();
        TaskId kept = add(user, now.minusSeconds(9));
        TaskId gone = add(user, now.minusSeconds(8));
        STORES.dynamoDb.updateItem(request -> request.tableName(STORES.name())
                .key(Map.of("task_id", AttributeValue.fromS(gone.value())))
                .updateExpression("SET expires_at = :then")
                .expressionAttributeValues(
                        Map.of(":then", AttributeValue.fromN(Long.toString(now.getEpochSecond() - 1)))));

        assertThat(list(user, Map.of()).body()).contains(kept.value()).doesNotContain(gone.value());
        assertThat(status(kept.value(), user, Map.of()).status()).isEqualTo(200);
        assertThat(status(gone.value(), user, Map.of()).status()).isEqualTo(404);
        assertThat(status(gone.value(), user, Map.of()).body())
                .isEqualTo(status(NewTasks.freshId().value(), user, Map.of()).body());
    }

    /** Items of which the rules or the view cannot read a part. */
    @ParameterizedTest
    @CsvSource({
        "state, true",
        "progress, 99999999999",
        "state, 'done by hand'",
        "files, 'no JSON'",
        "files, '[1]'",
        "files, '[{}]'",
        "request, 'no JSON'"
    })
    void item_that_a_person_edited_is_left_out_and_told_and_the_others_are_shown(String attribute, String value)
            throws Exception {
        UserId user = new UserId("edited-" + UUID.randomUUID());
        Instant now = Instant.now();
        List<TaskId> added = List.of(add(user, now), add(user, now.plusMillis(1)), add(user, now.plusMillis(2)));
        TaskId edited = added.get(1);
        finish(edited, List.of());
        STORES.dynamoDb.updateItem(request -> request.tableName(STORES.name())
                .key(Map.of("task_id", AttributeValue.fromS(edited.value())))
                .updateExpression("SET #attribute = :value")
                .expressionAttributeNames(Map.of("#attribute", attribute))
                .expressionAttributeValues(Map.of(":value", value(value))));
        Lines lines = new Lines();

        assertThat(ids(data(list(user, Map.of(), lines.log()))))
                .containsExactly(added.get(2).value(), added.get(0).value());
        assertThat(lines.text().lines())
                .singleElement(InstanceOfAssertFactories.STRING)
                .contains("\"event\":\"listed_item_unreadable\"", edited.value());
        assertThat(lines.metrics()).containsEntry(Metric.ERROR_LINES, List.of(1L));
        // The next page goes on behind it.
        assertThat(data(list(user, Map.of("limit", "2"))).string("next_cursor")).isNotNull();
    }

    @Test
    void item_under_a_key_that_is_no_task_id_is_left_out() throws Exception {
        UserId user = new UserId("noted-" + UUID.randomUUID());
        Instant now = Instant.now();
        TaskId task = add(user, now);
        STORES.dynamoDb.putItem(request -> request.tableName(STORES.name())
                .item(Map.of(
                        "task_id", AttributeValue.fromS("note-" + UUID.randomUUID()),
                        "user_id", AttributeValue.fromS(user.value()),
                        "created_at", value(Long.toString(now.toEpochMilli() + 1)))));

        assertThat(ids(data(list(user, Map.of())))).containsExactly(task.value());
    }

    private static AttributeValue value(String text) {
        return text.equals("true")
                ? AttributeValue.fromBool(true)
                : text.matches("[0-9]+") ? AttributeValue.fromN(text) : AttributeValue.fromS(text);
    }

    private static HttpEvent.Answer list(UserId user, Map<String, String> query) {
        return list(user, query, Log.toStandardOutput());
    }

    private static HttpEvent.Answer list(UserId user, Map<String, String> query, Log log) {
        return HttpEvent.get("/api/generate/tasks", Map.of(), query, user.value())
                .through(TasksHandler.of(STORES.environment(Map.of()), log));
    }

    private static HttpEvent.Answer status(String task, UserId user, Map<String, String> settings) {
        return HttpEvent.get("/api/generate/status/{task_id}", Map.of("task_id", task), Map.of(), user.value())
                .through(TasksHandler.of(STORES.environment(settings), Log.toStandardOutput()));
    }

    private static List<String> ids(Json.Obj data) {
        return data.items("tasks").stream()
                .map(task -> Objects.requireNonNull(((Json.Obj) task).string("task_id")))
                .toList();
    }

    private static Json.Obj data(HttpEvent.Answer answer) {
        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        return Objects.requireNonNull(answer.json().object("data"));
    }

    @Test
    void pages_have_neither_gaps_nor_repeats_while_tasks_are_added() {
        long seed = Long.getLong("darkroom.seed", System.nanoTime());
        System.out.println("list: seed " + seed);
        Random random = new Random(seed);
        UserId carol = new UserId("carol");
        Instant at = Instant.now().minusSeconds(1000);
        List<String> before = new ArrayList<>();
        for (int i = 0; i < 57; i++) {
            // Some are created in the same millisecond.
            at = at.plusMillis(random.nextInt(2));
            before.add(add(carol, at).value());
        }
        for (int limit : new int[] {1, 7, 20, 100}) {
            List<String> seen = new ArrayList<>();
            String cursor = null;
            int pages = 0;
            do {
                Map<String, String> query = new HashMap<>(Map.of("limit", Integer.toString(limit)));
                if (cursor != null) {
                    query.put("cursor", cursor);
                }
                Json.Obj data = data(list(carol, query));
                seen.addAll(ids(data));
                assertThat(ids(data)).hasSizeLessThanOrEqualTo(limit);
                cursor = data.string("next_cursor");
                if (limit > 1) {
                    add(carol, Instant.now());
                }
                pages++;
            } while (cursor != null && pages < 200);
            assertThat(cursor).isNull();
            assertThat(seen).doesNotHaveDuplicates();
            // Tasks from before the first page all appear, newest first. Tasks created meanwhile may appear.
            List<String> old = seen.stream().filter(before::contains).toList();
            assertThat(old).containsExactlyInAnyOrderElementsOf(before);
            assertThat(created(seen)).isSortedAccordingTo(Collections.reverseOrder());
        }
    }

    private static List<Long> created(List<String> ids) {
        return ids.stream()
                .map(id -> TASKS.read(new TaskId(id)).createdAt().toEpochMilli())
                .toList();
    }

    @Test
    void list_without_parameters_shows_the_newest_twenty() {
        UserId dave = new UserId("dave");
        List<String> added = new ArrayList<>();
        Instant at = Instant.now().minusSeconds(1000);
        for (int i = 0; i < 25; i++) {
            at = at.plusMillis(5);
            added.addFirst(add(dave, at).value());
        }
        Json.Obj data = data(list(dave, Map.of()));
        assertThat(ids(data)).isEqualTo(added.subList(0, 20));
        Json.Obj rest = data(list(dave, Map.of("cursor", Objects.requireNonNull(data.string("next_cursor")))));
        assertThat(ids(rest)).isEqualTo(added.subList(20, 25));
        assertThat(rest.get("next_cursor")).isEqualTo(Json.Null.NULL);
    }

    @Test
    void status_filter_walks_over_the_others() {
        UserId erin = new UserId("erin");
        Instant now = Instant.now();
        List<String> finished = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
            TaskId id = add(erin, now.plusMillis(i));
            if (i % 10 == 3) {
                finish(id, List.of());
                finished.addFirst(id.value());
            }
        }
        List<String> seen = new ArrayList<>();
        @Nullable String cursor = "";
        while (cursor != null) {
            Map<String, String> query = new HashMap<>(Map.of("status", "finished", "limit", "4"));
            if (!cursor.isEmpty()) {
                query.put("cursor", cursor);
            }
            Json.Obj data = data(list(erin, query));
            seen.addAll(ids(data));
            cursor = data.string("next_cursor");
        }
        assertThat(seen).isEqualTo(finished);
    }

    private static Task finish(TaskId id, List<StoredImage> files) {
        Instant now = Instant.now();
        Task accepted = TASKS.done(Submitting.accepted(TASKS.read(id), NewTasks.UPSTREAM, now, NewTasks.FIRST_POLL));
        return TASKS.finished(accepted, files, now);
    }

    @Test
    void nobody_sees_anybody_elses_tasks() {
        UserId frank = new UserId("frank");
        UserId grace = new UserId("grace");
        Instant now = Instant.now();
        TaskId franks = add(frank, now);
        TaskId second = add(frank, now.plusMillis(1));
        TaskId graces = add(grace, now.plusMillis(2));

        assertThat(ids(data(list(grace, Map.of())))).containsExactly(graces.value());
        assertThat(ids(data(list(new UserId("heidi"), Map.of())))).isEmpty();
        // The cursor of another user's list selects only within one's own tasks.
        String cursor =
                Objects.requireNonNull(data(list(frank, Map.of("limit", "1"))).string("next_cursor"));
        assertThat(ids(data(list(frank, Map.of("cursor", cursor))))).containsExactly(franks.value());
        HttpEvent.Answer crossed = list(grace, Map.of("cursor", cursor));
        assertThat(crossed.body()).doesNotContain(franks.value(), second.value());

        HttpEvent.Answer foreign = status(franks.value(), grace, Map.of());
        HttpEvent.Answer unknown = status(NewTasks.freshId().value(), grace, Map.of());
        HttpEvent.Answer senseless = status("..", grace, Map.of());
        assertThat(foreign.status()).isEqualTo(404);
        assertThat(foreign).isEqualTo(unknown).isEqualTo(senseless);
        assertThat(status(franks.value(), frank, Map.of()).status()).isEqualTo(200);
    }

    @Test
    void download_url_gives_the_image_and_nothing_else_and_expires() throws Exception {
        UserId ivan = new UserId("ivan");
        byte[] png = TestImages.png(30, 20);
        TaskId id = add(ivan, Instant.now());
        String key = "images/" + ivan.keySegment() + "/" + id.value() + "/0.png";
        STORES.s3.putObject(
                request -> request.bucket(STORES.name()).key(key).contentType("image/png"), RequestBody.fromBytes(png));
        finish(id, List.of(new StoredImage(key, "image/png", png.length, "00", 30, 20)));

        String url = url(status(id.value(), ivan, Map.of("DOWNLOAD_URL_SECONDS", "600")));
        HttpResponse<byte[]> image = get(url);
        assertThat(image.statusCode()).isEqualTo(200);
        assertThat(image.body()).isEqualTo(png);
        Json.Obj listed = (Json.Obj) data(list(ivan, Map.of())).items("tasks").getFirst();
        Json.Obj file = (Json.Obj) listed.items("files").getFirst();
        assertThat(get(Objects.requireNonNull(file.string("file_url"))).body()).isEqualTo(png);
        assertThat(file.string("preview_url")).contains("/previews/" + key + ".jpg?");

        assertThat(get(url.replace("/0.png", "/1.png")).statusCode()).isEqualTo(403);
        assertThat(get(url.replace("X-Amz-Expires=600", "X-Amz-Expires=6000")).statusCode())
                .isEqualTo(403);
        assertThat(get(url.substring(0, url.indexOf('?'))).statusCode()).isEqualTo(403);

        String brief = url(status(id.value(), ivan, Map.of("DOWNLOAD_URL_SECONDS", "1")));
        await().until(() -> get(brief).statusCode() == 403);
        assertThat(get(url).statusCode()).isEqualTo(200);
    }

    private static String url(HttpEvent.Answer answer) {
        Json.Obj file = (Json.Obj) data(answer).items("files").getFirst();
        return Objects.requireNonNull(file.string("file_url"));
    }

    private static HttpResponse<byte[]> get(String url) throws Exception {
        return HTTP.send(HttpRequest.newBuilder(URI.create(url)).build(), BodyHandlers.ofByteArray());
    }
}
