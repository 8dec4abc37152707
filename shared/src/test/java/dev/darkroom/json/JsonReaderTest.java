package dev.darkroom.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonReaderTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'a':1,'b':2,'a':1}| a",
                "{'a':1,'\\u0061':2}| a",
                "{'b':[{'e':1},{'e':1,'e':2}],'a':1,'a':2}| e",
                "{'ä\\n':1,'ä\\n':2}| ??",
                "{'':1,'':2}| ?"
            })
    void the_first_repeated_key_is_told(String text, String key) {
        assertThatThrownBy(() -> Json.parse(text.replace('\'', '"')))
                .isInstanceOf(JsonException.class)
                .hasMessage("The field " + key + " appears twice in one object");
    }

    @Test
    void equal_keys_of_different_objects_are_no_repetition() throws JsonException {
        String text = "{\"a\":{\"a\":[{\"a\":1},{\"a\":1}]}}";
        assertThat(Json.parse(text).text()).isEqualTo(text);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", " ", "{", "{}{}", "{} x", "{'a':1}", "{\"a\":NaN}", "[1,]", "{\"a\":01}", "nul", "\ufeff{}"})
    void what_is_not_one_json_document_is_refused(String text) {
        assertThatThrownBy(() -> Json.parse(text)).isInstanceOf(JsonException.class);
    }

    @Test
    void nesting_is_bounded() throws JsonException {
        String text = "[".repeat(32) + "]".repeat(32);
        assertThat(Json.parse(text).text()).isEqualTo(text);
        assertThatThrownBy(() -> Json.parse("[".repeat(33) + "]".repeat(33)))
                .isInstanceOf(JsonException.class)
                .hasMessageContaining("32");
    }

    @Test
    void a_strangers_name_is_shown_shortened_and_in_plain_ascii() {
        assertThat(Json.shown("x".repeat(60))).isEqualTo("x".repeat(60));
        assertThat(Json.shown("x".repeat(61))).isEqualTo("x".repeat(60) + "...");
        assertThat(Json.shown("input.ä[0]\n")).isEqualTo("input.?[0]?");
        assertThat(Json.shown("")).isEqualTo("?");
    }

    /** Whole paths of all these keys would take ten gigabytes. */
    @Test
    void many_repeated_keys_under_long_names_fit_into_the_memory() {
        String name = "A".repeat(50_000);
        String repeated = "\"%1$s\":0,".formatted(name) + "\"d\":0,".repeat(50_000);
        String text = "{\"%1$s\":{\"%1$s\":{\"%1$s\":{\"%1$s\":{%2$s\"%1$s\":0}}}}}".formatted(name, repeated);

        assertThatThrownBy(() -> Json.parse(text))
                .isInstanceOf(JsonException.class)
                .hasMessage("The field d appears twice in one object");
        assertThatThrownBy(() -> Json.parse(text.replace("\"d\":0,", "")))
                .isInstanceOf(JsonException.class)
                .hasMessageContaining("A".repeat(60) + "... appears");
    }
}
