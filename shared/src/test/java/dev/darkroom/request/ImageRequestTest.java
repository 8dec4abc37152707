package dev.darkroom.request;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ImageRequestTest {
    private static final String EDIT = """
        {"model":"gpt-image-2-edit","callback_url":"https://client.example.com/hook","input":{"prompt":"déjà \\"vu\\" 🚪",\
        "quality":"high","size":"2304x2048","resolution":"2K",\
        "image_urls":["https://example.com/b.png?x=1&y=%20","https://example.com/a.png"]}}\
        """;

    private static final String SAME_EDIT_WRITTEN_OTHERWISE = """
        { "input" : { "image_urls" : [ "https:\\/\\/example.com\\/b.png?x=1&y=%20",
          "https://example.com/a.png" ], "resolution":"2K", "size":"2304x2048", "quality":"high",
          "prompt":"d\\u00e9j\\u00e0 \\u0022vu\\u0022 \\ud83d\\udeaa" },
          "model":"gpt-image-2-edit" }\
        """;

    @Test
    void upstream_gets_what_the_client_gave_in_the_readmes_order_with_our_callback_url() {
        assertThat(Requests.valid(EDIT)
                        .upstreamBody(
                                List.of("https://example.com/b.png?x=1&y=%20", "https://presigned.example.com/a.png"),
                                "https://ours.example.com/callbacks/apidot/t/s")
                        .text())
                .isEqualTo(
                        EDIT.replace("https://client.example.com/hook", "https://ours.example.com/callbacks/apidot/t/s")
                                .replace("https://example.com/a.png", "https://presigned.example.com/a.png"));
    }

    @Test
    void upstream_gets_nothing_that_the_client_left_out() {
        assertThat(Requests.valid("{\"model\":\"gpt-image-2\",\"input\":{\"prompt\":\"x\"}}")
                        .upstreamBody(List.of(), null)
                        .text())
                .isEqualTo("{\"model\":\"gpt-image-2\",\"input\":{\"prompt\":\"x\"}}");
    }

    @Test
    void equal_requests_have_equal_canonical_text_however_they_were_written() {
        ImageRequest one = Requests.valid(EDIT);
        ImageRequest other = Requests.valid(SAME_EDIT_WRITTEN_OTHERWISE);

        assertThat(one.canonical().text()).isEqualTo(other.canonical().text()).doesNotContain("client.example.com");
    }

    @Test
    void message_lists_the_allowed_values() {
        String body = Requests.body("gpt-image-2", "best", "big", "8K");
        assertThat(Requests.problems(body))
                .extracting(Problem::message)
                .anySatisfy(message -> assertThat(message).contains("low, medium, high"))
                .anySatisfy(message -> assertThat(message).contains("1K, 2K, 4K"))
                .anySatisfy(message -> assertThat(message).contains("16:9"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"high\" -> \"low\"",
                "2304x2048 -> 2048x2304",
                "\"2K\" -> \"4K\"",
                "b.png -> c.png",
                "vu -> VU",
                "\"quality\":\"high\", -> "
            })
    void different_requests_have_different_canonical_text(String change) {
        String[] fromTo = change.split(" -> ?", -1);

        assertThat(Requests.valid(EDIT.replace(fromTo[0], fromTo[1]))
                        .canonical()
                        .text())
                .isNotEqualTo(Requests.valid(EDIT).canonical().text());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                EDIT,
                "{\"model\":\"gpt-image-2\",\"input\":{\"prompt\":\"x\"}}",
                "{\"model\":\"gpt-image-2\",\"input\":{\"prompt\":\" x\\n\",\"size\":\"auto\",\"resolution\":\"4K\"}}",
                "{\"model\":\"gpt-image-2\",\"input\":{\"prompt\":\"x\",\"size\":\"21:9\",\"quality\":\"medium\"}}"
            })
    void a_request_comes_back_from_its_canonical_text(String body) {
        ImageRequest request = Requests.valid(body);

        assertThat(Requests.valid(request.canonical().text()))
                .usingRecursiveComparison()
                .ignoringFields("callbackUrl")
                .isEqualTo(request);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "[]",
                "{\"model\":\"gpt-image-2\"}",
                "{\"model\":\"secret\",\"input\":{\"prompt\":[\"secret\"]}}",
                "{\"model\":\"secret\",\"input\":{\"prompt\":\"secret\"}"
            })
    void other_text_is_refused(String text) {
        assertThatThrownBy(() -> ImageRequest.promptOf(text)).isInstanceOf(RuntimeException.class);
    }
}
