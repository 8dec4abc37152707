package dev.darkroom.submit;

import dev.darkroom.config.Environment;
import dev.darkroom.snapshot.Scene;
import java.util.List;
import java.util.Map;

/** A submit that APIDot accepts. */
final class SubmitRehearsal {
    private SubmitRehearsal() {}

    static List<Scene> scenes(Environment environment) {
        boolean limited = environment.integer("DAILY_CREDIT_LIMIT", 2000, 0, Integer.MAX_VALUE) > 0;
        return List.of(Scene.request("POST /api/generate/submit", Map.of(), """
            {"model":"gpt-image-2","callback_url":"https://client.example.com/hook",\
            "input":{"prompt":"A lighthouse at dawn","quality":"high","size":"16:9","resolution":"2K"}}\
            """)
                .answered("GetItem", "{}")
                .answered(limited ? "TransactWriteItems" : "UpdateItem", "{}")
                .answered("POST /api/generate/submit", """
                    {"code":200,"data":{"task_id":"rehearsal","status":"not_started",\
                    "created_time":"2026-01-01T00:00:00"}}\
                    """)
                .answered("UpdateItem", "{}"));
    }
}
