package dev.darkroom.tasks;

import static org.assertj.core.api.Assertions.assertThat;

import dev.darkroom.config.Environment;
import dev.darkroom.json.Json;
import dev.darkroom.json.JsonException;
import dev.darkroom.log.Log;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Calls the Lambda entry point, with events as API Gateway sends them. */
class QuoteRouteTest {
    private static final String JWT = "{\"jwt\":{\"claims\":{\"sub\":\"user-1\"},\"scopes\":null}}";
    private static final Json.Obj JSON_HEADERS =
            Json.object().put("content-type", "application/json").build();

    private final ByteArrayOutputStream logged = new ByteArrayOutputStream();
    private final TasksHandler handler = handler(Map.of());

    /** A quote reads no table and no bucket. Those named here do not exist. */
    private TasksHandler handler(Map<String, String> settings) {
        Map<String, String> all = new HashMap<>(settings);
        all.put("AWS_REGION", "eu-central-1");
        all.put("TASKS_TABLE", "none");
        all.put("IMAGES_BUCKET", "none");
        return TasksHandler.of(
                new Environment(all),
                new Log(new PrintStream(logged, true, StandardCharsets.UTF_8), InstantSource.system()));
    }

    @ParameterizedTest
    @CsvSource({
        "'', '', '', 1, 0.005, 1K",
        "low, 1:1, 1K, 1, 0.005, 1K",
        "medium, 16:9, 4K, 12, 0.06, 4K",
        "high, auto, 4K, 12, 0.06, 1K",
        "high, 1:1, 4K, 24, 0.12, 2K",
        "high, 3840x2160, 4K, 48, 0.24, 4K",
    })
    void a_quote_is_what_the_submit_would_be_billed(
            String quality, String size, String resolution, int credits, String usd, String billed)
            throws IOException, JsonException {
        Json.Builder input = Json.object().put("prompt", "a red door");
        put(input, "quality", quality);
        put(input, "size", size);
        put(input, "resolution", resolution);
        String body = Json.object()
                .put("model", "gpt-image-2")
                .put("input", input.build())
                .build()
                .text();

        Answer answer = call(event(Json.parse(JWT), JSON_HEADERS, body, false));

        assertThat(answer.status).isEqualTo(200);
        assertThat(answer.body)
                .isEqualTo("{\"code\":200,\"data\":{\"credits\":" + credits + ",\"usd\":\"" + usd
                        + "\",\"resolution\":\"" + billed + "\"}}");
        assertThat(answer.headers.string("content-type")).isEqualTo("application/json");
    }

    @Test
    void all_problems_are_told_at_once() throws IOException, JsonException {
        Answer answer = call(event(
                Json.parse(JWT),
                JSON_HEADERS,
                "{\"model\":\"gpt-image-2-edit\",\"input\":{\"prompt\":\" \",\"size\":\"10:1\",\"n\":1}}",
                false));

        assertThat(answer.status).isEqualTo(400);
        assertThat(answer.body).isEqualTo("""
            {"code":400,"error":{"type":"invalid_request","message":"The request is not valid: 4 problems.",\
            "details":[{"field":"input.prompt","message":"must not be blank"},\
            {"field":"input.size","message":"must be one of auto, 1:1, 2:3, 3:2, 3:4, 4:3, 4:5, 5:4, 9:16, 16:9, 21:9, or WIDTHxHEIGHT such as 2304x2048"},\
            {"field":"input.image_urls","message":"is required for gpt-image-2-edit"},\
            {"field":"input.n","message":"is not supported: a request makes one image"}]}}\
            """);
        assertThat(logged.size()).isZero();
    }

    @Test
    void a_base64_body_is_read_as_its_text() throws IOException, JsonException {
        String body = "{\"model\":\"gpt-image-2\",\"input\":{\"prompt\":\"Türe\"}}";
        String encoded = Base64.getEncoder().encodeToString(body.getBytes(StandardCharsets.UTF_8));

        assertThat(call(event(Json.parse(JWT), JSON_HEADERS, encoded, true)).status)
                .isEqualTo(200);
    }

    @Test
    void a_body_that_is_not_announced_as_json_is_415() throws IOException, JsonException {
        Answer answer = call(event(Json.parse(JWT), Json.object().build(), "{}", false));

        assertThat(answer.status).isEqualTo(415);
        assertThat(answer.body).startsWith("{\"code\":415,\"error\":{\"type\":\"unsupported_media_type\",");
    }

    @Test
    void a_body_over_512_kib_is_413() throws IOException, JsonException {
        Answer answer = call(event(Json.parse(JWT), JSON_HEADERS, " ".repeat(512 * 1024 + 1), false));

        assertThat(answer.status).isEqualTo(413);
        assertThat(answer.body).startsWith("{\"code\":413,\"error\":{\"type\":\"payload_too_large\",");
    }

    @Test
    void without_a_user_it_is_401() throws IOException, JsonException {
        Answer answer = call(event(Json.of((String) null), JSON_HEADERS, "{}", false));

        assertThat(answer.status).isEqualTo(401);
        assertThat(answer.body).startsWith("{\"code\":401,\"error\":{\"type\":\"authentication_error\",");
    }

    @Test
    void under_sam_local_the_bearer_token_is_the_user() throws IOException, JsonException {
        Json.Obj headers = Json.object()
                .put("Content-Type", "application/json")
                .put("Authorization", "Bearer alice")
                .build();
        String event = event(
                Json.of((String) null), headers, "{\"model\":\"gpt-image-2\",\"input\":{\"prompt\":\"x\"}}", false);

        assertThat(call(handler(Map.of("AWS_SAM_LOCAL", "true")), event).status).isEqualTo(200);
        assertThat(call(event).status).isEqualTo(401);
    }

    @Test
    void the_longest_prompt_is_a_setting() throws IOException, JsonException {
        String event = event(
                Json.parse(JWT), JSON_HEADERS, "{\"model\":\"gpt-image-2\",\"input\":{\"prompt\":\"four\"}}", false);

        assertThat(call(handler(Map.of("MAX_PROMPT_LENGTH", "4")), event).status)
                .isEqualTo(200);
        assertThat(call(handler(Map.of("MAX_PROMPT_LENGTH", "3")), event).status)
                .isEqualTo(400);
    }

    private record Answer(long status, Json.Obj headers, String body) {}

    private Answer call(String event) throws IOException, JsonException {
        return call(handler, event);
    }

    @SuppressWarnings("NullAway") // The function does not use its Lambda context.
    private static Answer call(TasksHandler handler, String event) throws IOException, JsonException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        handler.handleRequest(new ByteArrayInputStream(event.getBytes(StandardCharsets.UTF_8)), out, null);
        Json.Obj answer = (Json.Obj) Json.parse(out.toString(StandardCharsets.UTF_8));
        return new Answer(
                Objects.requireNonNull(answer.integer("statusCode")),
                Objects.requireNonNull(answer.object("headers")),
                Objects.requireNonNull(answer.string("body")));
    }

    private static String event(Json authorizer, Json.Obj headers, String body, boolean base64) {
        return Json.object()
                .put("version", "2.0")
                .put("routeKey", "POST /api/generate/quote")
                .put("rawPath", "/api/generate/quote")
                .put("rawQueryString", "")
                .put("headers", headers)
                .put(
                        "requestContext",
                        Json.object()
                                .put("authorizer", authorizer)
                                .put(
                                        "http",
                                        Json.object()
                                                .put("method", "POST")
                                                .put("path", "/api/generate/quote")
                                                .build())
                                .put("requestId", "id")
                                .put("timeEpoch", 1583348638390L)
                                .build())
                .put("body", body)
                .put("isBase64Encoded", base64)
                .build()
                .text();
    }

    private static void put(Json.Builder object, String name, String value) {
        if (!value.isEmpty()) {
            object.put(name, value);
        }
    }
}
