package dev.darkroom.settle;

import dev.darkroom.config.Environment;
import dev.darkroom.snapshot.Scene;
import java.util.List;
import java.util.Map;

/** A task that has ended with an image, which is copied. Its record is from the future, because an old task would not be read. */
final class SettleRehearsal {
    private static final String TASK = "task-rehearsal-000000000000";

    /** An extended WebP without a frame: the smallest image that is also text. */
    private static final String IMAGE = "RIFF\26\0\0\0WEBPVP8X\n\0\0\0" + "\0".repeat(10);

    private SettleRehearsal() {}

    static List<Scene> scenes(Environment environment) {
        String event = """
            {"Records":[{"dynamodb":{"SequenceNumber":"1","Keys":{"task_id":{"S":"%s"}}}}]}\
            """.formatted(TASK);
        return List.of(new Scene(event, Map.of())
                .answered("UpdateItem", """
                    {"Attributes":{"task_id":{"S":"%s"},"user_id":{"S":"rehearsal"},"model":{"S":"gpt-image-2"},\
                    "request":{"S":"{}"},"credits":{"N":"1"},"resolution":{"S":"1K"},"state":{"S":"settling"},\
                    "upstream_task_id":{"S":"rehearsal"},"upstream_from":{"S":"submit"},"claim_id":{"S":"rehearsal"},\
                    "created_at":{"N":"9999999999999"},"updated_at":{"N":"1"},"version":{"N":"3"}}}\
                    """.formatted(TASK))
                .answered("GET /api/generate/status/rehearsal", """
                    {"code":200,"data":{"task_id":"rehearsal","status":"finished",\
                    "files":[{"file_type":"image","file_url":"%s/0.webp"}]}}\
                    """.formatted(environment.required("APIDOT_BASE_URL")))
                .answered("GET /0.webp", IMAGE)
                .answered("PUT /rehearsal/images/cmVoZWFyc2Fs/" + TASK + "/0.webp", "{}"));
    }
}
