package dev.darkroom.deployed;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.darkroom.deployed.LambdaRuntime.Outcome;
import dev.darkroom.json.Json;
import dev.darkroom.media.TestImages;
import dev.darkroom.net.TestHost;
import dev.darkroom.task.Task;
import dev.darkroom.testing.NewTasks;
import dev.darkroom.testing.Stores;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The zips that have not all clients of AWS, with a table and a bucket. */
class ZipsWithStoresIT {
    private static final String KEY = "images/YWxpY2U/task-gGSDhVt4LoRIfl4IxdGXkPEO/0.png";

    private final Stores stores = new Stores();

    @TempDir
    private Path taskRoot;

    private Outcome outcome(String word, Map<String, String> settings, String from, String to) throws Exception {
        FunctionZip function = FunctionZip.of(word);
        function.unpack(taskRoot);
        String event = Files.readString(function.sampleEvent()).replace(from, to);
        try (LambdaRuntime runtime = new LambdaRuntime(
                taskRoot, function.handler, stores.environment(settings).variables())) {
            return runtime.invoke(event.getBytes(UTF_8));
        }
    }

    /** It has no client of S3. */
    @Test
    void notify_sends_links_that_open_the_files() throws Exception {
        try (TestHost receiver = new TestHost()) {
            receiver.on("/hook", (request, out) -> TestHost.head(out, 200, "Content-Length: 0"));
            Task task = new NewTasks(stores.own).finished(Instant.now(), receiver.url("/hook"));
            byte[] picture = TestImages.png(10, 10);
            stores.put(task.files().getFirst().key(), picture);
            Map<String, String> settings = Map.of(
                    "TRUSTED_HOSTS",
                    "127.0.0.1:" + receiver.port(),
                    "CLIENT_WEBHOOK_SECRETS",
                    "whsec_aSecretThatNobodyMayReadNowOrEver1234567");
            assertThat(outcome(
                            "notify",
                            settings,
                            "task-gGSDhVt4LoRIfl4IxdGXkPEO",
                            task.id().value()))
                    .isEqualTo(new Outcome.Answer("{\"batchItemFailures\":[]}"));
            assertThat(receiver.requests()).hasSize(1);
            Json.Obj data = Objects.requireNonNull(
                    ((Json.Obj) Json.parse(receiver.requests().getFirst().body())).object("data"));
            Json.Obj file = (Json.Obj) data.items("files").getFirst();
            try (HttpClient http = HttpClient.newHttpClient()) {
                HttpResponse<byte[]> opened = http.send(
                        HttpRequest.newBuilder(URI.create(Objects.requireNonNull(file.string("file_url"))))
                                .build(),
                        HttpResponse.BodyHandlers.ofByteArray());
                assertThat(opened.body()).isEqualTo(picture);
            }
        }
    }

    /** It has no client of DynamoDB. */
    @Test
    void preview_stores_a_preview() throws Exception {
        stores.put(KEY, TestImages.png(100, 100));
        assertThat(outcome("preview", Map.of(), "darkroom-images", stores.name()))
                .isEqualTo(new Outcome.Answer("{\"previews\":[\"stored\"]}"));
        assertThat(stores.keys()).contains("previews/" + KEY + ".jpg");
    }
}
