package dev.darkroom.net;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.core.retry.RetryMode;
import software.amazon.awssdk.http.HttpExecuteRequest;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.retries.api.AcquireInitialTokenRequest;
import software.amazon.awssdk.retries.api.RefreshRetryTokenRequest;
import software.amazon.awssdk.retries.api.RefreshRetryTokenResponse;
import software.amazon.awssdk.retries.api.RetryStrategy;
import software.amazon.awssdk.retries.api.RetryToken;
import software.amazon.awssdk.retries.api.TokenAcquisitionFailedException;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.DynamoDbException;

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

    /** The SDK waits at random, so this draws often: half a thousand draws come near to the longest wait. */
    @ParameterizedTest
    @ValueSource(strings = {"InternalServerError", "ThrottlingException"})
    void waits_are_as_many_and_as_long_at_most_as_the_sdk_s_own(String code) {
        List<Duration> own = longest(AwsRetryStrategy.forRetryMode(RetryMode.LEGACY), code);
        RetryStrategy.Builder<?, ?> ours = AwsRetryStrategy.forRetryMode(RetryMode.LEGACY).toBuilder();
        assertThat(own).hasSize(3);
        assertThat(longest(HttpClients.backoff(ours).build(), code))
                .zipSatisfy(
                        own,
                        (longest, expected) ->
                                assertThat(longest.toMillis()).isCloseTo(expected.toMillis(), withinPercentage(10)));
    }

    /** Returns the longest waits after the first failure of a call, after the second, and so on. */
    private static List<Duration> longest(RetryStrategy strategy, String code) {
        AwsServiceException failure = DynamoDbException.builder()
                .statusCode(500)
                .awsErrorDetails(AwsErrorDetails.builder().errorCode(code).build())
                .build();
        List<Duration> longest = new ArrayList<>();
        for (int call = 0; call < 500; call++) {
            RetryToken token = strategy.acquireInitialToken(AcquireInitialTokenRequest.create("call " + call))
                    .token();
            try {
                for (int failures = 0; ; failures++) {
                    RefreshRetryTokenResponse next = strategy.refreshRetryToken(RefreshRetryTokenRequest.builder()
                            .token(token)
                            .failure(failure)
                            .build());
                    token = next.token();
                    if (longest.size() == failures) {
                        longest.add(Duration.ZERO);
                    }
                    longest.set(failures, Collections.max(List.of(longest.get(failures), next.delay())));
                }
            } catch (TokenAcquisitionFailedException e) {
                // The last attempt was made.
            }
        }
        return longest;
    }

    private static SdkHttpClient client() {
        return HttpClients.forAws(Duration.ofSeconds(5), Duration.ofSeconds(5));
    }
}
