package dev.darkroom.apidot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ErrorTextTest {
    static Stream<Arguments> bodies() {
        return Stream.of(
                Arguments.of("{\"error\":{\"message\":\"a\"},\"message\":\"b\",\"detail\":\"c\"}", "a"),
                Arguments.of("{\"error\":{},\"message\":\"b\",\"detail\":\"c\"}", "b"),
                Arguments.of("{\"detail\":\"c\"}", "c"),
                Arguments.of("{\"detail\":[{\"msg\":\"one\"},7,{\"msg\":\"two\"}]}", "one; two"),
                Arguments.of("{\"other\":1}", "{\"other\":1}"),
                Arguments.of("Request timeout\r\n", "Request timeout"),
                Arguments.of("a\u0000b\u001b[31mc\u202ed\ne", "a b [31mc d e"),
                Arguments.of("", ""));
    }

    @ParameterizedTest
    @MethodSource("bodies")
    void the_text_is_found_where_each_shape_has_it(String body, String text) {
        assertThat(ErrorText.of(body, List.of())).isEqualTo(text);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://a.example.com/x?y=z",
                "HTTPS://user:pass@a.example.com",
                "https:\\/\\/a.example.com\\/x",
                "https%3A%2F%2Fa.example.com%2Fx",
                "s3://bucket/key",
                "www.example.com/secret",
                "storage.example.com/a/b.png",
                "10.0.0.1:8080/latest",
                "data:image/png;base64,AAAA",
                "Bearer abcdefgh12345678",
                "sk-abcdefgh12345678",
                "api_key=hunter2",
                "token: hunter2",
                "0123456789abcdefghijABCDEFGHIJ-_0123456789a"
            })
    void urls_and_credentials_are_masked(String hidden) {
        assertThat(ErrorText.masked("before " + hidden + " after", List.of())).isEqualTo("before [masked] after");
        assertThat(ErrorText.masked("before \"" + hidden + "\" after", List.of()))
                .isEqualTo("before \"[masked]\" after");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "The prompt violates our content policy.",
                "size must be one of 1:1, 16:9 and/or 2304x2048",
                "input.size: Field required",
                "Insufficient credits: 12 needed, 3.50 left",
                "task task-unified-1757165031-uyujaw3d not found",
                "Invalid token"
            })
    void plain_sentences_stay(String text) {
        assertThat(ErrorText.masked(text, List.of("q", "fox"))).isEqualTo(text);
    }

    @Test
    void a_prompt_is_masked_whole_cut_off_escaped_and_over_line_breaks() {
        String prompt = "a \"red\" fox\nin the snow, by night";
        assertThat(ErrorText.masked("bad: " + prompt + "!", List.of(prompt))).isEqualTo("bad: [masked]!");
        assertThat(ErrorText.masked("bad: a \"red\" fox in the sn...", List.of(prompt)))
                .isEqualTo("bad: [masked]...");
        assertThat(ErrorText.masked("{\"p\":\"a \\\"red\\\" fox\\nin the snow, by night\"}", List.of(prompt)))
                .isEqualTo("{\"p\":\"[masked]\"}");
        assertThat(ErrorText.masked("no fox, outfoxed", List.of("fox"))).isEqualTo("no [masked], outfoxed");
        assertThat(ErrorText.masked("text", List.of("", " "))).isEqualTo("text");
    }

    @Test
    void a_prompt_is_masked_wherever_in_the_text_it_begins_and_breaks_off() {
        String prompt = "a red fox in the snow";
        assertThat(ErrorText.masked(prompt + " is bad", List.of(prompt))).isEqualTo("[masked] is bad");
        assertThat(ErrorText.masked("bad: " + prompt, List.of(prompt))).isEqualTo("bad: [masked]");
        assertThat(ErrorText.masked("bad: a red fox in the", List.of(prompt))).isEqualTo("bad: [masked]");
        assertThat(ErrorText.masked(prompt + ", " + prompt + ".", List.of(prompt)))
                .isEqualTo("[masked], [masked].");
    }

    @Test
    void a_secret_of_sixteen_characters_is_masked_inside_a_word_too() {
        assertThat(ErrorText.masked("no sixteen_letters_x", List.of("sixteen_letters_")))
                .isEqualTo("no [masked]x");
        assertThat(ErrorText.masked("no fifteen_letterx", List.of("fifteen_letter")))
                .isEqualTo("no fifteen_letterx");
    }

    @Test
    void a_long_text_is_cut_between_characters_after_masking() {
        assertThat(ErrorText.masked("x".repeat(39) + " " + "😀".repeat(400), List.of()))
                .hasSize(500)
                .endsWith("😀");
        assertThat(ErrorText.masked("no " + "😀".repeat(400), List.of()))
                .hasSize(499)
                .endsWith("😀");
        assertThat(ErrorText.masked("a ".repeat(249) + "b😀c d", List.of())).hasSize(499);
        assertThat(ErrorText.masked("a ".repeat(245) + "https://a.example.com/secret", List.of()))
                .doesNotContain("secret")
                .hasSizeLessThanOrEqualTo(500);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a.", "a", ":/", "-", "%3a", "token ", "bearer ", "data:", "a.a/", "=\"'", "[", "\\/"})
    void a_hostile_text_takes_no_long_time(String piece) {
        assertTimeoutPreemptively(
                Duration.ofMinutes(1),
                () -> ErrorText.masked(piece.repeat(2_000_000 / piece.length()), List.of("prompt of some length")));
    }
}
