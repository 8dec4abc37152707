package dev.darkroom.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonDocumentTest {

    @Test
    void every_repeated_key_is_told_by_its_path() throws JsonException {
        JsonDocument document = JsonDocument.read("""
            {"a":1,"b":{"c":1,"d":[{"e":1},{"e":1,"e":2}],"c":2},"a":{"x":1,"x":2},"a":3}\
            """);

        assertThat(document.duplicates()).isEqualTo(List.of("b.d[1].e", "b.c", "a.x", "a", "a"));
    }

    @Test
    void the_first_of_repeated_values_is_kept() throws JsonException {
        assertThat(JsonDocument.read("{\"a\":1,\"a\":2}").root().text()).isEqualTo("{\"a\":1}");
    }

    @Test
    void equal_keys_of_different_objects_are_no_repetition() throws JsonException {
        assertThat(JsonDocument.read("{\"a\":{\"a\":[{\"a\":1},{\"a\":1}]}}").duplicates())
                .isEmpty();
    }

    @Test
    void the_strict_reader_refuses_a_repeated_key() {
        assertThatThrownBy(() -> Json.parse("{\"a\":1,\"\\u0061\":1}"))
                .isInstanceOf(JsonException.class)
                .hasMessage("A field stands twice in one object");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", " ", "{", "{}{}", "{} x", "{'a':1}", "{\"a\":NaN}", "[1,]", "{\"a\":01}", "nul", "\ufeff{}"})
    void what_is_not_one_json_document_is_refused(String text) {
        assertThatThrownBy(() -> JsonDocument.read(text)).isInstanceOf(JsonException.class);
    }

    @Test
    void nesting_is_bounded() throws JsonException {
        assertThat(JsonDocument.read("[".repeat(32) + "]".repeat(32)).duplicates())
                .isEmpty();
        assertThatThrownBy(() -> JsonDocument.read("[".repeat(33) + "]".repeat(33)))
                .isInstanceOf(JsonException.class)
                .hasMessageContaining("32");
    }

    /** Whole paths of all these keys would take ten gigabytes. */
    @Test
    void many_repeated_keys_under_long_names_fit_into_the_memory() throws JsonException {
        String name = "A".repeat(50_000);
        String repeated = "\"d\":0" + ",\"d\":0".repeat(50_000);
        String text = "{\"%1$s\":{\"%1$s\":{\"%1$s\":{\"%1$s\":{%2$s}}}}}".formatted(name, repeated);

        assertThat(JsonDocument.read(text).duplicates())
                .hasSize(50_000)
                .allMatch(path -> path.length() == JsonReader.MAX_PATH);
    }
}
