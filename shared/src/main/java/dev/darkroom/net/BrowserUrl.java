package dev.darkroom.net;

import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HexFormat;
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
    private static final Pattern BREAKS = Pattern.compile("[\\t\\n\\r]+");
    private static final Pattern SCHEME =
            Pattern.compile("(?<scheme>[A-Za-z][A-Za-z0-9+.-]*):(?<rest>.*)", Pattern.DOTALL);
    private static final Pattern PARTS = Pattern.compile("(?<path>[^?#]*)(?<query>\\?[^#]*)?(?:#.*)?", Pattern.DOTALL);

    /**
     * The characters that need no escape in a path or query. java.net.URI takes no others; browsers leave a few more unescaped.
     */
    private static final String PLAIN =
            "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~!$&()*+,;=:@/";

    private static final HexFormat HEX = HexFormat.of().withUpperCase();

    private BrowserUrl() {}

    /**
     * The URL in the spelling that browsers would send. A text that is not an http or https URL is returned unchanged.
     *
     * @param base the base of a relative reference; null if there is none
     */
    static String read(String text, @Nullable URI base) {
        // trim, unlike strip, takes what browsers take: everything up to U+0020.
        String url = BREAKS.matcher(text.trim()).replaceAll("");
        Matcher absolute = SCHEME.matcher(url);
        if (absolute.matches()) {
            String scheme = absolute.group("scheme").toLowerCase(Locale.ROOT);
            String rest = absolute.group("rest");
            if (!scheme.equals("https") && !scheme.equals("http")) {
                return url;
            }
            // "https:x" is relative to a base with the same scheme. The standard keeps this old rule.
            return base != null && scheme.equals(base.getScheme()) && !startsWithSlash(rest)
                    ? relative(rest, base)
                    : withAuthority(scheme, rest);
        }
        return base == null ? url : relative(url, base);
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

    private static boolean startsWithSlash(String text) {
        return text.startsWith("/") || text.startsWith("\\");
    }

    /** Any number of slashes or backslashes may precede the host. */
    private static String withAuthority(String scheme, String rest) {
        int host = 0;
        while (host < rest.length() && isSlash(rest.charAt(host))) {
            host++;
        }
        int path = host;
        while (path < rest.length() && !isSlash(rest.charAt(path)) && "?#".indexOf(rest.charAt(path)) < 0) {
            path++;
        }
        return scheme + "://" + rest.substring(host, path) + target(rest.substring(path), "");
    }

    private static String relative(String reference, URI base) {
        if (reference.length() > 1 && isSlash(reference.charAt(0)) && isSlash(reference.charAt(1))) {
            return withAuthority(base.getScheme(), reference);
        }
        String origin = base.getScheme() + "://" + base.getRawAuthority();
        String path = base.getRawPath();
        if (reference.isEmpty() || reference.startsWith("#")) {
            return origin + path + (base.getRawQuery() == null ? "" : "?" + base.getRawQuery());
        }
        if (reference.startsWith("?")) {
            return origin + target(path + reference, "");
        }
        return origin
                + target(reference, startsWithSlash(reference) ? "" : path.substring(0, path.lastIndexOf('/') + 1));
    }

    /** Path and query, escaped, without the fragment, which is never sent. */
    private static String target(String text, String folder) {
        Matcher parts = PARTS.matcher(text);
        if (!parts.matches()) {
            throw new IllegalStateException("every text has a path");
        }
        String path = withoutDots(folder + parts.group("path").replace('\\', '/'));
        String query = parts.group("query");
        return escaped(path, "'") + (query == null ? "" : "?" + escaped(query.substring(1), "?"));
    }

    /** Begins with a slash, without "." and "..", also percent-encoded ones. */
    private static String withoutDots(String path) {
        String[] segments = (path.startsWith("/") ? path.substring(1) : path).split("/", -1);
        Deque<String> kept = new ArrayDeque<>();
        for (int i = 0; i < segments.length; i++) {
            boolean last = i == segments.length - 1;
            switch (segments[i].replaceAll("(?i)%2e", ".")) {
                case "." -> {
                    if (last) {
                        kept.add("");
                    }
                }
                case ".." -> {
                    kept.pollLast();
                    if (last) {
                        kept.add("");
                    }
                }
                default -> kept.add(segments[i]);
            }
        }
        return "/" + String.join("/", kept);
    }

    private static String escaped(String text, String plainToo) {
        StringBuilder escaped = new StringBuilder();
        for (int i = 0; i < text.length(); ) {
            int c = text.codePointAt(i);
            if (PLAIN.indexOf(c) >= 0 || plainToo.indexOf(c) >= 0 || (c == '%' && isEscape(text, i))) {
                escaped.append((char) c);
            } else {
                // An unpaired surrogate becomes the replacement character, as in browsers.
                String sent = Character.getType(c) == Character.SURROGATE ? "\ufffd" : Character.toString(c);
                for (byte b : sent.getBytes(StandardCharsets.UTF_8)) {
                    escaped.append('%').append(HEX.toHexDigits(b));
                }
            }
            i += Character.charCount(c);
        }
        return escaped.toString();
    }

    /** A percent sign that begins no escape stands for itself. A browser sends it as it is, but our client cannot. */
    private static boolean isEscape(String text, int at) {
        return at + 2 < text.length()
                && Character.digit(text.charAt(at + 1), 16) >= 0
                && Character.digit(text.charAt(at + 2), 16) >= 0
                && text.charAt(at + 1) < 0x80
                && text.charAt(at + 2) < 0x80;
    }

    private static boolean isSlash(char c) {
        return c == '/' || c == '\\';
    }
}
