package dev.darkroom.request;

import java.util.Optional;

/** Which characters a text of a request may hold. */
final class Characters {
    private Characters() {}

    /** White space, and format characters such as a zero-width space or a byte order mark. A prompt of nothing else is blank. */
    static boolean isInvisible(int c) {
        return Character.isWhitespace(c) || Character.isSpaceChar(c) || Character.getType(c) == Character.FORMAT;
    }

    /**
     * What is wrong with the text's characters, if anything. An unpaired surrogate has no UTF-8 form, so it could not be stored
     * or sent. Control characters other than tab, LF and CR do not belong in a prompt.
     */
    static Optional<String> flaw(String text) {
        boolean unpaired = false;
        boolean control = false;
        for (int c : text.codePoints().toArray()) {
            unpaired |= Character.getType(c) == Character.SURROGATE;
            control |= Character.isISOControl(c) && c != '\t' && c != '\n' && c != '\r';
        }
        if (unpaired) {
            return Optional.of("must not contain half of a surrogate pair");
        }
        return control
                ? Optional.of("must not contain control characters other than tab, LF and CR")
                : Optional.empty();
    }
}
