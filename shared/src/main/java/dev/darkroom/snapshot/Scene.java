package dev.darkroom.snapshot;

import dev.darkroom.json.Json;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One event of a rehearsal, and the answers to the calls that its handler makes.
 *
 * @param event as Lambda passes it to the function
 * @param outside the answer by call, a character for each byte; a call is an operation of DynamoDB, or a method and a path. The handler makes each of
 *     these calls and no others
 */
public record Scene(String event, Map<String, String> outside) {
    public Scene {
        outside = Map.copyOf(outside);
    }

    /**
     * A user's request through an HTTP API, without calls yet.
     *
     * @param route as the template names it, such as {@code GET /a/{b}}
     * @param path the parameters in it
     */
    public static Scene request(String route, Map<String, String> path, @Nullable String body) {
        Json.Builder parameters = Json.object();
        path.forEach(parameters::put);
        String event =
                """
                {"version":"2.0","routeKey":"%s","pathParameters":%s,"body":%s,\
                "headers":{"content-type":"application/json","idempotency-key":"rehearsal"},\
                "requestContext":{"http":{},"authorizer":{"jwt":{"claims":{"sub":"rehearsal"}}}}}\
                """.formatted(route, parameters.build().text(), Json.of(body).text());
        return new Scene(event, Map.of());
    }

    /** This scene with one more call, which gets 200 with this body. */
    public Scene answered(String call, String body) {
        Map<String, String> more = new LinkedHashMap<>(outside);
        more.put(call, body);
        return new Scene(event, more);
    }
}
