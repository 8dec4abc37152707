package dev.darkroom.status;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPEvent;
import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPResponse;
import dev.darkroom.config.Environment;
import dev.darkroom.json.Json;
import dev.darkroom.lambda.Answers;
import dev.darkroom.lambda.ApiError;
import dev.darkroom.lambda.Caller;
import dev.darkroom.lambda.HttpFunction;
import dev.darkroom.log.Log;
import dev.darkroom.priming.Priming;
import dev.darkroom.store.DynamoDb;
import dev.darkroom.task.TaskStore;
import dev.darkroom.task.UserId;
import dev.darkroom.view.TaskView;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** {@code GET /api/generate/tasks}: the caller's own tasks, newest first, page by page. */
public final class ListHandler implements RequestStreamHandler {
    private final Environment environment;
    private final TaskStore store;
    private final InstantSource clock;
    private final Log log;

    /** On Lambda. */
    public ListHandler() {
        this(Environment.ofProcess());
        if (Priming.isAsked()) {
            Priming.register(new ListRehearsal());
        }
    }

    public ListHandler(Environment environment) {
        this(environment, Log.toStandardOutput());
    }

    ListHandler(Environment environment, Log log) {
        this(environment, DynamoDb.open(environment), InstantSource.system(), log);
    }

    ListHandler(Environment environment, TaskStore store, InstantSource clock, Log log) {
        this.environment = environment;
        this.store = store;
        this.clock = clock;
        this.log = log;
    }

    @Override
    public void handleRequest(InputStream in, OutputStream out, Context context) throws IOException {
        HttpFunction.serve(in, out, log, this::answer);
    }

    private APIGatewayV2HTTPResponse answer(APIGatewayV2HTTPEvent event) {
        Optional<UserId> user = Caller.of(event, environment);
        if (user.isEmpty()) {
            return Answers.error(ApiError.noUser());
        }
        Map<String, String> parameters = event.getQueryStringParameters();
        return switch (ListQuery.parse(parameters == null ? Map.of() : parameters)) {
            case ListQuery.Invalid invalid -> Answers.error(ApiError.invalidRequest(invalid.problems()));
            case ListQuery.Valid query -> page(user.get(), query);
        };
    }

    private APIGatewayV2HTTPResponse page(UserId user, ListQuery.Valid query) {
        TaskStore.Page page = store.page(user, query.after(), query.limit());
        Instant now = clock.instant();
        List<Json.Obj> entries = page.tasks().stream()
                .filter(task -> !task.isExpired(now))
                .filter(task -> query.status() == null || query.status().equals(TaskView.statusOf(task)))
                .map(TaskView::entry)
                .toList();
        return Answers.ok(Json.object()
                .put("tasks", Json.array(entries))
                .put("next_cursor", page.next() == null ? null : Cursor.text(page.next()))
                .build());
    }
}
