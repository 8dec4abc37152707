package dev.darkroom.lambda;

import dev.darkroom.json.Json;
import java.io.IOException;
import java.io.InputStream;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A request to an HTTP API: what the functions read of an event in payload format 2.0 (API Gateway Developer Guide, "Lambda proxy
 * integrations for HTTP APIs").
 *
 * @param route the template's method and path, such as {@code GET /a/{b}}
 * @param path the parameters in the path
 * @param query the parameters in the query
 * @param headers by their names in lower case
 * @param claims of the token that the gateway's authorizer checked; null if there is no authorizer
 * @param body as in the event; empty if there is none
 */
public record HttpRequest(
        String route,
        Map<String, String> path,
        Map<String, String> query,
        Map<String, String> headers,
        @Nullable Map<String, String> claims,
        String body,
        boolean isBase64) {

    /**
     * Reads an event. It reads field by field: the runtime's own binding by reflection adds several hundred milliseconds to a cold
     * start.
     *
     * @throws MalformedEventException when it is not an HTTP API event of format 2.0
     */
    static HttpRequest read(InputStream in) throws IOException {
        Json.Obj event = EventJson.read(in);
        Json.Obj context = event.object("requestContext");
        if (!"2.0".equals(event.string("version")) || context == null || context.object("http") == null) {
            throw new MalformedEventException("is not an HTTP API event of format 2.0");
        }
        return new HttpRequest(
                Objects.requireNonNullElse(event.string("routeKey"), ""),
                EventJson.strings(event, "pathParameters"),
                EventJson.strings(event, "queryStringParameters"),
                lowerCaseNames(EventJson.strings(event, "headers")),
                claims(context.object("authorizer")),
                Objects.requireNonNullElse(event.string("body"), ""),
                event.get("isBase64Encoded") == Json.Bool.TRUE);
    }

    private static @Nullable Map<String, String> claims(Json.@Nullable Obj authorizer) {
        if (authorizer == null) {
            return null;
        }
        Json.Obj jwt = authorizer.object("jwt");
        return jwt == null ? Map.of() : EventJson.strings(jwt, "claims");
    }

    /** The gateway's names are in lower case already. Those of SAM's local gateway are not. */
    private static Map<String, String> lowerCaseNames(Map<String, String> headers) {
        Map<String, String> lower = new TreeMap<>();
        headers.forEach((name, value) -> lower.merge(name.toLowerCase(Locale.ROOT), value, (a, b) -> a + "," + b));
        return lower;
    }

    /** Names only the route, because everything else may be private. */
    @Override
    public String toString() {
        return "HttpRequest[" + route + "]";
    }
}
