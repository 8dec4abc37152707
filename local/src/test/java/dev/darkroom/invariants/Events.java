package dev.darkroom.invariants;

import dev.darkroom.json.Json;
import dev.darkroom.task.TaskId;
import dev.darkroom.testing.HttpEvent;
import java.util.List;
import java.util.Map;

/** The events that the functions are invoked with. */
final class Events {
    private Events() {}

    /** Returns a request from the gateway, of this user or of an anonymous sender. */
    static Json.Obj http(
            String method,
            String path,
            Map<String, String> pathParameters,
            Map<String, String> headers,
            String user,
            String body) {
        return new HttpEvent(method, path, pathParameters, Map.of(), headers, user.isEmpty() ? null : user, body, false)
                .json();
    }

    static Json.Obj stream(TaskId task) {
        Json.Obj keys = object("task_id", Json.object().put("S", task.value()).build());
        Json.Obj record = Json.object()
                .put("eventID", "1")
                .put("eventName", "MODIFY")
                .put(
                        "dynamodb",
                        Json.object()
                                .put("SequenceNumber", "1")
                                .put("Keys", keys)
                                .build())
                .build();
        return object("Records", Json.array(List.of(record)));
    }

    static Json.Obj schedule() {
        return Json.object()
                .put("id", "1")
                .put("source", "aws.events")
                .put("detail-type", "Scheduled Event")
                .build();
    }

    private static Json.Obj object(String name, Json value) {
        return Json.object().put(name, value).build();
    }
}
