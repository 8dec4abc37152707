package dev.darkroom.tasks;

import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import dev.darkroom.config.Environment;
import dev.darkroom.json.Json;
import dev.darkroom.log.Log;
import dev.darkroom.priming.Events;
import dev.darkroom.priming.Records;
import dev.darkroom.priming.Rehearsal;
import dev.darkroom.priming.Reply;
import dev.darkroom.priming.Scene;
import dev.darkroom.task.TaskStore;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Each route, with what it is asked most and what it refuses. */
final class TasksRehearsal implements Rehearsal {
    private static final String ITEMS = "BatchGetItem";

    @Override
    public RequestStreamHandler handler(Environment environment, Log log) {
        return new TasksHandler(environment, log);
    }

    @Override
    public List<Scene> scenes(Environment environment) {
        return Stream.of(status(), list(environment.required("TASKS_TABLE")), quote(), uploads())
                .flatMap(List::stream)
                .toList();
    }

    /** Tasks in each state, none, and a table that refuses. */
    private static List<Scene> status() {
        return List.of(
                status(200).when("GetItem", found(Records.task("finished"))),
                status(200).when("GetItem", found(Records.task("due"))),
                status(200).when("GetItem", found(Records.failed())),
                status(404).when("GetItem", Reply.written()),
                status(503).when("GetItem", Reply.forbidden()),
                status(200)
                        .when("GetItem", Reply.empty(500), found(Records.task("accepted")))
                        .once());
    }

    private static Scene status(int status) {
        Map<String, String> path = Map.of("task_id", Records.TASK.value());
        return scene("GET /api/generate/status/{task_id}", path, Map.of(), null, status);
    }

    private static Reply found(Json.Obj item) {
        return Reply.dynamo(200, Json.object().put("Item", item).build());
    }

    /** A page that others follow, the last one, and what is refused. */
    private static List<Scene> list(String table) {
        Json.Builder page = Json.object()
                .put("Items", Json.array(List.of(Records.key())))
                .put("Count", 1)
                .put("ScannedCount", 1);
        Reply last = Reply.dynamo(200, page.build());
        Reply first = Reply.dynamo(
                200, page.put("LastEvaluatedKey", Records.task("due")).build());
        String cursor = Cursor.text(new TaskStore.Position(Records.TASK, 0));
        return List.of(
                list(200, Map.of()).when("Query", first).when(ITEMS, items(table, Records.task("finished"))),
                list(200, Map.of("limit", "3", "cursor", cursor, "status", "finished"))
                        .when("Query", last)
                        .when(ITEMS, items(table, Records.failed())),
                list(400, Map.of("limit", "all", "cursor", "?", "status", "done")),
                list(503, Map.of()).when("Query", Reply.forbidden()),
                list(200, Map.of())
                        .when("Query", Reply.empty(500), last)
                        .when(ITEMS, items(table, Records.task("due")))
                        .once());
    }

    private static Reply items(String table, Json.Obj item) {
        Json.Obj tables = Json.object().put(table, Json.array(List.of(item))).build();
        return Reply.dynamo(
                200,
                Json.object()
                        .put("Responses", tables)
                        .put("UnprocessedKeys", Json.object().build())
                        .build());
    }

    private static Scene list(int status, Map<String, String> query) {
        return scene("GET /api/generate/tasks", Map.of(), query, null, status);
    }

    /** A good request, one with a custom size, a bad one, and one that is no JSON. */
    private static List<Scene> quote() {
        return List.of(
                quote(200, """
                    {"model":"gpt-image-2","input":{"prompt":"A lighthouse at dawn","quality":"high",\
                    "size":"16:9","resolution":"2K"}}\
                    """),
                quote(200, """
                    {"model":"gpt-image-2-edit","callback_url":"https://client.example.com/hook",\
                    "input":{"prompt":"A lighthouse at dawn","size":"1536x1024","resolution":"2K",\
                    "image_urls":["https://images.example.com/a.png"]}}\
                    """),
                quote(400, "{\"model\":\"other\",\"input\":{\"size\":\"huge\",\"promt\":1}}"),
                quote(400, "no JSON"));
    }

    private static Scene quote(int status, String body) {
        return scene("POST /api/generate/quote", Map.of(), Map.of(), body, status);
    }

    /** Uploads within the day's limit and over it, one that is too large, and one taken out again. */
    private static List<Scene> uploads() {
        String upload = "{\"content_type\":\"image/jpeg\",\"bytes\":1000000}";
        return List.of(
                upload(200, upload).when("UpdateItem", Reply.written()),
                upload(429, upload)
                        .when("UpdateItem", Reply.refused(Json.object().build())),
                upload(400, "{\"content_type\":\"image/gif\",\"bytes\":1e9}"),
                scene(
                                "DELETE /api/generate/uploads/{upload_id}",
                                Map.of("upload_id", "upload-rehearsal-rehearsal-rehe-png"),
                                Map.of(),
                                null,
                                200)
                        .when("DELETE /rehearsal/uploads/", Reply.empty(204)));
    }

    private static Scene upload(int status, String body) {
        return scene("POST /api/generate/uploads", Map.of(), Map.of(), body, status);
    }

    private static Scene scene(
            String route, Map<String, String> path, Map<String, String> query, @Nullable String body, int status) {
        return Scene.of(Events.request(route, path, query, body), "\"statusCode\":" + status);
    }
}
