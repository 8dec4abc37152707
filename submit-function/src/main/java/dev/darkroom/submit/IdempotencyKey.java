package dev.darkroom.submit;

import java.util.Optional;
import java.util.regex.Pattern;

/** A client's name for one submit, which makes a repeat safe: 1 to 255 visible ASCII characters. */
record IdempotencyKey(String value) {
    private static final Pattern FORM = Pattern.compile("[\\x21-\\x7e]{1,255}");

    static Optional<IdempotencyKey> parse(String text) {
        return FORM.matcher(text).matches() ? Optional.of(new IdempotencyKey(text)) : Optional.empty();
    }
}
