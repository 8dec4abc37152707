package dev.darkroom.submit;

import java.util.Optional;
import java.util.regex.Pattern;

/** What a client calls one submit, so that it may repeat it: 1..255 visible ASCII characters. */
record IdempotencyKey(String value) {
    private static final Pattern FORM = Pattern.compile("[\\x21-\\x7e]{1,255}");

    static Optional<IdempotencyKey> parse(String text) {
        return FORM.matcher(text).matches() ? Optional.of(new IdempotencyKey(text)) : Optional.empty();
    }
}
