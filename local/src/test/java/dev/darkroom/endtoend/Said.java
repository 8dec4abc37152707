package dev.darkroom.endtoend;

import dev.darkroom.json.Json;
import java.util.Map;
import java.util.Objects;

/**
 * An answer of the API.
 *
 * @param operation openapi.yaml's name of what was asked
 * @param request the body that was sent, empty when none was
 * @param headers by name in lower case
 */
record Said(String operation, String request, int status, Map<String, String> headers, Json.Obj body) {
    Said {
        headers = Map.copyOf(headers);
    }

    /** Whether the gateway itself answers, and no function of ours. */
    boolean byGateway() {
        return body.get("message") != null;
    }

    /** Whether a task stands otherwise than the request needs it. */
    boolean isConflict() {
        Json.Obj error = body.object("error");
        return error != null && "conflict".equals(error.string("type"));
    }

    /** What a good answer holds. */
    Json.Obj data() {
        return Objects.requireNonNull(body.object("data"), body.text());
    }
}
