package dev.darkroom.lambda;

import dev.darkroom.json.Json;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/** The answer to an {@link HttpRequest}. */
public record HttpAnswer(int status, Map<String, String> headers, String body) {
    public HttpAnswer {
        headers = Collections.unmodifiableMap(new TreeMap<>(headers));
    }

    /** Writes the answer in the gateway's format. */
    public void write(OutputStream out) throws IOException {
        Json.Builder names = Json.object();
        headers.forEach(names::put);
        Json json = Json.object()
                .put("statusCode", status)
                .put("headers", names.build())
                .put("body", body)
                .put("isBase64Encoded", false)
                .build();
        EventJson.write(json, out);
    }

    /** Names only the status, because a body has presigned URLs. */
    @Override
    public String toString() {
        return "HttpAnswer[" + status + "]";
    }
}
