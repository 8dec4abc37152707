package dev.darkroom.local.event;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.darkroom.json.Json;
import dev.darkroom.local.aws.Clients;
import java.net.URLEncoder;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.UUID;

/** Events as AWS words them. */
public final class AwsEvent {
    private AwsEvent() {}

    /** A schedule's time has come (EventBridge user guide, "Events"). */
    public static Json.Obj scheduled(String rule) {
        return Json.object()
                .put("version", "0")
                .put("id", UUID.randomUUID().toString())
                .put("detail-type", "Scheduled Event")
                .put("source", "aws.events")
                .put("account", "000000000000")
                .put("time", Instant.now().truncatedTo(ChronoUnit.SECONDS).toString())
                .put("region", Clients.REGION)
                .put("resources", Json.array(List.of(Json.of("arn:aws:local:" + rule))))
                .put("detail", Json.object().build())
                .build();
    }

    /** An object was written (S3 user guide, "Event message structure"). */
    public static Json.Obj created(String bucket, String key, long size) {
        Json.Obj s3 = Json.object()
                .put("s3SchemaVersion", "1.0")
                .put(
                        "bucket",
                        Json.object()
                                .put("name", bucket)
                                .put("arn", "arn:aws:s3:::" + bucket)
                                .build())
                .put(
                        "object",
                        Json.object()
                                .put("key", URLEncoder.encode(key, UTF_8).replace("%2F", "/"))
                                .put("size", size)
                                .build())
                .build();
        Json.Obj record = Json.object()
                .put("eventVersion", "2.1")
                .put("eventSource", "aws:s3")
                .put("awsRegion", Clients.REGION)
                .put("eventTime", Instant.now().truncatedTo(ChronoUnit.MILLIS).toString())
                .put("eventName", "ObjectCreated:Put")
                .put("s3", s3)
                .build();
        return Json.object().put("Records", Json.array(List.of(record))).build();
    }
}
