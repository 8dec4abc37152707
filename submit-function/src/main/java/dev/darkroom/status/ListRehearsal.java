package dev.darkroom.status;

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

/** A page that others follow, the last one, and what is refused. */
final class ListRehearsal implements Rehearsal {
    @Override
    public RequestStreamHandler handler(Environment environment, Log log) {
        return new ListHandler(environment, log);
    }

    @Override
    public List<Scene> scenes(Environment environment) {
        Json.Builder page = Json.object()
                .put("Items", Json.array(List.of(Records.task("finished"), Records.task("due"), Records.failed())))
                .put("Count", 3)
                .put("ScannedCount", 3);
        Reply last = Reply.dynamo(200, page.build());
        Reply first = Reply.dynamo(
                200, page.put("LastEvaluatedKey", Records.task("due")).build());
        String cursor = Cursor.text(new TaskStore.Position(Records.TASK, 0));
        return List.of(
                list(200, Map.of()).when("Query", first),
                list(200, Map.of("limit", "3", "cursor", cursor, "status", "finished"))
                        .when("Query", last),
                list(400, Map.of("limit", "all", "cursor", "?", "status", "done")),
                list(503, Map.of()).when("Query", Reply.forbidden()),
                list(200, Map.of()).when("Query", Reply.empty(500), last).once());
    }

    private static Scene list(int status, Map<String, String> query) {
        return Scene.of(Events.request(Map.of(), query, null), "\"statusCode\":" + status);
    }
}
