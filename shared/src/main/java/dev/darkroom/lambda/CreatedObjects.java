package dev.darkroom.lambda;

import dev.darkroom.json.Json;
import java.io.IOException;
import java.io.InputStream;

/** What EventBridge sends of a new object (S3 user guide, "EventBridge event message structure"). */
public final class CreatedObjects {
    private CreatedObjects() {}

    /**
     * The object's key; the bucket is the one that the function knows.
     *
     * @throws MalformedEventException when it is no such event
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
