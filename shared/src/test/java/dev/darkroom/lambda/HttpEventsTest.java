package dev.darkroom.lambda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPEvent;
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

class HttpEventsTest {

    @Test
    void the_documented_event_is_read_whole() {
        APIGatewayV2HTTPEvent event = Events.read(Events.HTTP);

        assertThat(event.getVersion()).isEqualTo("2.0");
        assertThat(event.getRouteKey()).isEqualTo("GET /api/generate/status/{task_id}");
        assertThat(event.getRawPath()).isEqualTo("/api/generate/status/task-1");
        assertThat(event.getRawQueryString()).isEqualTo("a=b&a=c&empty=");
        assertThat(event.getHeaders())
                .isEqualTo(Map.of(
                        "content-type", "application/json", "x-custom", "one,two", "authorization", "Bearer alice"));
        assertThat(event.getQueryStringParameters()).isEqualTo(Map.of("a", "b,c", "empty", ""));
        assertThat(event.getPathParameters()).isEqualTo(Map.of("task_id", "task-1"));
        assertThat(event.getBody()).isEqualTo("{\"a\":\"🚪\"}");
        assertThat(event.getIsBase64Encoded()).isFalse();
        assertThat(event.getRequestContext().getRequestId()).isEqualTo("id");
        assertThat(event.getRequestContext().getTime()).isEqualTo("12/Mar/2020:19:03:58 +0000");
        assertThat(event.getRequestContext().getTimeEpoch()).isEqualTo(1583348638390L);
        assertThat(event.getRequestContext().getHttp().getMethod()).isEqualTo("GET");
        assertThat(event.getRequestContext().getHttp().getPath()).isEqualTo("/api/generate/status/task-1");
        assertThat(event.getRequestContext().getHttp().getSourceIp()).isEqualTo("192.0.2.1");
        assertThat(event.getRequestContext().getAuthorizer().getJwt().getClaims())
                .isEqualTo(Map.of("iss", "https://issuer.example.com", "sub", "user-1"));
    }

    @Test
    void a_bare_event_has_empty_maps_and_no_body() {
        APIGatewayV2HTTPEvent event =
                Events.read("{\"version\":\"2.0\",\"requestContext\":{\"http\":{\"method\":\"GET\"}}}");

        assertThat(event.getHeaders()).isEmpty();
        assertThat(event.getQueryStringParameters()).isEmpty();
        assertThat(event.getPathParameters()).isEmpty();
        assertThat(event.getBody()).isNull();
        assertThat(event.getRequestContext().getAuthorizer()).isNull();
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

        assertThatThrownBy(() -> HttpEvents.read(new ByteArrayInputStream(bytes)))
                .isInstanceOf(MalformedEventException.class);
    }

    @Test
    void an_answer_is_written_as_the_gateway_wants_it() throws IOException, JsonException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();

        HttpEvents.write(Answers.ok(Json.object().put("name", "Zoë 🚪").build()), out);

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
