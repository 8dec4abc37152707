package dev.darkroom.callback;

import dev.darkroom.apidot.CallbackSignature;
import dev.darkroom.config.Environment;
import dev.darkroom.snapshot.Scene;
import dev.darkroom.task.TaskId;
import java.util.List;
import java.util.Map;

/** One scene: a webhook that makes its task due. */
final class CallbackRehearsal {
    private static final TaskId TASK = new TaskId("task-rehearsal-000000000000");

    private CallbackRehearsal() {}

    static List<Scene> scenes(Environment environment) {
        Map<String, String> path = Map.of(
                "task_id",
                TASK.value(),
                "signature",
                CallbackSignature.of(environment).of(TASK));
        return List.of(Scene.request("POST /callbacks/apidot/{task_id}/{signature}", path, """
            {"code":200,"data":{"task_id":"rehearsal","status":"finished","progress":100,\
            "output":{"files":[{"file_url":"https://files.example.com/0.png"}]}}}\
            """)
                .answered("UpdateItem", "{}"));
    }
}
