package dev.darkroom.apidot;

import dev.darkroom.apidot.SubmitOutcome.Reason;
import dev.darkroom.apidot.SubmitOutcome.Refused;
import dev.darkroom.apidot.SubmitOutcome.Unknown;
import dev.darkroom.apidot.SubmitOutcome.Why;
import dev.darkroom.json.Json;
import dev.darkroom.net.Exchange;
import dev.darkroom.net.Exchange.Trouble;
import dev.darkroom.net.RetryAfter;
import dev.darkroom.task.UpstreamTaskId;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one attempt to submit means. APIDot has no idempotency key, so repeating an accepted submit buys a second image. Only an
 * attempt that certainly made no task may be repeated. Any doubt is {@link Unknown}.
 */
final class SubmitAnswer {
    private SubmitAnswer() {}

    static SubmitOutcome of(Exchange.Attempt<Wire.Answer> result, Instant now, List<String> secrets) {
        return switch (result) {
            case Exchange.Failed<Wire.Answer>(Trouble _, boolean sent)
            when !sent -> new Refused(Reason.UNAVAILABLE, "APIDot cannot be reached. Try again later.", null);
            case Exchange.Failed<Wire.Answer>(Trouble trouble, boolean _) ->
                new Unknown(trouble == Trouble.TIMED_OUT ? Why.TIMED_OUT : Why.CONNECTION_LOST);
            case Exchange.Answered<Wire.Answer>(Wire.Answer answer) -> answered(answer, now, secrets);
        };
    }

    private static SubmitOutcome answered(Wire.Answer answer, Instant now, List<String> secrets) {
        Body body = Body.read(answer.body());
        boolean success = answer.status() / 100 == 2;
        long code = body == null ? 0 : body.code();
        if (!success || code >= 400) {
            return refused(success ? code : answer.status(), answer, body, now, secrets);
        }
        // Only the documented place of the id counts. A wrong id would be polled instead of the right one from the
        // webhook.
        Json.Obj data = body == null ? null : body.root().object("data");
        UpstreamTaskId id =
                data == null ? null : UpstreamTaskId.parse(Body.id(data)).orElse(null);
        return id == null ? new Unknown(Why.NO_TASK_ID) : new SubmitOutcome.Accepted(id);
    }

    private static SubmitOutcome refused(
            long status, Wire.Answer answer, @Nullable Body body, Instant now, List<String> secrets) {
        Duration retryAfter = RetryAfter.read(answer.retryAfter(), now);
        if (status == 408 || status < 400 || status > 503 || (status >= 500 && status != 503)) {
            return new Unknown(Why.UNCLEAR_STATUS);
        }
        if (status == 503 && retryAfter == null && !inOwnShape(body)) {
            // A proxy in between may answer this after APIDot has begun.
            return new Unknown(Why.UNCLEAR_STATUS);
        }
        String said = ErrorText.of(answer.body(), secrets);
        String message = said.isEmpty() ? "APIDot refused the request without a reason" : said;
        return switch ((int) status) {
            case 400, 422 -> new Refused(Reason.INVALID_REQUEST, message, null);
            // Upstream's text is not used, because it may quote a part of the key.
            case 401 -> new Refused(Reason.BAD_KEY, "APIDot does not accept our key", null);
            case 402 -> new Refused(Reason.INSUFFICIENT_CREDITS, message, null);
            case 429 -> new Refused(Reason.RATE_LIMITED, message, retryAfter);
            case 503 -> new Refused(Reason.UNAVAILABLE, message, retryAfter);
            default -> new Refused(Reason.OTHER_REFUSAL, message, null);
        };
    }

    /** {@code {"code":…,"error":{"message":"…"}}}: this answer comes from APIDot itself, not from a proxy. */
    private static boolean inOwnShape(@Nullable Body body) {
        Json.Obj error = body == null ? null : body.root().object("error");
        return body != null && body.code() >= 400 && error != null && error.string("message") != null;
    }
}
