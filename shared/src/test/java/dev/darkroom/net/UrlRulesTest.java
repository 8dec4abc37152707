package dev.darkroom.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.darkroom.config.ConfigurationException;
import dev.darkroom.config.Environment;
import dev.darkroom.net.Verdict.Allowed;
import dev.darkroom.net.Verdict.Refused;
import java.net.URI;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class UrlRulesTest {
    private static final TrustedHosts TRUSTED =
            TrustedHosts.parse("TRUSTED_HOSTS", List.of("localhost:3001", "127.0.0.1:80", "[::1]:9000"));

    static List<String> hostileUrls() {
        return HostileUrls.ALL;
    }

    @ParameterizedTest
    @MethodSource("hostileUrls")
    void hostile_url_is_refused_without_quoting_it(String url) {
        Verdict verdict = UrlRules.check(url, TrustedHosts.none());

        assertThat(verdict).isInstanceOf(Refused.class);
        String reason = ((Refused) verdict).reason();
        assertThat(reason).startsWith("must ").doesNotContain("://", "127");
    }

    @ParameterizedTest
    @CsvSource({
        "https://example.com, https://example.com",
        "HTTPS://Example.COM/A?b=c#part, https://example.com/A?b=c",
        "https://example.com:8443/x, https://example.com:8443/x",
        "https://example.com:/x, https://example.com/x",
        "https://8.8.8.8/x, https://8.8.8.8/x",
        "https://[2606:4700::1111]/x, https://[2606:4700::1111]/x",
        "https://bücher.example/ä, https://xn--bcher-kva.example/%C3%A4",
        "https://３com.example/, https://3com.example/",
        "https://10.example.com/, https://10.example.com/",
        "https://local.example.com/@x:1, https://local.example.com/@x:1",
        "https://mylocalhost.example/, https://mylocalhost.example/",
    })
    void public_url_is_allowed_in_its_plain_form(String url, String plain) {
        assertThat(UrlRules.check(url, TrustedHosts.none())).isEqualTo(new Allowed(URI.create(plain)));
    }

    @ParameterizedTest
    @CsvSource({"1, true", "443, true", "65535, true", "0, false", "65536, false", "000443, false"})
    void a_port_is_from_1_to_65535(String port, boolean allowed) {
        Verdict verdict = UrlRules.check("https://example.com:" + port + "/", TrustedHosts.none());

        assertThat(verdict instanceof Allowed).isEqualTo(allowed);
    }

    @Test
    void longest_name_is_253_characters_and_has_no_dot_at_its_end() {
        String label = "x".repeat(63) + ".";
        String longest = label.repeat(3) + "x".repeat(57) + ".com";

        assertThat(longest).hasSize(253);
        assertThat(UrlRules.check("https://" + longest + "/", TrustedHosts.none()))
                .isInstanceOf(Allowed.class);
        assertThat(UrlRules.check("https://" + longest + "m/", TrustedHosts.none()))
                .isEqualTo(new Refused.Forbidden("must have a public host name"));
        assertThat(UrlRules.check("https://example.com./", TrustedHosts.none()))
                .isEqualTo(new Refused.Forbidden("must have a host without a dot at its end"));
    }

    /** IDN has an exception of its own for both, and the second is 253 characters before they are spelled out. */
    @Test
    void a_host_far_longer_than_any_is_refused() {
        for (String host : List.of("中".repeat(2000), "㌀".repeat(253))) {
            assertThat(UrlRules.check("https://" + host + "/", TrustedHosts.none()))
                    .isInstanceOf(Refused.Unreadable.class);
        }
    }

    @Test
    void longest_url_is_2048_characters() {
        String url = "https://example.com/" + "x".repeat(2048 - 20);

        assertThat(UrlRules.check(url, TrustedHosts.none())).isInstanceOf(Allowed.class);
        assertThat(UrlRules.check(url + "x", TrustedHosts.none())).isInstanceOf(Refused.class);
        String longerWhenEncoded = "https://example.com/" + "\u00e4".repeat(400);
        assertThat(UrlRules.check(longerWhenEncoded, TrustedHosts.none())).isInstanceOf(Refused.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://localhost:3001/x",
                "https://LOCALHOST:3001/x",
                "http://127.0.0.1/x",
                "http://127.0.0.1:80/x",
                "http://[::1]:9000/x"
            })
    void trusted_host_needs_neither_https_nor_a_public_address(String url) {
        assertThat(UrlRules.check(url, TRUSTED)).isInstanceOf(Allowed.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://localhost/x",
                "http://localhost:3002/x",
                "https://127.0.0.1/x",
                "http://u@localhost:3001/x",
                "http://localhost:3001\\@example.com/",
                "http://localhost.:3001/",
                "ftp://localhost:3001/x",
                "http://example.com/x"
            })
    void trust_ends_at_the_port_and_covers_no_other_rule(String url) {
        assertThat(UrlRules.check(url, TRUSTED)).isInstanceOf(Refused.class);
    }

    /** A trusted host exempts itself from the rules, and no other host. */
    @ParameterizedTest
    @MethodSource("hostileUrls")
    void trust_in_one_host_is_no_trust_in_another(String url) {
        assertThat(UrlRules.check(url, TRUSTED)).isInstanceOf(Refused.class);
        assertThat(UrlRules.read(url, null, TRUSTED)).isEqualTo(UrlRules.read(url, null, TrustedHosts.none()));
    }

    @Test
    void trusted_hosts_are_a_setting() {
        TrustedHosts trusted =
                TrustedHosts.of(new Environment(Map.of("TRUSTED_HOSTS", "LOCALHOST:1,[::1]:65535,a.example:443")));

        assertThat(trusted.hostPorts()).containsExactlyInAnyOrder("localhost:1", "[::1]:65535", "a.example:443");
        assertThat(trusted.contains(URI.create("https://A.example/"))).isTrue();
        assertThat(trusted.contains(URI.create("http://a.example/"))).isFalse();
        assertThat(trusted.contains(URI.create("https://a.example:0/"))).isFalse();
        assertThat(trusted.contains(URI.create("mailto:a.example"))).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"localhost", "localhost:0", "localhost:65536", "http://localhost:80", "a b:80", ":80", "::1:80"})
    void bad_trusted_host_stops_the_start_without_showing_its_value(String entry) {
        assertThatThrownBy(() -> TrustedHosts.parse("TRUSTED_HOSTS", List.of(entry)))
                .isInstanceOf(ConfigurationException.class)
                .hasMessage("TRUSTED_HOSTS must be a comma-separated list of host:port, such as localhost:3001");
    }
}
