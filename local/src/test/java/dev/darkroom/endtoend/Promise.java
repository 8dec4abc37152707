package dev.darkroom.endtoend;

import dev.darkroom.json.Json;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** An answer that openapi.yaml promises: ours, or the gateway's own. */
record Promise(String operation, int status, boolean byGateway) {

    /** All that the document promises. */
    static Set<Promise> of(OpenApi document) {
        Set<Promise> promises = new HashSet<>();
        for (OpenApi.Operation operation : document.operations()) {
            operation.responses().forEach((status, response) -> {
                Json.Obj schema = OpenApi.schema(response);
                List<Json> kinds = schema.get("oneOf") == null ? List.of(schema) : schema.items("oneOf");
                kinds.forEach(kind -> promises.add(new Promise(
                        operation.id(),
                        Integer.parseInt(status),
                        OpenApi.fields((Json.Obj) kind).containsKey("message"))));
            });
        }
        return promises;
    }

    /** The one that an answer keeps. */
    static Promise kept(Said answer) {
        return new Promise(answer.operation(), answer.status(), answer.byGateway());
    }

    /** What nobody can bring about from outside: the throttle stands on AWS only, and a quote asks nothing that can fail. */
    boolean isOutOfReach() {
        return (status == 429 && byGateway) || (operation.equals("quote") && status == 503 && !byGateway);
    }
}
