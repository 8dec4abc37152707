package dev.darkroom.endtoend;

import dev.darkroom.json.Json;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** Calls the API by the operation names of openapi.yaml and keeps every answer. */
final class Asking {
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final List<Said> said = new CopyOnWriteArrayList<>();
    private final URI base;
    private final OpenApi openApi;

    Asking(URI base, OpenApi openApi) {
        this.base = base;
        this.openApi = openApi;
    }

    List<Said> said() {
        return said;
    }

    /**
     * Sends a request as this user, with a JSON content type.
     *
     * @param rest what follows the operation's fixed path
     */
    Said as(String user, String operation, String rest, String body, String... headers) throws Exception {
        return keep(operation, body, send(request(operation, rest, body, headers, userHeaders(user))));
    }

    /** Sends a request with these headers only. */
    Said ask(String operation, String rest, String body, String... headers) throws Exception {
        return keep(operation, body, send(request(operation, rest, body, headers)));
    }

    /** Sends a request without waiting for its answer, which is not kept. */
    void begin(String user, String operation, String body, String... headers) {
        var _ = http.sendAsync(
                request(operation, "", body, headers, userHeaders(user)).build(), BodyHandlers.discarding());
    }

    /** Downloads the content of a URL. */
    byte[] bytes(String url) throws Exception {
        return http.send(HttpRequest.newBuilder(URI.create(url)).build(), BodyHandlers.ofByteArray())
                .body();
    }

    /** Uploads a picture as the answer of {@code createUpload} describes. */
    void send(Json.Obj put, byte[] picture) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(Objects.requireNonNull(put.string("url"))))
                .PUT(BodyPublishers.ofByteArray(picture));
        OpenApi.child(put, "headers")
                .fields()
                .forEach((name, value) -> request.header(name, ((Json.Str) value).value()));
        int status = http.send(request.build(), BodyHandlers.discarding()).statusCode();
        if (status != 200) {
            throw new AssertionError("the upload was answered " + status);
        }
    }

    /** Sends a webhook to this full path. */
    Said webhook(String path, String body, String... headers) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(base.resolve(path))
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(body));
        return keep("apidotCallback", body, send(with(request, headers)));
    }

    private static String[] userHeaders(String user) {
        return new String[] {"Authorization", "Bearer " + user, "Content-Type", "application/json"};
    }

    private HttpRequest.Builder request(String operation, String rest, String body, String[]... headers) {
        OpenApi.Operation asked = openApi.operation(operation);
        String fixed = asked.path().replaceFirst("/\\{.*", "");
        HttpRequest.Builder request = HttpRequest.newBuilder(base.resolve(fixed + rest));
        for (String[] pairs : headers) {
            with(request, pairs);
        }
        boolean hasBody = asked.method().equals("POST");
        return request.method(asked.method(), hasBody ? BodyPublishers.ofString(body) : BodyPublishers.noBody());
    }

    private static HttpRequest.Builder with(HttpRequest.Builder request, String... headers) {
        for (int i = 0; i < headers.length; i += 2) {
            request.header(headers[i], headers[i + 1]);
        }
        return request;
    }

    private HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
        return http.send(request.build(), BodyHandlers.ofString());
    }

    private Said keep(String operation, String body, HttpResponse<String> answer) throws Exception {
        Map<String, String> headers = new TreeMap<>();
        answer.headers()
                .map()
                .forEach((name, values) -> headers.put(name.toLowerCase(Locale.ROOT), String.join(",", values)));
        Said kept = new Said(operation, body, answer.statusCode(), headers, (Json.Obj) Json.parse(answer.body()));
        said.add(kept);
        return kept;
    }
}
