package dev.darkroom.net;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.darkroom.net.Exchange.Answered;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;

@Isolated("It sets properties that every connection of this JVM would obey")
class SystemProxiesTest {
    @Test
    void proxies_of_the_system_properties_are_not_used() throws Exception {
        try (TestHost host = new TestHost()) {
            host.serve("/a", "direct".getBytes(UTF_8));
            List<String> properties = List.of("http.proxyHost", "https.proxyHost", "socksProxyHost");
            properties.forEach(property -> System.setProperty(property, "proxy.invalid"));
            // By default, Java connects to this machine without a proxy.
            List<String> exceptions = List.of("http.nonProxyHosts", "socksNonProxyHosts");
            exceptions.forEach(property -> System.setProperty(property, ""));
            try {
                OutsideHttp direct = new OutsideHttp(host.trusted());
                assertThat(direct.get(host.url("/a"), HostList.all(), Duration.ofSeconds(20), OutsideAnswer::status))
                        .isEqualTo(new Answered<>(200));
            } finally {
                properties.forEach(System::clearProperty);
                exceptions.forEach(System::clearProperty);
            }
        }
    }
}
