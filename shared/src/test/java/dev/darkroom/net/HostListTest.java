package dev.darkroom.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.darkroom.config.ConfigurationException;
import java.net.URI;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HostListTest {
    @ParameterizedTest
    @CsvSource({
        "media.example,        https://media.example/x,        true",
        "media.example,        https://MEDIA.example:8443/x,   true",
        "MEDIA.example,        https://media.example/x,        true",
        "media.example,        https://a.media.example/x,      false",
        "media.example,        https://mymedia.example/x,      false",
        "media.example:443,    https://media.example/x,        true",
        "media.example:443,    https://media.example:8443/x,   false",
        "*.media.example,      https://a.media.example/x,      true",
        "*.media.example,      https://a.media.example:8443/x, true",
        "*.media.example,      https://media.example/x,        false",
        "*.media.example,      https://amedia.example/x,       false",
        "*.media.example:8443, https://a.media.example:8443/x, true",
        "*.media.example:8443, https://a.media.example/x,      false",
        "[::1]:9000,           http://[::1]:9000/x,            true",
        "[::1]:9000,           http://[::1]:9001/x,            false"
    })
    void an_entry_allows_a_host_or_the_names_below_it_on_its_port(String entry, URI url, boolean allowed) {
        assertThat(HostList.parse("MEDIA_HOSTS", List.of("other.example", entry))
                        .allows(url))
                .isEqualTo(allowed);
    }

    @Test
    void an_empty_list_allows_all() {
        assertThat(HostList.parse("MEDIA_HOSTS", List.of())).isEqualTo(HostList.all());
        assertThat(HostList.all().allows(URI.create("https://media.example/"))).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"https://media.example", "media.example/x", "*", "*.", "a.*.example", "a b", "a:", "-a"})
    void another_form_stops_the_start(String entry) {
        assertThatThrownBy(() -> HostList.parse("MEDIA_HOSTS", List.of("media.example", entry)))
                .isInstanceOf(ConfigurationException.class)
                .hasMessage("MEDIA_HOSTS must be a comma-separated list of host names, such as cdn.example.com");
    }
}
