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
import java.util.List;
import java.util.Map;

/** Tasks in each state, none, and a table that refuses. */
final class StatusRehearsal implements Rehearsal {
    @Override
    public RequestStreamHandler handler(Environment environment, Log log) {
        return new StatusHandler(environment, log);
    }

    @Override
    public List<Scene> scenes(Environment environment) {
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
        return Scene.of(
                Events.request(Map.of("task_id", Records.TASK.value()), Map.of(), null), "\"statusCode\":" + status);
    }

    private static Reply found(Json.Obj item) {
        return Reply.dynamo(200, Json.object().put("Item", item).build());
    }
}
