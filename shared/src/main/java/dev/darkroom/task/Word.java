package dev.darkroom.task;

import java.util.Locale;

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
}
