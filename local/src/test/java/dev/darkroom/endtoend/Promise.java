package dev.darkroom.endtoend;

import dev.darkroom.json.Json;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** An answer that openapi.yaml documents, given by our functions or by the gateway. */
record Promise(String operation, int status, boolean byGateway) {

    /** Returns every answer in the document. */
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

    /** Returns the documented answer that this answer corresponds to. */
    static Promise kept(Said answer) {
        return new Promise(answer.operation(), answer.status(), answer.byGateway());
    }

    /** Returns whether no test can cause this answer: only AWS throttles, and a quote makes no call that could fail. */
    boolean isOutOfReach() {
        return (status == 429 && byGateway) || (operation.equals("quote") && status == 503 && !byGateway);
    }
}
