package dev.darkroom.local.apidot;

import static dev.darkroom.testing.Patience.await;

import dev.darkroom.json.Json;
import dev.darkroom.json.JsonException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;

/** A simulated APIDot with a plain HTTP client, for one test. */
final class ApiDotClient implements AutoCloseable {
    static final String KEY = "test-key";

    final SimulatedApiDot apidot;
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private ApiDotClient(SimulatedApiDot apidot) {
        this.apidot = apidot;
    }

    static ApiDotClient start() throws IOException {
        return start(Settings.quick(KEY));
    }

    static ApiDotClient start(Settings settings) throws IOException {
        return new ApiDotClient(
                SimulatedApiDot.start(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), settings));
    }

    @Override
    public void close() {
        apidot.close();
        // Not close(), which waits for bodies that a test has left unread.
        http.shutdownNow();
    }

    Json.Obj requestFor(String prompt) {
        return Json.object()
                .put("model", "gpt-image-2")
                .put("callback_url", apidot.receiverUrl("hook"))
                .put("input", Json.object().put("prompt", prompt).build())
                .build();
    }

    HttpResponse<byte[]> submit(String prompt) throws IOException, InterruptedException {
        return send("POST", "/api/generate/submit", requestFor(prompt).text());
    }

    SimulatedTask submitted(String prompt) throws Exception {
        HttpResponse<byte[]> answer = submit(prompt);
        String id = Objects.requireNonNull(part(json(answer), "data").string("task_id"));
        return apidot.task(id).orElseThrow();
    }

    HttpResponse<byte[]> status(SimulatedTask task) throws IOException, InterruptedException {
        return send("GET", "/api/generate/status/" + task.id(), "");
    }

    /** Returns {@code data} of a status answer that must be a success. */
    Json.Obj statusData(SimulatedTask task) throws Exception {
        return part(json(status(task)), "data");
    }

    Json.Obj ended(SimulatedTask task) throws Exception {
        await().until(() -> java.time.Instant.now().isAfter(task.endsAt()));
        return statusData(task);
    }

    HttpResponse<byte[]> send(String method, String path, String body) throws IOException, InterruptedException {
        return send(method, path, body, Duration.ofSeconds(20));
    }

    HttpResponse<byte[]> send(String method, String path, String body, Duration timeout)
            throws IOException, InterruptedException {
        return http.send(request(method, path, body, timeout), HttpResponse.BodyHandlers.ofByteArray());
    }

    /** Sends a request for whose answer nobody waits. */
    CompletableFuture<HttpResponse<byte[]>> begin(String method, String path, String body) {
        return http.sendAsync(
                request(method, path, body, Duration.ofMinutes(10)), HttpResponse.BodyHandlers.ofByteArray());
    }

    private HttpRequest request(String method, String path, String body, Duration timeout) {
        URI uri = URI.create(path.startsWith("http") ? path : apidot.baseUrl() + path);
        HttpRequest.BodyPublisher publisher =
                body.isEmpty() ? HttpRequest.BodyPublishers.noBody() : HttpRequest.BodyPublishers.ofString(body);
        return HttpRequest.newBuilder(uri)
                .timeout(timeout)
                .header("Authorization", "Bearer " + KEY)
                .header("Content-Type", "application/json")
                .method(method, publisher)
                .build();
    }

    HttpResponse<java.io.InputStream> stream(String url) throws IOException, InterruptedException {
        return http.send(HttpRequest.newBuilder(URI.create(url)).build(), HttpResponse.BodyHandlers.ofInputStream());
    }

    static Json.Obj json(HttpResponse<byte[]> answer) throws JsonException {
        return (Json.Obj) Json.parse(text(answer));
    }

    static String text(HttpResponse<byte[]> answer) {
        return new String(answer.body(), StandardCharsets.UTF_8);
    }

    /** Returns the object with this name, which must exist. */
    static Json.Obj part(Json from, String name) {
        return Objects.requireNonNull(((Json.Obj) from).object(name), name);
    }

    /** Adds a fault by the control route, as another process would. */
    void fault(String json) throws Exception {
        HttpResponse<byte[]> answer = send("POST", "/control/faults", json);
        if (answer.statusCode() != 200) {
            throw new AssertionError(text(answer));
        }
    }
}
