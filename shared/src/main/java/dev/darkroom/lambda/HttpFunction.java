package dev.darkroom.lambda;

import dev.darkroom.log.Log;
import dev.darkroom.task.StoreUnavailableException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.function.Function;

/** What every function behind an HTTP API does, beside its own work. */
public final class HttpFunction {
    private static final Duration RETRY_AFTER = Duration.ofSeconds(5);

    private HttpFunction() {}

    /**
     * Reads the event, lets the function answer, and writes the answer. It logs the kind and place of an unexpected failure and
     * answers 503. So the caller learns nothing about the failure, and may try again.
     *
     * @throws MalformedEventException if the event is not an HTTP request, so there is nobody to answer
     */
    public static void serve(InputStream in, OutputStream out, Log log, Function<HttpRequest, HttpAnswer> function)
            throws IOException {
        serve(in, out, log, function, Answers::error);
    }

    /** The same for a function that makes its own answer from an error. */
    public static void serve(
            InputStream in,
            OutputStream out,
            Log log,
            Function<HttpRequest, HttpAnswer> function,
            Function<ApiError, HttpAnswer> refusal)
            throws IOException {
        answer(HttpRequest.read(in), log, function, refusal).write(out);
    }

    private static HttpAnswer answer(
            HttpRequest request,
            Log log,
            Function<HttpRequest, HttpAnswer> function,
            Function<ApiError, HttpAnswer> refusal) {
        try {
            return function.apply(request);
        } catch (RuntimeException e) {
            log.error(e instanceof StoreUnavailableException ? "storage_unavailable" : "unexpected_failure")
                    .cause(e)
                    .write();
            return refusal.apply(ApiError.retryLater(
                    ApiError.Type.UNAVAILABLE, "The service cannot answer now. Try again later.", RETRY_AFTER));
        }
    }
}
