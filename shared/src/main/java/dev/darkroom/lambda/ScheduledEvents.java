package dev.darkroom.lambda;

import com.amazonaws.services.lambda.runtime.events.ScheduledEvent;
import dev.darkroom.json.Json;
import java.io.IOException;
import java.io.InputStream;

/** What a schedule sends (EventBridge User Guide, "Scheduled events"). */
public final class ScheduledEvents {
    private ScheduledEvents() {}

    /**
     * The event's id, source and type. Not its time: that is when it should have been sent, and a function goes by its own clock.
     *
     * @throws MalformedEventException when it is no event of EventBridge
     */
    public static ScheduledEvent read(InputStream in) throws IOException {
        Json.Obj json = EventJson.read(in);
        if (json.string("source") == null || json.string("detail-type") == null) {
            throw new MalformedEventException("is no scheduled event");
        }
        return new ScheduledEvent()
                .withId(json.string("id"))
                .withSource(json.string("source"))
                .withDetailType(json.string("detail-type"));
    }
}
