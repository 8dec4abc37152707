package dev.darkroom.request;

import java.util.Optional;

/** Which characters a text of a request may hold. */
final class Characters {
    private Characters() {}

    /**
     * What is wrong with the text's characters, if anything. Half a surrogate pair has no UTF-8 form, so it could be neither
     * stored nor sent as it is; control characters other than tab, LF and CR have no place in words for people.
     */
    static Optional<String> flaw(String text) {
        boolean unpaired = false;
        boolean control = false;
        for (int c : text.codePoints().toArray()) {
            unpaired |= Character.getType(c) == Character.SURROGATE;
            control |= Character.isISOControl(c) && c != '\t' && c != '\n' && c != '\r';
        }
        if (unpaired) {
            return Optional.of("must not hold half a surrogate pair");
        }
        return control ? Optional.of("must not hold control characters other than tab, LF and CR") : Optional.empty();
    }
}
