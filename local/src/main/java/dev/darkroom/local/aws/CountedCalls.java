package dev.darkroom.local.aws;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/** Counts the requests to DynamoDB by operation, at the server, so that it also counts a client's repeats. Thread-safe. */
final class CountedCalls extends Handler.Wrapper {
    /** The header that names a request's operation: DynamoDB API Reference, "Making HTTP requests". */
    private static final String TARGET = "X-Amz-Target";

    private static final String TABLES = "DynamoDB_20120810.";

    private final Map<String, Long> arrived = new ConcurrentHashMap<>();

    CountedCalls(Handler handler) {
        super(handler);
    }

    Map<String, Long> arrived() {
        return new TreeMap<>(arrived);
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
        String target = request.getHeaders().get(TARGET);
        if (target != null && target.startsWith(TABLES)) {
            arrived.merge(target.substring(TABLES.length()), 1L, Long::sum);
        }
        return super.handle(request, response, callback);
    }
}
