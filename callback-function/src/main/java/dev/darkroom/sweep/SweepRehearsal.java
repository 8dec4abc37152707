package dev.darkroom.sweep;

import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import dev.darkroom.config.Environment;
import dev.darkroom.json.Json;
import dev.darkroom.log.Log;
import dev.darkroom.priming.Events;
import dev.darkroom.priming.Records;
import dev.darkroom.priming.Rehearsal;
import dev.darkroom.priming.Reply;
import dev.darkroom.priming.Scene;
import dev.darkroom.task.Attribute;
import java.util.List;
import java.util.Map;

/** Nothing overdue, tasks and callbacks overdue in every shard, and a table that refuses. */
final class SweepRehearsal implements Rehearsal {
    private static final String READ = "Query";
    private static final String WAKE = "UpdateItem";

    @Override
    public RequestStreamHandler handler(Environment environment, Log log) {
        return new SweepHandler(environment, log);
    }

    @Override
    public List<Scene> scenes(Environment environment) {
        Json.Obj task = Records.task("accepted", Map.of(), Map.of(Attribute.DUE_AT, 1L));
        Json.Obj callback =
                Records.task("finished", Map.of(Attribute.CALLBACK_STATUS, "waiting"), Map.of(Attribute.DUE_AT, 1L));
        return List.of(
                sweep().when(READ, found(List.of())),
                sweep().when(READ, found(List.of(task, callback))).when(WAKE, Reply.written()),
                sweep().when(READ, found(List.of(callback))).when(WAKE, Reply.refused(callback), Reply.written()),
                Scene.of(Events.tick(), "").when(READ, Reply.forbidden()),
                sweep().when(READ, Reply.empty(500), found(List.of())).once());
    }

    private static Scene sweep() {
        return Scene.of(Events.tick(), "\"complete\":true");
    }

    private static Reply found(List<Json.Obj> items) {
        return Reply.dynamo(
                200,
                Json.object()
                        .put("Items", Json.array(items))
                        .put("Count", items.size())
                        .put("ScannedCount", items.size())
                        .build());
    }
}
