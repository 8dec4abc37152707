package dev.darkroom.net;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.HttpExecuteRequest;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

class HttpClientsTest {
    private static final String KEPT_OPEN = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}";

    private TestHost host;

    @BeforeEach
    void start() throws IOException {
        host = new TestHost();
    }

    @AfterEach
    void stop() throws IOException {
        host.close();
    }

    /** The state after a frozen function wakes up: the server has closed the kept connection. */
    @Test
    void a_kept_connection_that_has_died_meanwhile_costs_no_call_an_error() {
        host.on("/", (request, out) -> out.write(KEPT_OPEN.getBytes(US_ASCII)));
        try (DynamoDbClient dynamo = DynamoDbClient.builder()
                .endpointOverride(URI.create(host.url("")))
                .region(Region.EU_WEST_1)
                .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create("key", "secret")))
                .httpClient(client())
                .build()) {
            for (int i = 0; i < 5; i++) {
                dynamo.updateItem(update -> update.tableName("tasks").key(Map.of("id", AttributeValue.fromS("1"))));
            }
        }
        assertThat(host.requests()).hasSize(5);
    }

    /** Retries belong to the SDK and its rules; the HTTP client below it never retries. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "HTTP/1.1 307 Elsewhere\r\nLocation: /\r\nContent-Length: 0\r\n\r\n",
                "HTTP/1.1 503 Later\r\nRetry-After: 0\r\nContent-Length: 0\r\n\r\n",
                "no HTTP"
            })
    void a_request_is_sent_once(String answer) {
        host.on("/", (request, out) -> out.write(answer.getBytes(US_ASCII)));
        try (SdkHttpClient client = client()) {
            client.prepareRequest(HttpExecuteRequest.builder()
                            .request(SdkHttpRequest.builder()
                                    .uri(URI.create(host.url("/")))
                                    .method(SdkHttpMethod.POST)
                                    .putHeader("Content-Length", "2")
                                    .build())
                            .contentStreamProvider(() -> new ByteArrayInputStream("{}".getBytes(US_ASCII)))
                            .build())
                    .call();
        } catch (IOException e) {
            assertThat(answer).doesNotStartWith("HTTP");
        }
        assertThat(host.requests()).hasSize(1);
    }

    private static SdkHttpClient client() {
        return HttpClients.forAws(Duration.ofSeconds(5), Duration.ofSeconds(5));
    }
}
