package dev.darkroom.net;

import java.net.URI;
import java.net.URLEncoder;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads an http or https URL as browsers do (WHATWG URL Standard), so that no result is lost because of a space in its path. It
 * strips, replaces and escapes what browsers do; then the strict rules ({@link UrlRules}) check the result. It does not change
 * the host: the strict rules refuse percent-encoding, odd numbers and user info.
 */
final class BrowserUrl {
    private static final Pattern SCHEME =
            Pattern.compile("(?<scheme>[A-Za-z][A-Za-z0-9+.-]*):(?<rest>.*)", Pattern.DOTALL);

    /** Any number of slashes or backslashes may precede the host. */
    private static final Pattern HOST = Pattern.compile("[/\\\\]*(?<host>[^/\\\\?#]*)(?<target>.*)", Pattern.DOTALL);

    private static final Pattern TARGET = Pattern.compile("(?<path>[^?#]*)(?<query>\\?[^#]*)?(?:#.*)?", Pattern.DOTALL);
    private static final Pattern DOTS_AT_THE_END = Pattern.compile("(?:^|/)(?:\\.|%2[eE]){1,2}\\z");

    /**
     * What java.net.URI does not take; browsers leave a few more unescaped. A percent sign that begins no escape stands for
     * itself. A browser sends it as it is, but our client cannot.
     */
    private static final Pattern ODD_IN_PATH = odd("'");

    private static final Pattern ODD_IN_QUERY = odd("?");

    private BrowserUrl() {}

    private static Pattern odd(String plainToo) {
        return Pattern.compile("%(?![0-9A-Fa-f]{2})|[^A-Za-z0-9._~!$&()*+,;=:@/%" + plainToo + "-]+");
    }

    /**
     * The URL in the spelling that browsers would send. A text that is not an http or https URL is returned unchanged.
     *
     * @param base the base of a relative reference; null if there is none
     */
    static String read(String text, @Nullable URI base) {
        // trim, unlike strip, takes what browsers take: everything up to U+0020.
        String url = text.trim().replaceAll("[\\t\\n\\r]+", "");
        Matcher absolute = SCHEME.matcher(url);
        if (!absolute.matches()) {
            return base == null ? url : relative(url, base);
        }
        String scheme = absolute.group("scheme").toLowerCase(Locale.ROOT);
        String rest = absolute.group("rest");
        if (!scheme.equals("https") && !scheme.equals("http")) {
            return url;
        }
        // "https:x" is relative to a base with the same scheme. The standard keeps this old rule.
        return base != null && scheme.equals(base.getScheme()) && !rest.startsWith("/") && !rest.startsWith("\\")
                ? relative(rest, base)
                : withHost(scheme, rest);
    }

    /** A redirect's target. Browsers read a header's bytes as UTF-8, but the HTTP client has made one character of each byte. */
    static String readHeader(String value, URI base) {
        try {
            ByteBuffer bytes = StandardCharsets.ISO_8859_1.newEncoder().encode(CharBuffer.wrap(value));
            return read(StandardCharsets.UTF_8.newDecoder().decode(bytes).toString(), base);
        } catch (CharacterCodingException e) {
            return read(value, base);
        }
    }

    private static String withHost(String scheme, String rest) {
        Matcher parts = matched(HOST, rest);
        return scheme + "://" + parts.group("host") + target(parts.group("target"), "/", null);
    }

    private static String relative(String reference, URI base) {
        return reference.replace('\\', '/').startsWith("//")
                ? withHost(base.getScheme(), reference)
                : base.getScheme() + "://" + base.getRawAuthority()
                        + target(reference, base.getRawPath(), base.getRawQuery());
    }

    /** The match of a pattern that matches every text. */
    private static Matcher matched(Pattern pattern, String text) {
        Matcher match = pattern.matcher(text);
        if (!match.matches()) {
            throw new IllegalStateException("every text matches");
        }
        return match;
    }

    /** Path and query, escaped, without the fragment, which is never sent. What is missing comes from the base. */
    private static String target(String text, String basePath, @Nullable String baseQuery) {
        Matcher parts = matched(TARGET, text);
        String path = parts.group("path").replace('\\', '/');
        String query = parts.group("query");
        if (path.isEmpty() && query == null && baseQuery != null) {
            query = "?" + baseQuery;
        }
        if (path.isEmpty()) {
            path = basePath;
        } else if (!path.startsWith("/")) {
            path = basePath.substring(0, basePath.lastIndexOf('/') + 1) + path;
        }
        return escaped(withoutDots(path), ODD_IN_PATH)
                + (query == null ? "" : "?" + escaped(query.substring(1), ODD_IN_QUERY));
    }

    /** Begins with a slash, without "." and "..", also percent-encoded ones. */
    private static String withoutDots(String path) {
        Deque<String> kept = new ArrayDeque<>();
        String whole = DOTS_AT_THE_END.matcher(path).replaceFirst("$0/");
        for (String segment : (whole.startsWith("/") ? whole.substring(1) : whole).split("/", -1)) {
            switch (segment.replaceAll("(?i)%2e", ".")) {
                case "." -> {}
                case ".." -> kept.pollLast();
                default -> kept.add(segment);
            }
        }
        return "/" + String.join("/", kept);
    }

    private static String escaped(String text, Pattern odd) {
        // An unpaired surrogate becomes the replacement character, as in browsers.
        return odd.matcher(text.replaceAll("\\p{Cs}", "\ufffd"))
                .replaceAll(found ->
                        URLEncoder.encode(found.group(), StandardCharsets.UTF_8).replace("+", "%20"));
    }
}
