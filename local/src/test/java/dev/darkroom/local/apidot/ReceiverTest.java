package dev.darkroom.local.apidot;

import static dev.darkroom.testing.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.darkroom.json.Json;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ReceiverTest {
    private static final byte[] SECRET = "a receiver's secret".getBytes(StandardCharsets.UTF_8);

    @AutoClose
    private ApiDotClient client;

    @BeforeEach
    void start() throws IOException {
        client = ApiDotClient.start(Settings.quick(ApiDotClient.KEY)
                .withReceiverSecrets(List.of("whsec_" + Base64.getEncoder().encodeToString(SECRET))));
    }

    private HttpResponse<String> callback(String body, String signedBody) throws Exception {
        String timestamp = Long.toString(Instant.now().getEpochSecond());
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(SECRET, "HmacSHA256"));
        byte[] signature = mac.doFinal(("task-1." + timestamp + "." + signedBody).getBytes(StandardCharsets.UTF_8));
        try (HttpClient http = HttpClient.newHttpClient()) {
            return http.send(
                    HttpRequest.newBuilder(URI.create(client.apidot.receiverUrl("app")))
                            .header("webhook-id", "task-1")
                            .header("webhook-timestamp", timestamp)
                            .header(
                                    "webhook-signature",
                                    "v1," + Base64.getEncoder().encodeToString(signature))
                            .POST(HttpRequest.BodyPublishers.ofString(body))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
        }
    }

    @Test
    void callbacks_are_checked_and_listed() throws Exception {
        assertThat(callback("{\"a\":1}", "{\"a\":1}").statusCode()).isEqualTo(200);
        assertThat(callback("{\"a\":2}", "{\"a\":1}").statusCode()).isEqualTo(200);

        assertThat(client.apidot.receiver().callbacks("app"))
                .extracting(Callback::signature)
                .containsExactly(Callback.Signature.VALID, Callback.Signature.WRONG);
        Json.Obj listed = ApiDotClient.json(client.send("GET", "/receiver/app", ""));
        Json.Obj first = (Json.Obj) listed.items("callbacks").getFirst();
        assertThat(listed.integer("received")).isEqualTo(2);
        assertThat(first.string("id")).isEqualTo("task-1");
        assertThat(first.string("signature")).isEqualTo("valid");
        assertThat(first.object("body")).isEqualTo(Json.object().put("a", 1).build());
    }

    @Test
    void a_receiver_answers_as_told_so_many_times_and_then_200() throws Exception {
        client.send("PUT", "/receiver/app", "{\"status\":503,\"retry_after\":\"9\",\"times\":1}");
        HttpResponse<String> refused = callback("{}", "{}");
        assertThat(refused.statusCode()).isEqualTo(503);
        assertThat(refused.headers().firstValue("Retry-After")).hasValue("9");
        assertThat(callback("{}", "{}").statusCode()).isEqualTo(200);

        client.send("PUT", "/receiver/app", "{\"status\":302,\"location\":\"http://10.0.0.1/\"}");
        assertThat(callback("{}", "{}").headers().firstValue("Location")).hasValue("http://10.0.0.1/");
        client.send("DELETE", "/receiver/app", "");
        assertThat(client.apidot.receiver().callbacks("app")).isEmpty();
        assertThat(callback("{}", "{}").statusCode()).isEqualTo(200);
    }

    @Test
    void a_receiver_cuts_hangs_drips_and_floods() throws Exception {
        client.send("PUT", "/receiver/app", "{\"cut\":true}");
        assertThatThrownBy(() -> callback("{}", "{}")).isInstanceOf(IOException.class);

        client.send("PUT", "/receiver/app", "{\"hang_seconds\":600}");
        var hanging = client.begin("POST", "/receiver/app", "{}");
        await().until(() -> client.apidot.receiver().received("app") == 2);
        assertThat(hanging.cancel(true)).as("no answer came").isTrue();

        client.send("PUT", "/receiver/app", "{\"bytes\":1000000}");
        assertThat(callback("{}", "{}").body()).hasSize(1_000_000);

        client.send("PUT", "/receiver/app", "{\"bytes\":10,\"bytes_per_second\":20}");
        Instant before = Instant.now();
        assertThat(callback("{}", "{}").body()).hasSize(10);
        assertThat(Duration.between(before, Instant.now())).isGreaterThan(Duration.ofMillis(400));
        assertThat(client.apidot.receiver().received("app")).isEqualTo(4);
    }

    @Test
    void an_answer_that_is_no_answer_is_refused() throws Exception {
        assertThat(client.send("PUT", "/receiver/app", "{\"stauts\":503}").statusCode())
                .isEqualTo(400);
        assertThat(client.send("PUT", "/receiver/app", "503").statusCode()).isEqualTo(400);
        assertThat(client.send("PATCH", "/receiver/app", "").statusCode()).isEqualTo(405);
    }
}
