package dev.darkroom.notify;

import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import dev.darkroom.apidot.ApiDot;
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

/** A receiver that takes the callback, one that wants it later, one that is gone, and one that must not be called. */
final class NotifyRehearsal implements Rehearsal {
    private static final String CLAIM_AND_WRITE = "UpdateItem";
    private static final String RECEIVER = "POST /hook";

    @Override
    public RequestStreamHandler handler(Environment environment, Log log) {
        return new NotifyHandler(environment, log);
    }

    @Override
    public List<Scene> scenes(Environment environment) {
        // Any host of the stage will do.
        Json.Obj task = ended(environment.required(ApiDot.BASE_URL) + "/hook");
        return List.of(
                due(task).when(RECEIVER, Reply.empty(204)),
                due(task).when(RECEIVER, Reply.json(200, "{}").inChunks()),
                due(task).when(RECEIVER, Reply.json(503, "{}").with("Retry-After", "Thu, 01 Jan 2026 00:00:00 GMT")),
                due(task).when(RECEIVER, Reply.empty(410)),
                due(ended("https://192.0.2.1/hook")),
                Scene.of(Events.change(task), "\"batchItemFailures\":[]").when(CLAIM_AND_WRITE, Reply.refused(task)),
                Scene.of(Events.change(task), "itemIdentifier").when(CLAIM_AND_WRITE, Reply.forbidden()),
                Scene.of(Events.change(task), "\"batchItemFailures\":[]")
                        .when(CLAIM_AND_WRITE, Reply.empty(500), Reply.refused(task))
                        .once());
    }

    private static Scene due(Json.Obj task) {
        return Scene.of(Events.change(task), "\"batchItemFailures\":[]")
                .when(CLAIM_AND_WRITE, Reply.written(task), Reply.written());
    }

    private static Json.Obj ended(String receiver) {
        return Records.task(
                "finished",
                Map.of(
                        Attribute.CLAIM_ID,
                        "rehearsal",
                        Attribute.CALLBACK_URL,
                        receiver,
                        Attribute.CALLBACK_STATUS,
                        "sending"),
                Map.of(Attribute.CALLBACK_ATTEMPTS, 1L));
    }
}
