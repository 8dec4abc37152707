package dev.darkroom.tasks;

import dev.darkroom.json.Json;
import dev.darkroom.lambda.Answers;
import dev.darkroom.lambda.HttpAnswer;
import dev.darkroom.lambda.HttpRequest;
import dev.darkroom.log.Log;
import dev.darkroom.task.Task;
import dev.darkroom.task.TaskStore;
import dev.darkroom.task.TaskStore.Position;
import dev.darkroom.task.UserId;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** {@code GET /api/generate/tasks}: the caller's own tasks, newest first, page by page. */
record ListRoute(OwnTasks tasks, Log log) implements Route {
    /**
     * Lambda refuses an answer of more than 6 MB. The body is a JSON string inside that answer, so it is measured as such, in
     * bytes. A page ends before the entry that would exceed this.
     */
    private static final int MAX_BYTES = 4_000_000;

    @Override
    public HttpAnswer answer(UserId user, HttpRequest request) {
        return Answers.of(ListQuery.parse(request.query()), query -> page(user, query));
    }

    private HttpAnswer page(UserId user, ListQuery query) {
        TaskStore.Page page = tasks.store().page(user, query.after(), query.limit());
        List<Json.Obj> entries = new ArrayList<>();
        Position next = page.next();
        Position last = null;
        long bytes = 0;
        for (Task task : page.tasks()) {
            Optional<Json.Obj> entry;
            try {
                entry = tasks.entry(user, task, query.status());
            } catch (IllegalStateException
                    | IllegalArgumentException
                    | NullPointerException
                    | ClassCastException
                    | ArithmeticException e) {
                // A person has edited the item. The user's other tasks are shown.
                log.error("listed_item_unreadable").task(task.id()).cause(e).write();
                continue;
            }
            if (entry.isPresent()) {
                bytes += bytesInAnswer(entry.get());
                if (bytes > MAX_BYTES && last != null) {
                    next = last;
                    break;
                }
                entries.add(entry.get());
            }
            last = Position.of(task);
        }
        return Answers.ok(Json.object()
                .put("tasks", Json.array(entries))
                .put("next_cursor", next == null ? null : Cursor.text(next))
                .build());
    }

    private static int bytesInAnswer(Json entry) {
        return Json.of(entry.text()).text().getBytes(StandardCharsets.UTF_8).length;
    }
}
