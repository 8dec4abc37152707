package dev.darkroom.apidot;

import dev.darkroom.json.Json;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The texts of APIDot's error answers, made safe to show: short, one line, without URLs and secrets. */
public final class ErrorText {
    /** The longest text that is kept, in UTF-16 units. */
    public static final int MAX_LENGTH = 500;

    /** The longest state word that is kept, in UTF-16 units. */
    public static final int MAX_WORD = 64;

    private static final String MASK = "[masked]";
    // Far more than is kept. It limits the work on a hostile text.
    private static final int MAX_READ = 16 * 1024;
    // If a secret is at least this long, its beginning alone is masked too.
    private static final int PREFIX = 16;

    private static final Pattern UNSEEN =
            Pattern.compile("[\\p{Cntrl}\\p{Cf}\\p{Z}]+", Pattern.UNICODE_CHARACTER_CLASS);

    /** Applied in this order; each match becomes the mask. Possessive where possible, against hostile texts. */
    private static final List<Pattern> PRIVATE = List.of(
            // any scheme, also with slashes escaped as in JSON, or percent-encoded
            Pattern.compile("(?i)\\b[a-z][a-z0-9+.-]{1,20}:(?:\\\\?/){2}[^\\s\"'<>]*+"),
            Pattern.compile("(?i)\\bhttps?%3a[^\\s\"'<>]*+"),
            Pattern.compile("(?i)\\bdata:[^\\s\"'<>]++"),
            Pattern.compile("(?i)\\bwww\\.[^\\s\"'<>]++"),
            // a host with a path and no scheme
            Pattern.compile("(?i)\\b(?:[a-z0-9-]{1,63}\\.){1,8}(?:[a-z]{2,24}|\\d{1,3})(?::\\d{1,5})?/[^\\s\"'<>]++"),
            Pattern.compile("(?i)\\b(?:bearer|basic)\\s++[a-z0-9._~+/=-]{8,}+"),
            Pattern.compile("(?i)\\b(?:api[ _-]?key|access[_-]?key|authorization|secret|signature|password|token)"
                    + "\\b[\"']?\\s?[:=]\\s?[\"']?[^\\s\"',;&<>]++"),
            Pattern.compile("(?i)\\b(?:sk|pk|key)[-_][a-z0-9_-]{8,}+"),
            // a signature of ours (43), a token, a hash; an id (a UUID has 36) is shorter
            Pattern.compile("[A-Za-z0-9_+/=.-]{40,}+"));

    private ErrorText() {}

    /** The text of an error answer; empty when there is none. */
    static String of(String body, List<String> secrets) {
        Body json = Body.read(body);
        String found = json == null ? null : in(json.root());
        return masked(found == null ? body : found, secrets);
    }

    /**
     * The places where APIDot and related APIs put the message: {@code error.message}, {@code error}, {@code message}, {@code
     * detail}.
     */
    static @Nullable String in(Json.Obj body) {
        Json.Obj error = body.object("error");
        String details = body.items("detail").stream()
                .map(item -> item instanceof Json.Obj problem ? problem.string("msg") : null)
                .filter(Objects::nonNull)
                .collect(Collectors.joining("; "));
        return Stream.of(
                        error == null ? null : error.string("message"),
                        body.string("error"),
                        body.string("message"),
                        body.string("detail"),
                        details)
                .filter(Objects::nonNull)
                .findFirst()
                .filter(text -> !text.isBlank())
                .orElse(null);
    }

    /**
     * The text on one line, cut to {@value #MAX_LENGTH} characters, with URLs, keys and tokens masked.
     *
     * @param secrets what must not be echoed, such as the prompt; the beginning of a long one is masked too
     */
    public static String masked(String text, List<String> secrets) {
        String shown = oneLine(cut(text, MAX_READ));
        for (String secret : secrets) {
            shown = without(shown, oneLine(secret));
            String quoted = Json.of(secret).text();
            shown = without(shown, quoted.substring(1, quoted.length() - 1));
        }
        for (Pattern pattern : PRIVATE) {
            shown = pattern.matcher(shown).replaceAll(MASK);
        }
        return cut(shown, MAX_LENGTH).strip();
    }

    /** The same for an unknown state word, for the log: at most {@value #MAX_WORD} characters. */
    public static String word(String text, List<String> secrets) {
        return cut(masked(text, secrets), MAX_WORD).strip();
    }

    private static String oneLine(String text) {
        return UNSEEN.matcher(text).replaceAll(" ").strip();
    }

    private static String without(String text, String secret) {
        if (secret.isEmpty()) {
            return text;
        }
        if (secret.length() < PREFIX) {
            // Only as a whole word, or the prompt "a" would mask parts of every sentence.
            return Pattern.compile("(?<![\\p{L}\\p{N}])" + Pattern.quote(secret) + "(?![\\p{L}\\p{N}])")
                    .matcher(text)
                    .replaceAll(MASK);
        }
        StringBuilder kept = new StringBuilder();
        String beginning = secret.substring(0, PREFIX);
        int from = 0;
        for (int at = text.indexOf(beginning); at >= 0; at = text.indexOf(beginning, from)) {
            kept.append(text, from, at).append(MASK);
            from = at + common(text, at, secret);
        }
        return kept.append(text, from, text.length()).toString();
    }

    private static int common(String text, int at, String secret) {
        int length = 0;
        while (length < secret.length()
                && at + length < text.length()
                && text.charAt(at + length) == secret.charAt(length)) {
            length++;
        }
        return length;
    }

    private static String cut(String text, int max) {
        if (text.length() <= max) {
            return text;
        }
        return text.substring(0, Character.isHighSurrogate(text.charAt(max - 1)) ? max - 1 : max);
    }
}
