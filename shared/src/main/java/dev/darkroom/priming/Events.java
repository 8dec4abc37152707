package dev.darkroom.priming;

import dev.darkroom.json.Json;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Events as API Gateway, the table's stream and the schedule send them. */
public final class Events {
    private Events() {}

    /** A request of the rehearsal's own user. */
    public static Json.Obj request(Map<String, String> path, Map<String, String> query, @Nullable String body) {
        return request(path, query, Map.of("content-type", "application/json"), body);
    }

    /** The same with these headers. */
    public static Json.Obj request(
            Map<String, String> path, Map<String, String> query, Map<String, String> headers, @Nullable String body) {
        return request("rehearsal", path, query, headers, body);
    }

    /** One for a function of several routes; the key is the gateway's, such as {@code GET /a/{b}}. */
    public static Json.Obj request(
            String routeKey, Map<String, String> path, Map<String, String> query, @Nullable String body) {
        return request(routeKey, path, query, Map.of("content-type", "application/json"), body);
    }

    private static Json.Obj request(
            String routeKey,
            Map<String, String> path,
            Map<String, String> query,
            Map<String, String> headers,
            @Nullable String body) {
        Json.Obj claims = Json.object()
                .put("iss", "https://issuer.example.com")
                .put("sub", Records.USER)
                .build();
        Json.Obj jwt = Json.object()
                .put("claims", claims)
                .put("scopes", Json.Null.NULL)
                .build();
        Json.Obj http = Json.object()
                .put("method", body == null ? "GET" : "POST")
                .put("path", "/rehearsal")
                .put("protocol", "HTTP/1.1")
                .put("sourceIp", "192.0.2.1")
                .put("userAgent", "rehearsal")
                .build();
        Json.Obj context = Json.object()
                .put("accountId", "000000000000")
                .put("authorizer", Json.object().put("jwt", jwt).build())
                .put("http", http)
                .put("requestId", "rehearsal")
                .put("routeKey", routeKey)
                .put("stage", "$default")
                .put("time", "01/Jan/2026:00:00:00 +0000")
                .put("timeEpoch", 1_767_225_600_000L)
                .build();
        Json.Builder event = Json.object()
                .put("version", "2.0")
                .put("routeKey", routeKey)
                .put("rawPath", "/rehearsal")
                .put("rawQueryString", "")
                .put("headers", strings(headers))
                .put("queryStringParameters", strings(query))
                .put("requestContext", context)
                .put("pathParameters", strings(path));
        return (body == null ? event : event.put("body", body))
                .put("isBase64Encoded", false)
                .build();
    }

    /** A batch with this item's change. */
    public static Json.Obj change(Json.Obj item) {
        Json.Obj key = Json.object()
                .put("task_id", Json.object().put("S", Records.TASK.value()).build())
                .build();
        Json.Obj change = Json.object()
                .put("ApproximateCreationDateTime", 1_767_225_600L)
                .put("Keys", key)
                .put("NewImage", item)
                .put("SequenceNumber", "100000000000000000001")
                .put("SizeBytes", 100)
                .put("StreamViewType", "NEW_IMAGE")
                .build();
        Json.Obj record = Json.object()
                .put("eventID", "rehearsal")
                .put("eventName", "MODIFY")
                .put("eventVersion", "1.1")
                .put("eventSource", "aws:dynamodb")
                .put("awsRegion", "rehearsal")
                .put("dynamodb", change)
                .put("eventSourceARN", "arn:aws:dynamodb:rehearsal")
                .build();
        return Json.object().put("Records", Json.array(List.of(record))).build();
    }

    /** The schedule's. */
    public static Json.Obj tick() {
        return Json.object()
                .put("version", "0")
                .put("id", "rehearsal")
                .put("detail-type", "Scheduled Event")
                .put("source", "aws.events")
                .put("account", "000000000000")
                .put("time", "2026-01-01T00:00:00Z")
                .put("resources", Json.array(List.of(Json.of("rehearsal"))))
                .put("detail", Json.object().build())
                .build();
    }

    private static Json.Obj strings(Map<String, String> fields) {
        Json.Builder object = Json.object();
        fields.forEach(object::put);
        return object.build();
    }
}
