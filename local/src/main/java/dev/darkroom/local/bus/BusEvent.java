package dev.darkroom.local.bus;

import dev.darkroom.json.Json;
import dev.darkroom.local.aws.Clients;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.UUID;

/** Events as EventBridge words them (EventBridge user guide, "Events"; S3 user guide, "EventBridge event message structure"). */
public final class BusEvent {
    private BusEvent() {}

    /** A schedule's time has come. */
    public static Json.Obj scheduled(String rule) {
        return event("aws.events", "Scheduled Event", "arn:aws:local:" + rule, Json.object());
    }

    /** An object was written. */
    public static Json.Obj created(String bucket, String key, long size) {
        return event(
                "aws.s3",
                "Object Created",
                "arn:aws:s3:::" + bucket,
                Json.object()
                        .put("version", "0")
                        .put("bucket", Json.object().put("name", bucket).build())
                        .put(
                                "object",
                                Json.object().put("key", key).put("size", size).build())
                        .put("reason", "PutObject"));
    }

    private static Json.Obj event(String source, String type, String resource, Json.Builder detail) {
        return Json.object()
                .put("version", "0")
                .put("id", UUID.randomUUID().toString())
                .put("detail-type", type)
                .put("source", source)
                .put("account", "000000000000")
                .put("time", Instant.now().truncatedTo(ChronoUnit.SECONDS).toString())
                .put("region", Clients.REGION)
                .put("resources", Json.array(List.of(Json.of(resource))))
                .put("detail", detail.build())
                .build();
    }
}
