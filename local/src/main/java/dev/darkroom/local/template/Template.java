package dev.darkroom.local.template;

import dev.darkroom.json.Json;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.model.CreateTableRequest;

/**
 * The parts of the template that the local stack runs, with every reference resolved.
 *
 * @param cors by the logical id of an HTTP API; an API without an entry has no CORS
 */
public record Template(List<Function> functions, List<Table> tables, List<Bucket> buckets, Map<String, Cors> cors) {

    public Template {
        functions = List.copyOf(functions);
        tables = List.copyOf(tables);
        buckets = List.copyOf(buckets);
        cors = Map.copyOf(cors);
    }

    /** The web pages that may call an HTTP API or a bucket, and how; {@code maxAge} in seconds, 0 when not set. */
    public record Cors(
            List<String> origins, List<String> methods, List<String> headers, List<String> exposed, int maxAge) {
        public Cors {
            origins = List.copyOf(origins);
            methods = List.copyOf(methods);
            headers = List.copyOf(headers);
            exposed = List.copyOf(exposed);
        }
    }

    /**
     * One Lambda function.
     *
     * @param id its logical id
     * @param handler the class name of its handler
     * @param memory in MB
     * @param snapStart whether published versions start from a snapshot
     */
    public record Function(
            String id,
            String handler,
            Duration timeout,
            int memory,
            boolean snapStart,
            Map<String, String> environment,
            List<EventSource> events) {
        public Function {
            environment = Map.copyOf(environment);
            events = List.copyOf(events);
        }

        /** Its events of one kind. */
        public <T extends EventSource> Stream<T> events(Class<T> kind) {
            return events.stream().filter(kind::isInstance).map(kind::cast);
        }
    }

    /** What invokes a function. */
    public sealed interface EventSource {

        /** A route of an HTTP API; {@code authorized} when its callers need a token. */
        record Route(String api, String method, String path, boolean authorized) implements EventSource {
            /** As API Gateway names it: {@code GET /a/{b}}. */
            public String key() {
                return method + " " + path;
            }
        }

        /** The stream of a table, with the settings of its event source mapping; {@code patterns} empty: everything. */
        record TableStream(
                String table,
                List<Json.Obj> patterns,
                int batchSize,
                Duration batchingWindow,
                int parallelization,
                int maximumRetries,
                Duration maximumAge,
                boolean reportsItemFailures,
                boolean bisects)
                implements EventSource {
            public TableStream {
                patterns = List.copyOf(patterns);
            }
        }

        /** A schedule. How often it calls is a setting on this machine. */
        record Schedule() implements EventSource {}

        /** The new objects of a bucket whose keys begin with the prefix. */
        record NewObjects(String bucket, String prefix) implements EventSource {}
    }

    /** A DynamoDB table, as it is created. */
    public record Table(String id, CreateTableRequest request) {
        public String name() {
            return request.tableName();
        }
    }

    /** A bucket; {@code cors} null: no web page may call it. */
    public record Bucket(String name, @Nullable Cors cors) {}
}
