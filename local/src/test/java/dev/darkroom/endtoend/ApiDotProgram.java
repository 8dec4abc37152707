package dev.darkroom.endtoend;

import static dev.darkroom.testing.Patience.await;

import dev.darkroom.json.Json;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Objects;

/**
 * A client program written against the "API workflow" of APIDot's README: it submits, polls the status until the task ends, and downloads.
 * It knows only a base URL and a token, so it works with APIDot and with Darkroom.
 */
public final class ApiDotProgram {
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final String baseUrl;
    private final String token;

    public ApiDotProgram(String baseUrl, String token) {
        this.baseUrl = baseUrl;
        this.token = token;
    }

    /** Returns the payload of APIDot's README, "gpt-image-2". */
    static Json.Obj payload(String callbackUrl, String prompt) {
        return Json.object()
                .put("model", "gpt-image-2")
                .put("callback_url", callbackUrl)
                .put(
                        "input",
                        Json.object()
                                .put("prompt", prompt)
                                .put("quality", "low")
                                .put("size", "1:1")
                                .put("resolution", "1K")
                                .build())
                .build();
    }

    /** Submits and returns the new task's id. */
    public String submit(Json payload) throws Exception {
        Json.Obj answer = json(post("/api/generate/submit", payload.text()));
        return Objects.requireNonNull(
                Objects.requireNonNull(answer.object("data"), answer.text()).string("task_id"));
    }

    HttpResponse<String> post(String path, String body, String... headers) throws Exception {
        HttpRequest.Builder request = request(path).header("Content-Type", "application/json");
        for (int i = 0; i < headers.length; i += 2) {
            request.header(headers[i], headers[i + 1]);
        }
        return http.send(request.POST(HttpRequest.BodyPublishers.ofString(body)).build(), BodyHandlers.ofString());
    }

    HttpResponse<String> get(String path) throws Exception {
        return http.send(request(path).build(), BodyHandlers.ofString());
    }

    Json.Obj status(String task) throws Exception {
        return Objects.requireNonNull(json(get("/api/generate/status/" + task)).object("data"));
    }

    /** Waits for the task's end and returns the status answer's {@code data}. */
    public Json.Obj ended(String task) {
        return await().pollInterval(Duration.ofMillis(100))
                .until(
                        () -> status(task),
                        data -> "finished".equals(data.string("status")) || "failed".equals(data.string("status")));
    }

    byte[] download(String url) throws Exception {
        HttpResponse<byte[]> file =
                http.send(HttpRequest.newBuilder(URI.create(url)).build(), BodyHandlers.ofByteArray());
        if (file.statusCode() != 200) {
            throw new AssertionError("the file's URL answered " + file.statusCode());
        }
        return file.body();
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(baseUrl + path)).header("Authorization", "Bearer " + token);
    }

    private static Json.Obj json(HttpResponse<String> answer) throws Exception {
        return (Json.Obj) Json.parse(answer.body());
    }
}
