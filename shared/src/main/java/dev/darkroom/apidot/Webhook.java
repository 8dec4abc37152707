package dev.darkroom.apidot;

import dev.darkroom.task.Report;
import dev.darkroom.task.UpstreamStatus;
import dev.darkroom.task.UpstreamTaskId;
import java.nio.charset.StandardCharsets;

/**
 * Reads the body of a webhook. APIDot documents no payload, so both forms that published receivers read are accepted. It is only a
 * hint: an authenticated status read settles a task.
 */
public final class Webhook {
    /** How much of an event is stored, in bytes of UTF-8. */
    private static final int MAX_STORED = 16 * 1024;

    private Webhook() {}

    /** What the body claims. A body without a usable {@code task_id} string is unreadable; an unknown state is no end. */
    public static Report read(String body) {
        Body event = Body.read(body);
        UpstreamTaskId id = event == null ? null : event.taskId();
        if (event == null || id == null) {
            return new Report.Unreadable(stored(body));
        }
        return switch (event.state()) {
            case StateWords.None _ -> new Report.NotEnded(id, event.progress(UpstreamStatus.NOT_STARTED));
            case StateWords.Strange _ -> new Report.NotEnded(id, event.progress(UpstreamStatus.RUNNING));
            case StateWords.Known known ->
                switch (known.status()) {
                    case FINISHED, FAILED -> new Report.Ended(id, stored(body));
                    case NOT_STARTED, RUNNING -> new Report.NotEnded(id, event.progress(known.status()));
                };
        };
    }

    /** The part of a body that is stored, cut between characters. */
    private static String stored(String body) {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        String kept = new String(bytes, 0, Math.min(bytes.length, MAX_STORED), StandardCharsets.UTF_8);
        // The decoder's replacement of a character that was cut.
        return bytes.length > MAX_STORED && kept.endsWith("\uFFFD") ? kept.substring(0, kept.length() - 1) : kept;
    }
}
