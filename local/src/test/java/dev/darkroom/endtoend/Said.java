package dev.darkroom.endtoend;

import dev.darkroom.json.Json;
import java.util.Map;
import java.util.Objects;

/**
 * An answer of the API.
 *
 * @param operation the operation's name in openapi.yaml
 * @param request the body that was sent, empty for none
 * @param headers by lower-case name
 */
record Said(String operation, String request, int status, Map<String, String> headers, Json.Obj body) {
    Said {
        headers = Map.copyOf(headers);
    }

    /** Returns whether the gateway answered itself, without a function of ours. */
    boolean byGateway() {
        return body.get("message") != null;
    }

    /** Returns whether the request was refused because of the task's state. */
    boolean isConflict() {
        Json.Obj error = body.object("error");
        return error != null && "conflict".equals(error.string("type"));
    }

    /** Returns the {@code data} of a successful answer. */
    Json.Obj data() {
        return Objects.requireNonNull(body.object("data"), body.text());
    }
}
