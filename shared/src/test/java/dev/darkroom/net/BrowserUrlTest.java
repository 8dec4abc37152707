package dev.darkroom.net;

import static org.assertj.core.api.Assertions.assertThat;

import dev.darkroom.net.Verdict.Allowed;
import dev.darkroom.net.Verdict.Refused;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The cases follow the URL Standard's own (web-platform-tests, url/resources/urltestdata.json): those for http and https whose host the
 * strict rules allow. A fragment is never sent, so the results have none.
 */
class BrowserUrlTest {
    private static final URI BASE = URI.create("https://example.org/foo/bar");

    private static Arguments read(String input, String read) {
        return Arguments.of(input, read);
    }

    static Stream<Arguments> cases() {
        return Stream.of(
                // Characters that browsers remove around and inside a URL.
                read("  https://example.com/a  ", "https://example.com/a"),
                read("\u0000\u001b\u0004 https://example.com/\u001f \r ", "https://example.com/"),
                read("https://example\t.\norg/x\ry", "https://example.org/xy"),
                read("h\tt\nt\rp\ts:/\t/e\nx\ra\tm\np\rl\te.com/", "https://example.com/"),
                // scheme and slashes
                read("HTTPS://EXAMPLE.com/A", "https://example.com/A"),
                read("https:example.com/", "https://example.com/"),
                read("https:/example.com/", "https://example.com/"),
                read("https:////example.com///x", "https://example.com///x"),
                read("https:\\\\example.com\\a\\b", "https://example.com/a/b"),
                read("https:\\/\\example.com", "https://example.com/"),
                read("https://example.com", "https://example.com/"),
                read("https://example.com?q=1", "https://example.com/?q=1"),
                read("https://example.com#f", "https://example.com/"),
                read("https://example.com:/x", "https://example.com/x"),
                read("https://example.com:8080/x", "https://example.com:8080/x"),
                // path
                read("https://example.com/ b c ", "https://example.com/%20b%20c"),
                read("https://example.com/a b?c d# e", "https://example.com/a%20b?c%20d"),
                read("https://example.com/foo\u0091%91", "https://example.com/foo%C2%91%91"),
                read("https://example.com/%20foo", "https://example.com/%20foo"),
                read(
                        "https://example.com/\u4f60\u597d\u4f60\u597d",
                        "https://example.com/%E4%BD%A0%E5%A5%BD%E4%BD%A0%E5%A5%BD"),
                read("https://example.com/\u202e/foo/\u202d/bar", "https://example.com/%E2%80%AE/foo/%E2%80%AD/bar"),
                read("https://example.com/\ud83d\udca9?\ud83d\udca9", "https://example.com/%F0%9F%92%A9?%F0%9F%92%A9"),
                read("https://example.com/\ud800\ud801/\udfff", "https://example.com/%EF%BF%BD%EF%BF%BD/%EF%BF%BD"),
                read("https://example.com/cafe\u0301", "https://example.com/cafe%CC%81"),
                read("https://example.com/\"quoted\"<x>`{y}", "https://example.com/%22quoted%22%3Cx%3E%60%7By%7D"),
                read("https://example.com/(%28:%3A%29)", "https://example.com/(%28:%3A%29)"),
                read("https://example.com/'@!$&*+,;=~", "https://example.com/'@!$&*+,;=~"),
                // Browsers leave these characters alone; java.net.URI accepts them only when escaped.
                read("https://example.com/a[1]|b^c.png", "https://example.com/a%5B1%5D%7Cb%5Ec.png"),
                read("https://example.com/100%.png", "https://example.com/100%25.png"),
                read("https://example.com/%00%0a%a0", "https://example.com/%00%0a%a0"),
                read("https://example.com/%zz%6", "https://example.com/%25zz%256"),
                read("https://example.com/%\uff11\uff11", "https://example.com/%25%EF%BC%91%EF%BC%91"),
                // query
                read("https://example.com/?q=a b\"c<d>e'f", "https://example.com/?q=a%20b%22c%3Cd%3Ee%27f"),
                read("https://example.com/?a?b/c\\d", "https://example.com/?a?b/c%5Cd"),
                read("https://example.com/?q=\u00e9", "https://example.com/?q=%C3%A9"),
                read("https://example.com/?", "https://example.com/?"),
                read("https://example.com/??a=b&c=d", "https://example.com/??a=b&c=d"),
                // A dot at the end of the host name.
                read("https://example.com./a", "https://example.com/a"),
                read("https://EXAMPLE.com.:443/a", "https://example.com:443/a"),
                // Dot segments.
                read("https://example.com/././foo", "https://example.com/foo"),
                read("https://example.com/./.foo", "https://example.com/.foo"),
                read("https://example.com/foo/.", "https://example.com/foo/"),
                read("https://example.com/foo/./", "https://example.com/foo/"),
                read("https://example.com/foo/bar/..", "https://example.com/foo/"),
                read("https://example.com/foo/bar/../ton", "https://example.com/foo/ton"),
                read("https://example.com/foo/bar/../ton/../../a", "https://example.com/a"),
                read("https://example.com/foo/../../../ton", "https://example.com/ton"),
                read("https://example.com/foo/%2e", "https://example.com/foo/"),
                read("https://example.com/foo/%2e%2", "https://example.com/foo/%2e%252"),
                read("https://example.com/foo/%2E./%2e%2e/.%2e/%2e.bar", "https://example.com/%2e.bar"),
                read("https://example.com////../..", "https://example.com//"),
                read("https://example.com/foo/bar//../..", "https://example.com/foo/"),
                read("https://example.com/..\\..\\x", "https://example.com/x"),
                read("https://example.com/foo?/../bar", "https://example.com/foo?/../bar"));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void reads_a_url_as_a_browser_does(String input, String read) {
        Allowed allowed = new Allowed(URI.create(read));
        assertThat(UrlRules.read(input, null, TrustedHosts.none())).isEqualTo(allowed);
        assertThat(UrlRules.read(input, URI.create("http://other.example/"), TrustedHosts.none()))
                .isEqualTo(allowed);
        // Reading a result again must not change it.
        assertThat(BrowserUrl.read(read, null)).isEqualTo(read);
    }

    static Stream<Arguments> references() {
        return Stream.of(
                read("", "https://example.org/foo/bar?q"),
                read("  \t", "https://example.org/foo/bar?q"),
                read("#f", "https://example.org/foo/bar?q"),
                read("?", "https://example.org/foo/bar?"),
                read("?a#b", "https://example.org/foo/bar?a"),
                read("/", "https://example.org/"),
                read("\\x", "https://example.org/x"),
                read("//example.com", "https://example.com/"),
                read("\\\\example.com\\hello", "https://example.com/hello"),
                read("///example.com/y", "https://example.com/y"),
                read("x.png", "https://example.org/foo/x.png"),
                read(":foo.com/", "https://example.org/foo/:foo.com/"),
                read("a b|c", "https://example.org/foo/a%20b%7Cc"),
                read("..", "https://example.org/"),
                read("../../x", "https://example.org/x"),
                read("./a/./b/../c", "https://example.org/foo/a/c"),
                read("https:x", "https://example.org/foo/x"),
                read("https:/x", "https://x/"),
                read("https:?a", "https://example.org/foo/bar?a"),
                read("http:x.example", "http://x.example/"),
                read("1:x", "https://example.org/foo/1:x"));
    }

    @ParameterizedTest
    @MethodSource("references")
    void resolves_a_reference_as_a_browser_does(String reference, String read) {
        assertThat(BrowserUrl.read(reference, URI.create(BASE + "?q"))).isEqualTo(read);
    }

    @Test
    void a_base_without_a_path_is_the_root() {
        assertThat(BrowserUrl.read("x", URI.create("https://example.org"))).isEqualTo("https://example.org/x");
        assertThat(BrowserUrl.read("?x", URI.create("https://example.org"))).isEqualTo("https://example.org/?x");
    }

    /** The HTTP client turns each byte of a header into one character. */
    @Test
    void a_header_in_utf8_is_read_as_utf8_and_one_in_latin1_as_that() {
        String utf8 = new String("/\u00e9\u4f60".getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);

        assertThat(BrowserUrl.readHeader(utf8, BASE)).isEqualTo("https://example.org/%C3%A9%E4%BD%A0");
        assertThat(BrowserUrl.readHeader("/\u00e9", BASE)).isEqualTo("https://example.org/%C3%A9");
        assertThat(BrowserUrl.readHeader("/\u4f60", BASE)).isEqualTo("https://example.org/%E4%BD%A0");
    }

    static List<String> hostileUrls() {
        List<String> all = new ArrayList<>(HostileUrls.ALL);
        all.addAll(HostileUrls.TO_BROWSERS);
        return all;
    }

    /** The reader may turn an odd URL into a public one. It must never make one that leads elsewhere. */
    @ParameterizedTest
    @MethodSource("hostileUrls")
    void a_hostile_url_leads_nowhere_but_to_its_public_host(String url) {
        for (URI base : new URI[] {null, BASE}) {
            switch (UrlRules.read(url, base, TrustedHosts.none())) {
                case Refused refused ->
                    assertThat(refused.reason()).startsWith("must ").doesNotContain("://", "127");
                case Allowed(URI uri) -> {
                    assertThat(uri.getScheme()).isEqualTo("https");
                    assertThat(uri.getRawAuthority()).isIn("example.com", "example.org");
                    assertThat(UrlRules.check(uri.toString(), TrustedHosts.none()))
                            .isEqualTo(new Allowed(uri));
                }
            }
        }
    }

    /** Extra characters in a hostile URL, which a browser removes, must not change the judgement of its host. */
    @Test
    void no_character_opens_a_way_to_a_private_host() {
        long seed = System.nanoTime();
        System.out.println("seed " + seed);
        Random random = new Random(seed);
        List<String> urls = hostileUrls();
        String dust = "\t\n\r \\/@:?#%.[]|\u0000\u00ad\u200b\u3002\uff0e\uff20\uff0f0x1";
        for (int i = 0; i < 50_000; i++) {
            StringBuilder url = new StringBuilder(urls.get(random.nextInt(urls.size())));
            for (int more = random.nextInt(1, 5); more > 0; more--) {
                url.insert(random.nextInt(url.length() + 1), dust.charAt(random.nextInt(dust.length())));
            }
            if (UrlRules.read(url.toString(), random.nextBoolean() ? BASE : null, TrustedHosts.none())
                    instanceof Allowed(URI uri)) {
                assertThat(uri.getScheme()).as(url.toString()).isEqualTo("https");
                assertThat(uri.getRawUserInfo()).as(url.toString()).isNull();
                assertThat(UrlRules.check(uri.toString(), TrustedHosts.none()))
                        .as(url.toString())
                        .isEqualTo(new Allowed(uri));
                // The HTTP client's parser and a strict one must see the host that was judged.
                assertThat(uri.getHost()).as(url.toString()).isEqualTo(host(uri.toString()));
            }
        }
    }

    private static String host(String url) {
        String authority = url.substring("https://".length(), url.indexOf('/', "https://".length()));
        return authority.replaceAll(":[0-9]*$", "");
    }

    /** A regular expression for the spaces at the end took the square of these: more than an hour. */
    @Test
    @Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void a_million_spaces_within_a_url_are_read_at_once() {
        int count = 1_000_000;

        assertThat(BrowserUrl.read("https://example.com/a" + " ".repeat(count) + "b", null))
                .isEqualTo("https://example.com/a" + "%20".repeat(count) + "b");
    }

    @Test
    void forbidden_and_unreadable_are_told_apart() {
        for (String url : List.of(
                "http://example.com/",
                "ftp://example.com/",
                "https://127.0.0.1/",
                "https://127.0.0.1./",
                "https://localhost./",
                "https://0x7f.1/",
                "https://localhost/")) {
            assertThat(UrlRules.read(url, null, TrustedHosts.none())).as(url).isInstanceOf(Refused.Forbidden.class);
        }
        for (String url : List.of(
                "",
                "x.png",
                "//example.com/x",
                "https://",
                "https://exa mple.com/",
                "https://exa%6dple.com/",
                "https://u@example.com/",
                "https://u:p@example.com/",
                "https://example.com../",
                "https://./",
                "https://ex_ample.com/",
                "https://example.com:x/",
                "https://example.com:65536/",
                "https://example.com/" + "x".repeat(8173))) {
            assertThat(UrlRules.read(url, null, TrustedHosts.none())).as(url).isInstanceOf(Refused.Unreadable.class);
        }
        assertThat(UrlRules.read("https://example.com/" + "x".repeat(8172), null, TrustedHosts.none()))
                .isInstanceOf(Allowed.class);
    }
}
