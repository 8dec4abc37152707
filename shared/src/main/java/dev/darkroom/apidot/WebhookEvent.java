package dev.darkroom.apidot;

import dev.darkroom.task.Progress;
import dev.darkroom.task.UpstreamStatus;
import dev.darkroom.task.UpstreamTaskId;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetEncoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/**
 * What a webhook's body claims. APIDot documents no payload, so both forms that published receivers read are accepted. It is only
 * a hint: an authenticated status read settles a task.
 */
public sealed interface WebhookEvent {
    /** How much of an event is stored, in bytes of UTF-8. */
    int MAX_REPORT = 16 * 1024;

    /** It says that the task has finished or failed. */
    record Ended(UpstreamTaskId id) implements WebhookEvent {}

    /** It says that the task has not ended, or names an unknown state. */
    record NotEnded(UpstreamTaskId id, Progress progress) implements WebhookEvent {}

    /** It is not a JSON object that we can read, or has no usable {@code task_id} string. */
    record Unreadable() implements WebhookEvent {}

    static WebhookEvent read(String body) {
        Body event = Body.read(body);
        UpstreamTaskId id = event == null ? null : event.taskId();
        if (event == null || id == null) {
            return new Unreadable();
        }
        return switch (event.state()) {
            case StateWords.None _ -> new NotEnded(id, event.progress(UpstreamStatus.NOT_STARTED));
            case StateWords.Strange _ -> new NotEnded(id, event.progress(UpstreamStatus.RUNNING));
            case StateWords.Known known ->
                switch (known.status()) {
                    case FINISHED, FAILED -> new Ended(id);
                    case NOT_STARTED, RUNNING -> new NotEnded(id, event.progress(known.status()));
                };
        };
    }

    /** Reads the body as UTF-8. Invalid bytes become replacement characters. */
    static WebhookEvent read(byte[] body) {
        return read(new String(body, StandardCharsets.UTF_8));
    }

    /** The part of a body that is stored: at most {@value #MAX_REPORT} bytes of UTF-8, cut between characters. */
    static String report(String body) {
        CharsetEncoder encoder = StandardCharsets.UTF_8.newEncoder().onMalformedInput(CodingErrorAction.REPLACE);
        CharBuffer chars = CharBuffer.wrap(body);
        ByteBuffer bytes = ByteBuffer.allocate(MAX_REPORT);
        encoder.encode(chars, bytes, true);
        return new String(bytes.array(), 0, bytes.position(), StandardCharsets.UTF_8);
    }
}
