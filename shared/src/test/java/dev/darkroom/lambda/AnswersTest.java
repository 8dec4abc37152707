package dev.darkroom.lambda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import dev.darkroom.json.Json;
import dev.darkroom.log.Log;
import dev.darkroom.request.Problem;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class AnswersTest {
    private static final Map<String, String> JSON = Map.of("content-type", "application/json");

    @Test
    void a_refusal_shows_its_code_type_message_and_details() {
        HttpAnswer answer = Answers.error(new ApiError(
                ApiError.Type.INVALID_REQUEST,
                "Two.",
                List.of(new Problem("input.size", "bad"), new Problem("n", "no")),
                null));

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.headers()).containsEntry("content-type", "application/json");
        assertThat(answer.body()).isEqualTo("""
            {"code":400,"error":{"type":"invalid_request","message":"Two.","details":\
            [{"field":"input.size","message":"bad"},{"field":"n","message":"no"}]}}\
            """);
    }

    @ParameterizedTest
    @CsvSource({
        "400, invalid_request",
        "401, authentication_error",
        "402, insufficient_credits",
        "403, forbidden",
        "404, not_found",
        "409, idempotency_conflict",
        "409, conflict",
        "413, payload_too_large",
        "415, unsupported_media_type",
        "422, idempotency_mismatch",
        "429, rate_limited",
        "502, upstream_error",
        "503, unavailable"
    })
    void every_type_has_its_status(int status, String text) {
        assertThat(ApiError.Type.values())
                .filteredOn(type -> type.text().equals(text))
                .extracting(ApiError.Type::status)
                .containsExactly(status);
        assertThat(ApiError.Type.values()).hasSize(13);
    }

    @ParameterizedTest
    @EnumSource
    void retry_after_stands_exactly_where_it_is_promised(ApiError.Type type) {
        boolean promised =
                List.of("idempotency_conflict", "rate_limited", "unavailable").contains(type.text());

        if (promised) {
            assertThatThrownBy(() -> ApiError.of(type, "x")).isInstanceOf(IllegalArgumentException.class);
            assertThat(Answers.error(ApiError.retryLater(type, "x", Duration.ofMillis(1200)))
                            .headers())
                    .containsEntry("retry-after", "2");
            assertThat(Answers.error(ApiError.retryLater(type, "x", Duration.ZERO))
                            .headers())
                    .containsEntry("retry-after", "1");
        } else {
            assertThatThrownBy(() -> ApiError.retryLater(type, "x", Duration.ZERO))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThat(Answers.error(ApiError.of(type, "x")).headers()).doesNotContainKey("retry-after");
        }
    }

    @Test
    void an_unexpected_failure_is_answered_503_and_logged_without_its_message() throws IOException {
        ByteArrayOutputStream logged = new ByteArrayOutputStream();
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Log log = new Log(new PrintStream(logged, true, StandardCharsets.UTF_8), InstantSource.fixed(Instant.EPOCH));

        RequestStreamHandler failing = new HttpFunction(log) {
            @Override
            protected HttpAnswer answer(HttpRequest request) {
                throw new IllegalStateException("secret");
            }
        };
        failing.handleRequest(stream(Events.HTTP), out, null);

        assertThat(out.toString(StandardCharsets.UTF_8))
                .contains("\"statusCode\":503", "\"retry-after\":\"5\"", "unavailable")
                .doesNotContain("secret", "IllegalState");
        assertThat(logged.toString(StandardCharsets.UTF_8))
                .contains("unexpected_failure", "java.lang.IllegalStateException", "AnswersTest")
                .doesNotContain("secret");
    }

    @Test
    void a_malformed_event_fails_the_call() {
        RequestStreamHandler function = new HttpFunction(Log.toStandardOutput()) {
            @Override
            protected HttpAnswer answer(HttpRequest request) {
                return Answers.ok(Json.of(true));
            }
        };

        assertThatThrownBy(() -> function.handleRequest(stream("{}"), new ByteArrayOutputStream(), null))
                .isInstanceOf(MalformedEventException.class);
    }

    @ParameterizedTest
    @CsvSource({
        "application/json, true",
        "Application/JSON, true",
        "application/json; charset=utf-8, true",
        "application/json ;charset=utf-8, true",
        "application/json;, true",
        "application/json;charset=UTF8;x=y, true",
        "application/json;charset=\"utf-8\", true",
        "application/json;x=charset=utf-16, true",
        "'', false",
        ", false",
        "text/plain, false",
        "application/jsonx, false",
        "application/problem+json, false",
        "'text/plain; application/json', false"
    })
    void a_body_must_be_announced_as_json(String contentType, boolean valid) {
        HttpRequest event = request("{}", false, contentType == null ? Map.of() : Map.of("content-type", contentType));

        assertThat(RequestBody.ofJson(event))
                .isEqualTo(
                        valid
                                ? new RequestBody.Text("{}")
                                : new RequestBody.Refused(ApiError.of(
                                        ApiError.Type.UNSUPPORTED_MEDIA_TYPE,
                                        "The Content-Type must be application/json.")));
    }

    @ParameterizedTest
    @CsvSource({
        "content-type, application/json; charset=utf-16",
        "content-type, application/json; Charset = \"ISO-8859-1\"",
        "content-type, application/json;charset=",
        "content-encoding, gzip",
        "content-encoding, 'identity, br'",
        "content-encoding, GZIP"
    })
    void a_body_in_another_encoding_is_refused(String name, String value) {
        Map<String, String> headers = new TreeMap<>(JSON);
        headers.put(name, value);
        HttpRequest event = request("{}", false, headers);

        assertThat(RequestBody.ofJson(event))
                .isInstanceOfSatisfying(
                        RequestBody.Refused.class,
                        refused -> assertThat(refused.error().type()).isEqualTo(ApiError.Type.UNSUPPORTED_MEDIA_TYPE));
        assertThat(RequestBody.ofWebhook(event)).isEqualTo(new RequestBody.Text("{}"));
    }

    @Test
    void no_encoding_is_named_identity() {
        HttpRequest event =
                request("{}", false, Map.of("content-type", "application/json", "content-encoding", " Identity "));

        assertThat(RequestBody.ofJson(event)).isEqualTo(new RequestBody.Text("{}"));
    }

    /** The gateway replaces bytes that are not UTF-8. In base64 they arrive unchanged, and so does the replacement character itself. */
    @Test
    void bytes_that_the_gateway_replaced_are_not_taken_for_text() {
        HttpRequest replaced = request("{\"a\":\"\ufffd\"}", false, JSON);
        HttpRequest meant = request("{\"a\":\"\\ufffd\"}", false, JSON);
        HttpRequest encoded =
                request(Base64.getEncoder().encodeToString("\"\ufffd\"".getBytes(StandardCharsets.UTF_8)), true, JSON);

        assertThat(RequestBody.ofJson(replaced))
                .isInstanceOfSatisfying(
                        RequestBody.Refused.class,
                        refused -> assertThat(refused.error().type()).isEqualTo(ApiError.Type.INVALID_REQUEST));
        assertThat(RequestBody.ofJson(meant)).isInstanceOf(RequestBody.Text.class);
        assertThat(RequestBody.ofJson(encoded)).isInstanceOf(RequestBody.Text.class);
        assertThat(RequestBody.ofWebhook(replaced)).isInstanceOf(RequestBody.Text.class);
    }

    @ParameterizedTest
    @CsvSource({
        "x, 262144, true, true",
        "x, 262145, true, false",
        "x, 524288, true, false",
        "x, 524289, false, false",
        "é, 131072, true, true",
        "é, 131073, true, false",
        "é, 262145, false, false",
        "🚪, 131073, false, false"
    })
    void a_body_is_measured_in_bytes(String character, int count, boolean asClient, boolean asWebhook) {
        String body = character.repeat(count);
        String encoded = Base64.getEncoder().encodeToString(body.getBytes(StandardCharsets.UTF_8));

        for (HttpRequest event : List.of(request(body, false, JSON), request(encoded, true, JSON))) {
            assertMeasured(RequestBody.ofJson(event), body, asClient);
            assertMeasured(RequestBody.ofWebhook(event), body, asWebhook);
        }
    }

    private static void assertMeasured(RequestBody read, String body, boolean valid) {
        switch (read) {
            case RequestBody.Text(String text) -> {
                assertThat(valid).isTrue();
                assertThat(text).isEqualTo(body);
            }
            case RequestBody.Refused(ApiError error) -> {
                assertThat(valid).isFalse();
                assertThat(error.type()).isEqualTo(ApiError.Type.PAYLOAD_TOO_LARGE);
            }
        }
    }

    @Test
    void a_body_that_is_not_text_is_refused_and_a_missing_one_is_empty() {
        byte[] overlong = {(byte) 0xc0, (byte) 0xaf};

        for (HttpRequest event : List.of(
                request("\ud800", false, JSON),
                request("not base64!", true, JSON),
                request(Base64.getEncoder().encodeToString(overlong), true, JSON))) {
            assertThat(RequestBody.ofWebhook(event)).isInstanceOfSatisfying(RequestBody.Refused.class, refused -> {
                assertThat(refused.error().type()).isEqualTo(ApiError.Type.INVALID_REQUEST);
                assertThat(refused.error().details()).extracting(Problem::field).containsExactly("body");
            });
        }
        assertThat(RequestBody.ofWebhook(request("", false, JSON))).isEqualTo(new RequestBody.Text(""));
    }

    private static HttpRequest request(String body, boolean base64, Map<String, String> headers) {
        return new HttpRequest("POST /", Map.of(), Map.of(), headers, null, body, base64);
    }

    private static ByteArrayInputStream stream(String text) {
        return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
    }
}
