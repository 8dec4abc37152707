package dev.darkroom.submit;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IdempotencyKeyTest {
    @ParameterizedTest
    @ValueSource(strings = {"!", "~", "a-key_1.2:3", "ORDER#17"})
    void a_key_is_of_visible_ascii_characters(String key) {
        assertThat(IdempotencyKey.parse(key)).contains(new IdempotencyKey(key));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "a key", "key\n", "\u007f", "schl\u00fcssel"})
    void another_text_is_no_key(String text) {
        assertThat(IdempotencyKey.parse(text)).isEmpty();
    }

    @Test
    void a_key_has_at_most_255_characters() {
        assertThat(IdempotencyKey.parse("k".repeat(255))).isPresent();
        assertThat(IdempotencyKey.parse("k".repeat(256))).isEmpty();
    }
}
