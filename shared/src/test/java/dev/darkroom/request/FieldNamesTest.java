package dev.darkroom.request;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FieldNamesTest {
    @ParameterizedTest
    @CsvSource({
        "promt, prompt",
        "PROMPT_, prompt",
        "prompts123, ", // four edits
        "pt, ", // as many, the other way
        "xxxxprompt, ",
        "m, ", // one edit of a name of one letter
        "N, n",
        "sise, size",
        "so, ", // two edits of four letters are few enough, three are not
        "si, size"
    })
    void the_closest_name_is_close_enough_or_none(String name, String closest) {
        assertThat(FieldNames.closest(name, List.of("prompt", "size", "n")).orElse(null))
                .isEqualTo(closest);
    }

    @Test
    void of_two_names_alike_the_first_is_suggested() {
        assertThat(FieldNames.closest("image_urt", List.of("image_url", "image_ury")))
                .contains("image_url");
    }

    @Test
    void a_strangers_name_is_shown_shortened_and_in_plain_ascii() {
        assertThat(FieldNames.shown("x".repeat(60))).isEqualTo("x".repeat(60));
        assertThat(FieldNames.shown("x".repeat(61))).isEqualTo("x".repeat(60) + "...");
        assertThat(FieldNames.shown("input.ä[0]\n")).isEqualTo("input.?[0]?");
        assertThat(FieldNames.shown("")).isEqualTo("?");
    }
}
