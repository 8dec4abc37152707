package dev.darkroom.lambda;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import dev.darkroom.log.Log;
import dev.darkroom.task.StoreUnavailableException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/** A function behind an HTTP API. */
public abstract class HttpFunction implements RequestStreamHandler {
    protected final Log log;

    protected HttpFunction(Log log) {
        this.log = log;
    }

    protected abstract HttpAnswer answer(HttpRequest request);

    /** The answer after an unexpected failure. */
    protected HttpAnswer refuse(ApiError error) {
        return Answers.error(error);
    }

    /**
     * Reads the event, and writes the answer to it. It logs the kind and place of an unexpected failure and answers 503. So the
     * caller learns nothing about the failure, and may try again.
     *
     * @throws MalformedEventException if the event is not an HTTP request, so there is nobody to answer
     */
    @Override
    public final void handleRequest(InputStream in, OutputStream out, Context context) throws IOException {
        answerOrRefusal(HttpRequest.read(in)).write(out);
    }

    private HttpAnswer answerOrRefusal(HttpRequest request) {
        try {
            return answer(request);
        } catch (RuntimeException e) {
            log.error(e instanceof StoreUnavailableException ? "storage_unavailable" : "unexpected_failure")
                    .cause(e)
                    .write();
            return refuse(ApiError.unavailable("The service cannot answer now. Try again later."));
        }
    }
}
