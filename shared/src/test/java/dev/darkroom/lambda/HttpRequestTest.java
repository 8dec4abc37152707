package dev.darkroom.lambda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.darkroom.json.Json;
import dev.darkroom.json.JsonException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HttpRequestTest {

    @Test
    void what_is_used_of_the_documented_event_is_read() {
        HttpRequest event = Events.read(Events.HTTP);

        assertThat(event.route()).isEqualTo("GET /api/generate/status/{task_id}");
        assertThat(event.headers())
                .isEqualTo(Map.of(
                        "content-type", "application/json", "x-custom", "one,two", "authorization", "Bearer alice"));
        assertThat(event.query()).isEqualTo(Map.of("a", "b,c", "empty", ""));
        assertThat(event.path()).isEqualTo(Map.of("task_id", "task-1"));
        assertThat(event.body()).isEqualTo("{\"a\":\"🚪\"}");
        assertThat(event.isBase64()).isFalse();
        assertThat(event.claims()).isEqualTo(Map.of("iss", "https://issuer.example.com", "sub", "user-1"));
    }

    @Test
    void a_bare_event_has_empty_maps_and_no_body() {
        HttpRequest event = Events.read("{\"version\":\"2.0\",\"requestContext\":{\"http\":{\"method\":\"GET\"}}}");

        assertThat(event.headers()).isEmpty();
        assertThat(event.query()).isEmpty();
        assertThat(event.path()).isEmpty();
        assertThat(event.body()).isEmpty();
        assertThat(event.claims()).isNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "secret",
                "[]",
                "{}",
                "{\"version\":\"1.0\",\"requestContext\":{\"http\":{}}}",
                "{\"version\":\"2.0\",\"body\":\"secret\"}",
                "{\"version\":\"2.0\",\"requestContext\":{}}",
                "{\"Records\":[]}"
            })
    void what_is_no_http_event_fails_clearly_and_is_not_quoted(String event) {
        assertThatThrownBy(() -> Events.read(event))
                .isInstanceOf(MalformedEventException.class)
                .hasMessageStartingWith("The event ")
                .hasMessageNotContaining("secret")
                .hasNoCause();
    }

    @Test
    void bytes_that_are_not_utf8_fail_clearly() {
        byte[] bytes = {'{', '"', (byte) 0xff, '"', ':', '1', '}'};

        assertThatThrownBy(() -> HttpRequest.read(new ByteArrayInputStream(bytes)))
                .isInstanceOf(MalformedEventException.class);
    }

    @Test
    void an_answer_is_written_as_the_gateway_wants_it() throws IOException, JsonException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();

        Answers.ok(Json.object().put("name", "Zoë 🚪").build()).write(out);

        assertThat(Json.parse(out.toString(StandardCharsets.UTF_8)))
                .isEqualTo(Json.object()
                        .put("statusCode", 200)
                        .put(
                                "headers",
                                Json.object()
                                        .put("cache-control", "no-store")
                                        .put("content-type", "application/json")
                                        .build())
                        .put("body", "{\"code\":200,\"data\":{\"name\":\"Zoë 🚪\"}}")
                        .put("isBase64Encoded", false)
                        .build());
    }
}
