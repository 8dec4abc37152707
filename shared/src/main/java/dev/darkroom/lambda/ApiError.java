package dev.darkroom.lambda;

import dev.darkroom.json.Json;
import dev.darkroom.request.Problem;
import dev.darkroom.task.Word;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An error, as clients see it.
 *
 * @param message one sentence for a person; never quotes a prompt or a URL
 * @param details what is wrong, field by field; empty if no field is at fault
 * @param retryAfter when to try again; never null for a type that promises {@code Retry-After}
 */
public record ApiError(
        Type type,
        String message,
        List<Problem> details,
        @Nullable Duration retryAfter) {

    /** The wait that a client is asked for if nobody knows a better one. */
    public static final Duration RETRY_AFTER = Duration.ofSeconds(5);

    /** The types of errors. Clients decide by these. */
    public enum Type implements Word {
        INVALID_REQUEST(400),
        AUTHENTICATION_ERROR(401),
        INSUFFICIENT_CREDITS(402),
        /** Only the sender of a webhook gets it. */
        FORBIDDEN(403),
        NOT_FOUND(404),
        IDEMPOTENCY_CONFLICT(409),
        CONFLICT(409),
        PAYLOAD_TOO_LARGE(413),
        UNSUPPORTED_MEDIA_TYPE(415),
        IDEMPOTENCY_MISMATCH(422),
        RATE_LIMITED(429),
        UPSTREAM_ERROR(502),
        UNAVAILABLE(503);

        private final int status;

        Type(int status) {
            this.status = status;
        }

        public int status() {
            return status;
        }

        boolean promisesRetryAfter() {
            return this == IDEMPOTENCY_CONFLICT || this == RATE_LIMITED || this == UNAVAILABLE;
        }
    }

    public ApiError {
        details = List.copyOf(details);
        if (type.promisesRetryAfter() != (retryAfter != null)) {
            throw new IllegalArgumentException(
                    type.text() + (retryAfter == null ? " needs" : " takes no") + " Retry-After");
        }
    }

    /** An error without field details and without {@code Retry-After}. */
    public static ApiError of(Type type, String message) {
        return new ApiError(type, message, List.of(), null);
    }

    /** A temporary error: 429, 503, or 409 while another request runs. */
    public static ApiError retryLater(Type type, String message, Duration retryAfter) {
        return new ApiError(type, message, List.of(), retryAfter);
    }

    /** 503: the same request may succeed soon. */
    public static ApiError unavailable(String message) {
        return retryLater(Type.UNAVAILABLE, message, RETRY_AFTER);
    }

    /** 400 with all problems. */
    public static ApiError invalidRequest(List<Problem> problems) {
        String message = problems.size() == 1
                ? "The request is not valid: " + problems.getFirst().field() + " "
                        + problems.getFirst().message() + "."
                : "The request is not valid: " + problems.size() + " problems.";
        return new ApiError(Type.INVALID_REQUEST, message, problems, null);
    }

    /** 404: the same message for an unknown task and for another user's. */
    public static ApiError unknownTask() {
        return of(Type.NOT_FOUND, "There is no such task.");
    }

    /** 409: the task's state does not allow the request. Nothing was changed. */
    public static ApiError conflict(String message) {
        return of(Type.CONFLICT, message);
    }

    /** 401: the request names no user. */
    public static ApiError noUser() {
        return of(Type.AUTHENTICATION_ERROR, "A bearer token that names a user is required.");
    }

    Json body() {
        Json.Builder error = Json.object()
                .put("type", type.text())
                .put("message", message)
                .put(
                        "details",
                        Json.array(details.stream()
                                .map(problem -> Json.object()
                                        .put("field", problem.field())
                                        .put("message", problem.message())
                                        .build())
                                .toList()));
        return Json.object()
                .put("code", type.status())
                .put("error", error.build())
                .build();
    }
}
