package dev.darkroom.lambda;

import dev.darkroom.json.Json;
import java.io.IOException;
import java.io.InputStream;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A new object that a bucket reports (S3 user guide, "Event message structure"). */
public record CreatedObject(String bucket, String key) {
    /**
     * The objects of an event. S3 sends Lambda one at a time, and none in the event by which it tries a new notification.
     *
     * @throws MalformedEventException if it is not such an event
     */
    public static List<CreatedObject> read(InputStream in) throws IOException {
        Json.Obj event = EventJson.read(in);
        if ("s3:TestEvent".equals(event.string("Event"))) {
            return List.of();
        }
        List<CreatedObject> objects = event.items("Records").stream()
                .flatMap(record -> of(record).stream())
                .toList();
        if (objects.isEmpty()) {
            throw new MalformedEventException("names no object");
        }
        return objects;
    }

    private static Optional<CreatedObject> of(Json record) {
        Json.Obj s3 = record instanceof Json.Obj fields ? fields.object("s3") : null;
        String bucket = text(s3, "bucket", "name");
        String key = text(s3, "object", "key");
        return bucket == null || key == null
                ? Optional.empty()
                : Optional.of(new CreatedObject(bucket, URLDecoder.decode(key, StandardCharsets.UTF_8)));
    }

    private static @Nullable String text(Json.@Nullable Obj s3, String object, String field) {
        Json.Obj inner = s3 == null ? null : s3.object(object);
        return inner == null ? null : inner.string(field);
    }
}
