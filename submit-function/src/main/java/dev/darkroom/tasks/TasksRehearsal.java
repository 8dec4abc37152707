package dev.darkroom.tasks;

import dev.darkroom.config.Environment;
import dev.darkroom.snapshot.Scene;
import java.util.List;
import java.util.Map;

/** The most frequent requests. */
final class TasksRehearsal {
    private static final String TASK = """
        {"task_id":{"S":"task-rehearsal-000000000000"},"user_id":{"S":"rehearsal"},"model":{"S":"gpt-image-2"},\
        "request":{"S":"{\\"model\\":\\"gpt-image-2\\",\\"input\\":{\\"prompt\\":\\"rehearsal\\"}}"},\
        "credits":{"N":"1"},"resolution":{"S":"1K"},"state":{"S":"finished"},"upstream_task_id":{"S":"rehearsal"},\
        "created_at":{"N":"0"},"updated_at":{"N":"0"},"version":{"N":"3"},\
        "files":{"S":"[{\\"key\\":\\"images/cmVoZWFyc2Fs/task-rehearsal-000000000000/0.png\\",\
        \\"content_type\\":\\"image/png\\",\\"bytes\\":70,\\"sha256\\":\\"00\\",\\"width\\":1,\\"height\\":1}]"}}\
        """;

    private static final String KEY =
            "{\"task_id\":{\"S\":\"task-rehearsal-000000000000\"},\"user_id\":{\"S\":\"rehearsal\"},\"created_at\":{\"N\":\"0\"}}";

    private TasksRehearsal() {}

    static List<Scene> scenes(Environment environment) {
        return List.of(
                Scene.request(
                                "GET /api/generate/status/{task_id}",
                                Map.of("task_id", "task-rehearsal-000000000000"),
                                null)
                        .answered("GetItem", "{\"Item\":" + TASK + "}"),
                Scene.request("GET /api/generate/tasks", Map.of(), null)
                        .answered("Query", "{\"Items\":[" + KEY + "],\"Count\":1,\"ScannedCount\":1}")
                        .answered(
                                "BatchGetItem",
                                "{\"Responses\":{\"" + environment.required("TASKS_TABLE") + "\":[" + TASK + "]}}"),
                Scene.request("POST /api/generate/quote", Map.of(), """
                    {"model":"gpt-image-2","input":{"prompt":"A lighthouse at dawn","size":"16:9","resolution":"2K"}}\
                    """),
                Scene.request("POST /api/generate/uploads", Map.of(), "{\"content_type\":\"image/png\",\"bytes\":1000}")
                        .answered("UpdateItem", "{}"));
    }
}
