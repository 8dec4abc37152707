package dev.darkroom.tasks;

import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPEvent;
import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPResponse;
import dev.darkroom.json.Json;
import dev.darkroom.lambda.Answers;
import dev.darkroom.lambda.ApiError;
import dev.darkroom.task.TaskStore;
import dev.darkroom.task.UserId;
import dev.darkroom.view.TaskView;
import java.util.List;
import java.util.Map;

/** {@code GET /api/generate/tasks}: the caller's own tasks, newest first, page by page. */
record ListRoute(OwnTasks tasks) implements Route {
    @Override
    public APIGatewayV2HTTPResponse answer(UserId user, APIGatewayV2HTTPEvent request) {
        Map<String, String> parameters = request.getQueryStringParameters();
        return switch (ListQuery.parse(parameters == null ? Map.of() : parameters)) {
            case ListQuery.Invalid invalid -> Answers.error(ApiError.invalidRequest(invalid.problems()));
            case ListQuery.Valid query -> page(user, query);
        };
    }

    private APIGatewayV2HTTPResponse page(UserId user, ListQuery.Valid query) {
        TaskStore.Page page = tasks.page(user, query.after(), query.limit());
        List<Json.Obj> entries = page.tasks().stream()
                .filter(task -> query.status() == null || query.status().equals(TaskView.statusOf(task)))
                .map(TaskView::entry)
                .toList();
        return Answers.ok(Json.object()
                .put("tasks", Json.array(entries))
                .put("next_cursor", page.next() == null ? null : Cursor.text(page.next()))
                .build());
    }
}
