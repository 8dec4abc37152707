package dev.darkroom.tasks;

import dev.darkroom.json.Json;
import dev.darkroom.lambda.Answers;
import dev.darkroom.lambda.HttpAnswer;
import dev.darkroom.lambda.HttpRequest;
import dev.darkroom.task.Task;
import dev.darkroom.task.TaskStore;
import dev.darkroom.task.TaskStore.Position;
import dev.darkroom.task.UserId;
import dev.darkroom.view.TaskView;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** {@code GET /api/generate/tasks}: the caller's own tasks, newest first, page by page. */
record ListRoute(OwnTasks tasks) implements Route {
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
        TaskStore.Page page = tasks.page(user, query.after(), query.limit());
        List<Json.Obj> entries = new ArrayList<>();
        Position next = page.next();
        Position last = null;
        long bytes = 0;
        for (Task task : page.tasks()) {
            if (query.status() == null || query.status() == TaskView.statusOf(task)) {
                Json.Obj entry = TaskView.status(task, tasks.downloads());
                bytes += bytesInAnswer(entry);
                if (bytes > MAX_BYTES && last != null) {
                    next = last;
                    break;
                }
                entries.add(entry);
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
