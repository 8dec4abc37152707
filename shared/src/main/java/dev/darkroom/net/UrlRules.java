package dev.darkroom.net;

import dev.darkroom.net.Verdict.Allowed;
import dev.darkroom.net.Verdict.Refused;
import dev.darkroom.net.Verdict.Refused.Forbidden;
import dev.darkroom.net.Verdict.Refused.Unreadable;
import java.net.IDN;
import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The rules for the text of a stranger's URL, before any look-up or connection. {@link OutsideHttp} checks the host's addresses
 * when it connects.
 */
public final class UrlRules {
    /** The longest URL that is accepted, in characters. */
    public static final int MAX_LENGTH = 2048;

    /** The limit for a result's URL and a redirect: a URL presigned with a session's token can have some thousand characters. */
    static final int MAX_READ_LENGTH = 8192;

    /** The longest name of a host, in characters. */
    private static final int MAX_HOST = 253;

    private static final Pattern PARTS =
            Pattern.compile("(?<scheme>[A-Za-z][A-Za-z0-9+.-]*)://(?<authority>[^/?#]*)(?<rest>[^#]*)(?:#.*)?");
    private static final Pattern AUTHORITY =
            Pattern.compile("(?<host>\\[[0-9a-fA-F:.]+]|[^:\\[\\]]+)(?::(?<port>[0-9]*))?");
    private static final Pattern LABEL = Pattern.compile("[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?");
    private static final Pattern NUMBER = Pattern.compile("[0-9]+|0x[0-9a-f]*");
    private static final Pattern DOTTED_DECIMAL =
            Pattern.compile("(?:(?:0|[1-9][0-9]{0,2})\\.){3}(?:0|[1-9][0-9]{0,2})");

    /**
     * Names of private networks (RFC 6761, 6762 with its appendix G, 8375, and ICANN's reservation of "internal"): public name
     * servers must not answer for them, but a private one that the function can reach might.
     */
    private static final List<String> PRIVATE_SUFFIXES = List.of(
            ".localhost",
            ".local",
            ".localdomain",
            ".internal",
            ".intranet",
            ".private",
            ".corp",
            ".home",
            ".lan",
            ".home.arpa");

    private UrlRules() {}

    /** Checks a URL's text, without a look-up. A trusted host needs no https and no public name or address. */
    public static Verdict check(String url, TrustedHosts trusted) {
        return check(url, MAX_LENGTH, false, trusted);
    }

    /**
     * The same for a URL that no client gave: it is read as browsers do, and then checked by the same rules. It removes the dot
     * at the end of a host, which marks a complete name. User info does not end the task: a person looks.
     *
     * @param base the base of a redirect's target; null for a result
     */
    static Verdict read(String url, @Nullable URI base, TrustedHosts trusted) {
        String read = base == null ? BrowserUrl.read(url, null) : BrowserUrl.readHeader(url, base);
        return check(read, MAX_READ_LENGTH, true, trusted);
    }

    private static Verdict check(String url, int maxLength, boolean read, TrustedHosts trusted) {
        if (url.length() > maxLength) {
            return new Unreadable("must be at most " + maxLength + " characters long");
        }
        if (url.codePoints().anyMatch(UrlRules::isForbidden)) {
            return new Unreadable("must not contain spaces, control characters or backslashes");
        }
        Matcher parts = PARTS.matcher(url);
        if (!parts.matches()) {
            return new Unreadable("must be an absolute URL");
        }
        String scheme = parts.group("scheme").toLowerCase(Locale.ROOT);
        if (!scheme.equals("https") && !scheme.equals("http")) {
            return new Forbidden("must use https");
        }
        String authority = parts.group("authority");
        if (authority.contains("@")) {
            return new Unreadable("must not contain user info");
        }
        Matcher hostPort = AUTHORITY.matcher(authority);
        if (!hostPort.matches()) {
            return new Unreadable("must have a valid host");
        }
        boolean ipV6 = authority.startsWith("[");
        String host = ipV6 ? hostPort.group("host") : ascii(hostPort.group("host"));
        if (read && host.endsWith(".")) {
            host = host.substring(0, host.length() - 1);
        }
        String port = hostPort.group("port") == null ? "" : hostPort.group("port");
        if (!port.isEmpty() && (port.length() > 5 || Integer.parseInt(port) < 1 || Integer.parseInt(port) > 65535)) {
            return new Unreadable("must have a port from 1 to 65535");
        }
        if (!ipV6 && isOddNumber(host)) {
            return new Forbidden("must not have a host in an unusual numeric form");
        }
        URI uri;
        try {
            uri = new URI(scheme + "://" + host.toLowerCase(Locale.ROOT) + (port.isEmpty() ? "" : ":" + port)
                    + parts.group("rest"));
            uri = new URI(uri.toASCIIString());
        } catch (URISyntaxException e) {
            return new Unreadable("must be a valid URL");
        }
        // Percent-encoding makes the URL longer, and this form is stored and sent.
        if (uri.toString().length() > maxLength) {
            return new Unreadable("must be at most " + maxLength + " characters long");
        }
        // Two parsers must agree on the host. If they differ, a third one could connect to another host than the
        // checked one.
        if (!host.equalsIgnoreCase(uri.getHost())) {
            return new Unreadable("must have a valid host");
        }
        if (trusted.contains(uri)) {
            return new Allowed(uri);
        }
        if (!scheme.equals("https")) {
            return new Forbidden("must use https");
        }
        Optional<Refused> problem =
                ipV6 ? literalProblem(host.substring(1, host.length() - 1)) : nameProblem(uri.getHost());
        return problem.isPresent() ? problem.get() : new Allowed(uri);
    }

    private static boolean isForbidden(int codePoint) {
        return codePoint == '\\'
                || Character.isISOControl(codePoint)
                || Character.isWhitespace(codePoint)
                || Character.isSpaceChar(codePoint)
                || Character.getType(codePoint) == Character.SURROGATE
                || Character.getType(codePoint) == Character.FORMAT;
    }

    /** The host as it is looked up, with full-width digits, ideographic dots and the like in plain ASCII. */
    private static String ascii(String host) {
        if (host.length() > MAX_HOST) {
            // IDN's time grows with the square of a label. The checks that follow refuse this host.
            return host;
        }
        try {
            return IDN.toASCII(host, IDN.USE_STD3_ASCII_RULES).toLowerCase(Locale.ROOT);
        } catch (RuntimeException e) {
            // Not only the documented kind: a few hundred letters can stand for a thousand, which its encoder refuses.
            return "";
        }
    }

    /** Why this name must not be contacted; empty if it may. */
    private static Optional<Refused> nameProblem(String host) {
        if (host.endsWith(".")) {
            return Optional.of(new Forbidden("must have a host without a dot at its end"));
        }
        if (DOTTED_DECIMAL.matcher(host).matches()) {
            return literalProblem(host);
        }
        String[] labels = host.split("\\.", -1);
        for (String label : labels) {
            if (!LABEL.matcher(label).matches()) {
                return Optional.of(new Unreadable("must have a valid host"));
            }
        }
        boolean local = labels.length == 1 || PRIVATE_SUFFIXES.stream().anyMatch(host::endsWith);
        return local || host.length() > MAX_HOST
                ? Optional.of(new Forbidden("must have a public host name"))
                : Optional.empty();
    }

    /** Some parsers read a host whose last label is a number as an address (URL Standard, "ends in a number"). */
    private static boolean isOddNumber(String host) {
        String last = host.substring(host.lastIndexOf('.') + 1);
        return NUMBER.matcher(last).matches() && !DOTTED_DECIMAL.matcher(host).matches();
    }

    private static Optional<Refused> literalProblem(String literal) {
        try {
            return PublicAddresses.isPublic(InetAddress.ofLiteral(literal))
                    ? Optional.empty()
                    : Optional.of(new Forbidden("must have a public address"));
        } catch (IllegalArgumentException e) {
            return Optional.of(new Unreadable("must have a valid host"));
        }
    }
}
