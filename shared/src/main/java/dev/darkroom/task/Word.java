package dev.darkroom.task;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** A constant of an enum that the table or the API spells as its name in lower case, if it does not say otherwise. */
public interface Word {
    String name();

    /** As it is spelled outside. */
    default String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The constant with this spelling. */
    static <W extends Enum<W> & Word> W of(Class<W> words, String text) {
        return Enum.valueOf(words, text.toUpperCase(Locale.ROOT));
    }

    /** The one of these words with exactly this spelling. */
    static <W extends Word> Optional<W> parse(W[] words, String text) {
        return Arrays.stream(words).filter(word -> word.text().equals(text)).findFirst();
    }

    /** All the words, for a sentence. */
    static String list(Word... words) {
        return Arrays.stream(words).map(Word::text).collect(Collectors.joining(", "));
    }
}
