package dev.darkroom.local.aws;

import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Phaser;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/**
 * Sees the requests to DynamoDB at the server. Counts them by operation, a client's repeats included, and wakes those who wait
 * for a write. Thread-safe.
 */
final class ObservedCalls extends Handler.Wrapper {
    /** The header that names a request's operation: DynamoDB API Reference, "Making HTTP requests". */
    private static final String TARGET = "X-Amz-Target";

    private static final String TABLES = "DynamoDB_20120810.";

    private static final Set<String> READS = Set.of("BatchGetItem", "DescribeTable", "GetItem", "Query", "Scan");

    private final Phaser writes = new Phaser(1);
    private final Map<String, Long> arrived = new ConcurrentHashMap<>();

    ObservedCalls(Handler handler) {
        super(handler);
    }

    Map<String, Long> arrived() {
        return new TreeMap<>(arrived);
    }

    /** Advances after each answer to a request that may have changed a table. */
    Phaser writes() {
        return writes;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
        String target = request.getHeaders().get(TARGET);
        if (target == null || !target.startsWith(TABLES)) {
            return super.handle(request, response, callback);
        }
        String operation = target.substring(TABLES.length());
        arrived.merge(operation, 1L, Long::sum);
        Callback answered = READS.contains(operation) ? callback : Callback.from(callback, this::wrote);
        return super.handle(request, response, answered);
    }

    /** A phaser's only party must not arrive twice at the same time. */
    private void wrote() {
        synchronized (writes) {
            writes.arrive();
        }
    }
}
