package dev.darkroom.tasks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.darkroom.json.Json;
import dev.darkroom.lambda.HttpAnswer;
import dev.darkroom.lambda.HttpRequest;
import dev.darkroom.log.Log;
import dev.darkroom.task.Item;
import dev.darkroom.task.Settling;
import dev.darkroom.task.StoreUnavailableException;
import dev.darkroom.task.StoredImage;
import dev.darkroom.task.Submitting;
import dev.darkroom.task.Task;
import dev.darkroom.task.TaskId;
import dev.darkroom.task.UserId;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Lambda's answers have at most 6 MB. More than a hundred long prompts can exceed that, because quotes are escaped twice. */
class LongListTest {
    private static final UserId JUDY = new UserId("judy");
    private static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");
    private static final int TASKS = 250;

    /** More items of an index than DynamoDB Local returns in one page. */
    private static final class Kept extends UnaskedStore {
        private final List<Task> tasks;

        Kept(List<Task> tasks) {
            this.tasks = tasks;
        }

        @Override
        public Page page(UserId user, @Nullable Position after, int limit) {
            int from = after == null ? 0 : tasks.stream().map(Task::id).toList().indexOf(after.task()) + 1;
            int to = Math.min(tasks.size(), from + limit);
            return new Page(tasks.subList(from, to), to == tasks.size() ? null : Position.of(tasks.get(to - 1)));
        }
    }

    private static Task task(int index) {
        // Each tenth prompt is short, so that pages end at tasks of both kinds.
        String request = Json.object()
                .put("model", "gpt-image-2")
                .put(
                        "input",
                        Json.object()
                                .put("prompt", "\"".repeat(index % 10 == 0 ? 1 : 32_000))
                                .build())
                .build()
                .text();
        TaskId id = new TaskId("task-0000000000000000%05d".formatted(index));
        return new Task(Submitting.record(
                        new Submitting.NewTask(id, JUDY, "gpt-image-2", request, 1, "1K", null, "author"),
                        NOW,
                        Duration.ofMinutes(1),
                        Duration.ofMinutes(15),
                        false)
                .apply(Item.ABSENT));
    }

    @Test
    void a_list_whose_urls_cannot_be_signed_is_not_an_empty_one() {
        Task open = task(0);
        StoredImage image = new StoredImage("images/anVkeQ/0.png", "image/png", 1, "00", 1, 1);
        Task finished = new Task(Settling.finished(open, List.of(image), NOW, Duration.ofDays(37))
                .apply(open.item()));
        OwnTasks own = new OwnTasks(
                new Kept(List.of(finished)),
                key -> {
                    throw new StoreUnavailableException(new IOException("no credentials now"));
                },
                () -> "author",
                () -> NOW,
                Log.toStandardOutput());

        assertThatThrownBy(() -> own.list(JUDY, list(Map.of()))).isInstanceOf(StoreUnavailableException.class);
    }

    private static HttpRequest list(Map<String, String> query) {
        return new HttpRequest("GET /api/generate/tasks", Map.of(), query, Map.of(), null, "", false);
    }

    @Test
    void a_page_ends_before_its_answer_is_too_large_and_the_next_one_goes_on_there() throws Exception {
        List<Task> tasks =
                IntStream.range(0, TASKS).mapToObj(LongListTest::task).toList();
        OwnTasks own = new OwnTasks(
                new Kept(tasks),
                key -> "https://example.com/" + key,
                () -> "author",
                () -> NOW,
                Log.toStandardOutput());
        List<String> seen = new ArrayList<>();
        List<Integer> sizes = new ArrayList<>();
        @Nullable String cursor = null;
        do {
            Map<String, String> query = new HashMap<>(Map.of("limit", "100"));
            if (cursor != null) {
                query.put("cursor", cursor);
            }
            HttpAnswer answer = own.list(JUDY, list(query));
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            answer.write(out);
            sizes.add(out.size());
            Json.Obj data = Objects.requireNonNull(((Json.Obj) Json.parse(answer.body())).object("data"));
            data.items("tasks").forEach(entry -> seen.add(((Json.Obj) entry).string("task_id")));
            cursor = data.string("next_cursor");
        } while (cursor != null);

        assertThat(seen).isEqualTo(tasks.stream().map(task -> task.id().value()).toList());
        assertThat(sizes).hasSizeGreaterThan(3).allMatch(size -> size < 4_010_000);
        // As many tasks as fit.
        assertThat(sizes.getFirst()).isGreaterThan(3_800_000);
    }
}
