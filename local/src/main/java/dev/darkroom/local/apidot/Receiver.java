package dev.darkroom.local.apidot;

import com.standardwebhooks.Webhook;
import com.standardwebhooks.exceptions.WebhookVerificationException;
import dev.darkroom.json.Json;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** Client servers for callbacks, any number of them, by name. They keep what arrived and answer as told. Thread-safe. */
public final class Receiver {
    private static final int MAX_BODY = 4 * 1024 * 1024;
    private static final int MAX_KEPT_BODY = 64 * 1024;
    private static final int MAX_KEPT = 1000;

    private final List<String> secrets;
    private final Waits waits;
    private final Map<String, Inbox> inboxes = new HashMap<>();

    Receiver(List<String> secrets, Waits waits) {
        this.secrets = secrets;
        this.waits = waits;
    }

    private static final class Inbox {
        private final Deque<Callback> callbacks = new ArrayDeque<>();
        private long received;
        private ReceiverAnswer answer = ReceiverAnswer.OK;
    }

    /** From now on, the receiver of this name answers like this. */
    public synchronized void answer(String name, ReceiverAnswer answer) {
        inbox(name).answer = answer;
    }

    /** What the receiver of this name got, oldest first, the latest 1000. */
    public synchronized List<Callback> callbacks(String name) {
        return List.copyOf(inbox(name).callbacks);
    }

    /** How many the receiver of this name got. */
    public synchronized long received(String name) {
        return inbox(name).received;
    }

    /** Forgets what the receiver of this name got and how it was to answer. */
    public synchronized void forget(String name) {
        inboxes.remove(name);
    }

    void handle(ApiDotCall call, String name) throws IOException {
        switch (call.method()) {
            case "POST" -> receive(call, name);
            case "GET" ->
                call.answer(
                        200,
                        Json.object()
                                .put("received", received(name))
                                .put(
                                        "callbacks",
                                        Json.array(callbacks(name).stream()
                                                .map(Callback::shown)
                                                .toList()))
                                .build());
            case "PUT" -> {
                answer(name, ReceiverAnswer.read(call.json()));
                call.answer(200, Json.object().put("ok", true).build());
            }
            case "DELETE" -> {
                forget(name);
                call.answer(200, Json.object().put("ok", true).build());
            }
            default -> call.answer(Reply.of(405, Reply.Body.TEXT));
        }
    }

    private void receive(ApiDotCall call, String name) throws IOException {
        Optional<byte[]> body = call.body(MAX_BODY);
        if (body.isEmpty()) {
            call.answer(Reply.of(413, Reply.Body.TEXT));
            return;
        }
        ReceiverAnswer answer = keep(name, call.headers(), body.get());
        if (!answer.hangs().isZero() && !waits.lasting(answer.hangs())) {
            call.cut();
            return;
        }
        if (answer.cuts()) {
            call.cut();
            return;
        }
        if (answer.retryAfter() != null) {
            call.answerHeader("Retry-After", answer.retryAfter());
        }
        if (answer.location() != null) {
            call.answerHeader("Location", answer.location());
        }
        if (answer.bytes() == 0) {
            call.answer(answer.status(), "application/json", "{\"ok\":true}".getBytes(StandardCharsets.UTF_8));
            return;
        }
        try (OutputStream out = call.stream(answer.status(), "text/plain", answer.bytes())) {
            Paced.zeros(out, answer.bytes(), answer.bytesPerSecond(), waits);
        }
    }

    private synchronized ReceiverAnswer keep(String name, Map<String, String> headers, byte[] body) {
        Inbox inbox = inbox(name);
        ReceiverAnswer answer = inbox.answer;
        if (answer.times() > 0) {
            inbox.answer = answer.times() == 1 ? ReceiverAnswer.OK : answer.withTimes(answer.times() - 1);
        }
        inbox.received++;
        String text = new String(body, StandardCharsets.UTF_8);
        inbox.callbacks.add(new Callback(
                Instant.now(),
                Objects.requireNonNullElse(headers.get("webhook-id"), ""),
                headers,
                new String(body, 0, Math.min(body.length, MAX_KEPT_BODY), StandardCharsets.UTF_8),
                signature(headers, text),
                answer.cuts() ? 0 : answer.status()));
        if (inbox.callbacks.size() > MAX_KEPT) {
            inbox.callbacks.remove();
        }
        return answer;
    }

    private Callback.Signature signature(Map<String, String> headers, String body) {
        if (secrets.isEmpty()) {
            return Callback.Signature.NOT_CHECKED;
        }
        Map<String, List<String>> lists = new HashMap<>();
        headers.forEach((name, value) -> lists.put(name, List.of(value)));
        for (String secret : secrets) {
            try {
                new Webhook(secret).verify(body, lists);
                return Callback.Signature.VALID;
            } catch (WebhookVerificationException e) {
                // Another secret may have signed it.
            }
        }
        return Callback.Signature.WRONG;
    }

    private Inbox inbox(String name) {
        return inboxes.computeIfAbsent(name, _ -> new Inbox());
    }
}
