package dev.darkroom.apidot;

import dev.darkroom.net.Deadline;
import dev.darkroom.net.Exchange;
import dev.darkroom.net.Exchange.Trouble;
import dev.darkroom.net.OutsideAnswer;
import dev.darkroom.net.SingleExchange;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.apache.hc.client5.http.classic.methods.HttpUriRequestBase;
import org.apache.hc.core5.http.HttpHeaders;
import org.jspecify.annotations.Nullable;

/** Sends requests to APIDot, each once. Thread-safe. */
final class Wire {
    /** An answer of APIDot has some hundred bytes. A longer one is cut off, and then unreadable. */
    static final int MAX_BODY = 2 * 1024 * 1024;

    private final SingleExchange http = new SingleExchange();

    /**
     * The answer of APIDot, of which at least the head came.
     *
     * @param retryAfter the header as sent
     * @param body as UTF-8 text, at most {@link #MAX_BODY} bytes; cut off where the connection or the time ended
     */
    record Answer(int status, @Nullable String retryAfter, String body) {}

    /** Sends the request and reads the answer. The limit is hard. */
    Exchange.Attempt<Answer> exchange(HttpUriRequestBase request, URI uri, Duration limit) {
        if (!limit.isPositive()) {
            return new Exchange.Failed<>(Trouble.TIMED_OUT, false);
        }
        try {
            // Its address is our setting, so it may be any address.
            return http.send(request, uri, true, new Deadline(limit), Wire::answer);
        } catch (RuntimeException e) {
            // This is unexpected. The request may have gone out.
            return new Exchange.Failed<>(Trouble.CONNECTION_FAILED, true);
        }
    }

    /** The status counts as soon as it is known, even if the body is incomplete. */
    private static Answer answer(OutsideAnswer answer) {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        try {
            InputStream content = answer.sent();
            byte[] chunk = new byte[8192];
            int length = content.read(chunk);
            while (length >= 0 && body.size() < MAX_BODY) {
                body.write(chunk, 0, Math.min(length, MAX_BODY - body.size()));
                length = content.read(chunk);
            }
        } catch (IOException e) {
            // The part that arrived is used.
        }
        return new Answer(
                answer.status(),
                answer.header(HttpHeaders.RETRY_AFTER).orElse(null),
                body.toString(StandardCharsets.UTF_8));
    }
}
