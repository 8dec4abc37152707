package dev.darkroom.lambda;

import dev.darkroom.json.Json;
import java.io.IOException;
import java.io.InputStream;

/** The event that EventBridge sends for a new object (S3 user guide, "EventBridge event message structure"). */
public final class CreatedObjects {
    private CreatedObjects() {}

    /**
     * The object's key. The function knows the bucket.
     *
     * @throws MalformedEventException if it is not such an event
     */
    public static String key(InputStream in) throws IOException {
        Json.Obj detail = EventJson.read(in).object("detail");
        Json.Obj object = detail == null ? null : detail.object("object");
        String key = object == null ? null : object.string("key");
        if (key == null) {
            throw new MalformedEventException("names no object");
        }
        return key;
    }
}
