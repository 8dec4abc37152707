package dev.darkroom.task;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class WordTest {
    @ParameterizedTest
    @EnumSource
    void a_word_is_found_by_its_spelling_only(TaskState state) {
        assertThat(Word.parse(TaskState.values(), state.text())).contains(state);
        assertThat(Word.parse(TaskState.values(), state.name())).isEmpty();
        assertThat(Word.list(TaskState.values()).split(", "))
                .isEqualTo(Arrays.stream(TaskState.values()).map(Word::text).toArray());
    }
}
