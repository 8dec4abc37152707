package dev.darkroom.request;

import dev.darkroom.task.Word;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;

/** One of a fixed set of words, spelled as APIDot's README spells it. */
public interface Spelled extends Word {
    /** The word with exactly this spelling. */
    static <W extends Spelled> Optional<W> parse(W[] words, String text) {
        return Arrays.stream(words).filter(word -> word.text().equals(text)).findFirst();
    }

    /** All the words, for a sentence. */
    static String list(Spelled... words) {
        return Arrays.stream(words).map(Spelled::text).collect(Collectors.joining(", "));
    }
}
