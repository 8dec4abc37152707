package dev.darkroom.media;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.darkroom.config.Environment;
import dev.darkroom.net.TrustedHosts;
import dev.darkroom.task.StoreUnavailableException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.core.exception.SdkClientException;

/** Presigned URLs against an S3 server that verifies signatures. */
class PresignedUrlsTest {
    private static final Instant NOON = Instant.parse("2026-11-22T12:00:00Z");
    private static final Duration HOUR = Duration.ofHours(1);
    private static final Map<String, String> PNG = Map.of("Content-Type", "image/png", "If-None-Match", "*");

    private final TestBucket bucket = new TestBucket();

    @AutoClose
    private final HttpClient http = HttpClient.newHttpClient();

    private PresignedUrls urls(InstantSource clock) {
        return new PresignedUrls(bucket.environment(), TestBucket.CREDENTIALS, clock);
    }

    @Test
    void a_put_takes_exactly_what_was_announced_and_once() throws Exception {
        byte[] body = "twelve bytes".getBytes(UTF_8);
        String key = "uploads/YWxpY2U/a.png";
        String url = urls(InstantSource.system()).put(key, "image/png", body.length, Duration.ofMinutes(15));

        assertThat(TestPut.send(url, PNG, "eleven byte".getBytes(UTF_8))).isEqualTo(403);
        assertThat(TestPut.send(url, PNG, "thirteen byte".getBytes(UTF_8))).isEqualTo(403);
        assertThat(TestPut.send(url, Map.of("Content-Type", "image/jpeg", "If-None-Match", "*"), body))
                .isEqualTo(403);
        assertThat(TestPut.send(url, Map.of("Content-Type", "image/png"), body)).isEqualTo(403);
        assertThat(TestPut.send(url.replace("a.png", "b.png"), PNG, body)).isEqualTo(403);
        assertThat(bucket.keys()).isEmpty();

        assertThat(TestPut.send(url, PNG, body)).isEqualTo(200);
        assertThat(TestPut.send(url, PNG, "other bytes!".getBytes(UTF_8))).isEqualTo(412);
        assertThat(bucket.object(key)).isEqualTo(body);
    }

    /** SDKs add a checksum to presigned URLs, which would break every upload that is not sent by an SDK. */
    @Test
    void a_put_signs_four_headers_and_asks_for_no_checksum() {
        String url = urls(() -> NOON).put("uploads/a/b.png", "image/png", 10_485_760, Duration.ofMinutes(15));

        assertThat(parameters(url))
                .contains("X-Amz-SignedHeaders=content-length%3Bcontent-type%3Bhost%3Bif-none-match")
                .contains("X-Amz-Expires=900")
                .contains("X-Amz-Date=20261122T120000Z")
                .noneMatch(parameter ->
                        parameter.toLowerCase(java.util.Locale.ROOT).contains("checksum"));
    }

    @Test
    void nothing_works_after_its_time() throws Exception {
        InstantSource past = () -> Instant.now().minus(Duration.ofHours(2));
        String put = urls(past).put("uploads/a/late.png", "image/png", 1, HOUR);
        bucket.put("uploads/a/there.png", new byte[] {1});
        String get = urls(past).get("uploads/a/there.png", HOUR);

        assertThat(TestPut.send(put, PNG, new byte[] {1})).isEqualTo(403);
        assertThat(http.send(HttpRequest.newBuilder(URI.create(get)).build(), BodyHandlers.discarding())
                        .statusCode())
                .isEqualTo(403);
    }

    @ParameterizedTest
    @CsvSource({"3600, 300", "604800, 300", "600, 50", "60, 5", "1, 1"})
    void a_download_s_url_stays_the_same_for_a_window_and_works_for_most_of_its_time(long seconds, long window) {
        Duration validity = Duration.ofSeconds(seconds);
        String first = urls(() -> NOON).get("images/a/0.png", validity);

        assertThat(urls(() -> NOON.plusSeconds(window).minusMillis(1)).get("images/a/0.png", validity))
                .isEqualTo(first);
        assertThat(urls(() -> NOON.plusSeconds(window)).get("images/a/0.png", validity))
                .isNotEqualTo(first)
                .contains("X-Amz-Expires=" + seconds);
    }

    @ParameterizedTest
    @CsvSource({
        "'', https://team.s3.eu-west-1.amazonaws.com/a/b.png, true",
        "https://s3.eu-west-1.amazonaws.com, https://team.s3.eu-west-1.amazonaws.com/a/b.png, true",
        "https://s3.cn-north-1.amazonaws.com.cn, https://team.s3.cn-north-1.amazonaws.com.cn/a/b.png, true",
        "http://localhost:9000, http://localhost:9000/team/a/b.png, false",
        "https://10.0.0.1, https://10.0.0.1/team/a/b.png, false",
        "https://storage.example.com, https://storage.example.com/team/a/b.png, true"
    })
    void an_object_is_named_as_its_server_does_and_is_in_reach_of_strangers_where_that_is_public(
            String endpoint, String object, boolean inReach) {
        Environment environment = new Environment(
                Map.of("IMAGES_BUCKET", "team", "AWS_REGION", "eu-west-1", "AWS_ENDPOINT_URL_S3", endpoint));
        PresignedUrls urls = new PresignedUrls(environment, TestBucket.CREDENTIALS, () -> NOON);

        assertThat(urls.get("a/b.png", HOUR)).startsWith(object + "?");
        assertThat(urls.areAllowed(TrustedHosts.none())).isEqualTo(inReach);
        assertThat(urls.areAllowed(TrustedHosts.parse("TRUSTED_HOSTS", List.of("localhost:9000", "10.0.0.1:443"))))
                .isTrue();
    }

    @Test
    void without_credentials_storage_is_unavailable() {
        AwsCredentialsProvider none = () -> {
            throw SdkClientException.create("no credentials now");
        };
        PresignedUrls urls = new PresignedUrls(bucket.environment(), none, () -> NOON);

        assertThatThrownBy(() -> urls.download("images/a/0.png")).isInstanceOf(StoreUnavailableException.class);
    }

    private static List<String> parameters(String url) {
        return Stream.of(url.substring(url.indexOf('?') + 1).split("&")).toList();
    }
}
