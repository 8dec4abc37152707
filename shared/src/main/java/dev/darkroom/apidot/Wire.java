package dev.darkroom.apidot;

import dev.darkroom.net.Deadline;
import dev.darkroom.net.NameLookup;
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

/** Requests to APIDot, each sent once. Thread-safe. */
final class Wire {
    /** An answer of APIDot's has some hundred bytes; what is longer is cut and then unreadable. */
    static final int MAX_BODY = 2 * 1024 * 1024;

    private final SingleExchange http = new SingleExchange(NameLookup.system());

    /** Sends the request and reads the answer within the limit, a hard one. */
    Exchange exchange(HttpUriRequestBase request, URI uri, Duration limit) {
        if (!limit.isPositive()) {
            return new Exchange.NeverSent();
        }
        try (Deadline deadline = new Deadline(limit)) {
            // Its address is a setting of ours, and may be any.
            return switch (http.send(request, uri, true, deadline, Wire::answered)) {
                case SingleExchange.Outcome.Answered<Exchange>(Exchange answered) -> answered;
                case SingleExchange.Outcome.Lost<Exchange> _ -> new Exchange.Lost(deadline.isOver());
                case SingleExchange.Outcome.NeverSent<Exchange> _ -> new Exchange.NeverSent();
            };
        } catch (RuntimeException e) {
            // Nobody expects one; that the request did not go out is not certain then.
            return new Exchange.Lost(false);
        }
    }

    /** The status counts as soon as it is known, however much of the body comes. */
    private static Exchange answered(OutsideAnswer answer) {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        try {
            InputStream content = answer.body();
            byte[] chunk = new byte[8192];
            int length = content.read(chunk);
            while (length >= 0 && body.size() < MAX_BODY) {
                body.write(chunk, 0, Math.min(length, MAX_BODY - body.size()));
                length = content.read(chunk);
            }
        } catch (IOException e) {
            // What came of it is judged.
        }
        return new Exchange.Answered(
                answer.status(),
                answer.header(HttpHeaders.RETRY_AFTER).orElse(null),
                body.toString(StandardCharsets.UTF_8));
    }
}
