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
 * What a webhook's body claims. APIDot publishes no payload; both shapes that published receivers read are accepted. It is a
 * hint and proves nothing: nobody but an authenticated status read settles a task.
 */
public sealed interface WebhookEvent {
    /** The most of an event that is persisted, in bytes of UTF-8. */
    int MAX_REPORT = 16 * 1024;

    /** The task is said to have ended, well or not. */
    record Ended(UpstreamTaskId id) implements WebhookEvent {}

    /** The task is said to be on its way, or in a state that we do not know. */
    record NotEnded(UpstreamTaskId id, Progress progress) implements WebhookEvent {}

    /** No JSON object that we can read, or one without a {@code task_id} that is a string and can be an id. */
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

    /** As UTF-8; bytes that are none become replacement characters. */
    static WebhookEvent read(byte[] body) {
        return read(new String(body, StandardCharsets.UTF_8));
    }

    /** As much of a body as is persisted: at most {@value #MAX_REPORT} bytes of UTF-8, cut between characters. */
    static String report(String body) {
        CharsetEncoder encoder = StandardCharsets.UTF_8.newEncoder().onMalformedInput(CodingErrorAction.REPLACE);
        CharBuffer chars = CharBuffer.wrap(body);
        ByteBuffer bytes = ByteBuffer.allocate(MAX_REPORT);
        encoder.encode(chars, bytes, true);
        return new String(bytes.array(), 0, bytes.position(), StandardCharsets.UTF_8);
    }
}
