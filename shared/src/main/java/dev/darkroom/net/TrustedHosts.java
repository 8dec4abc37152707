package dev.darkroom.net;

import dev.darkroom.config.ConfigurationException;
import dev.darkroom.config.Environment;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The {@code host:port} pairs that need neither https nor a public address, for local runs and tests. Empty in production. Hosts
 * are lower-case, IPv6 addresses in brackets.
 */
public record TrustedHosts(Set<String> hostPorts) {
    private static final TrustedHosts NONE = new TrustedHosts(Set.of());
    private static final Pattern HOST_PORT = Pattern.compile("(\\[[0-9a-fA-F:.]+]|[A-Za-z0-9._-]+):([0-9]{1,5})");

    public TrustedHosts {
        hostPorts = Set.copyOf(hostPorts);
    }

    public static TrustedHosts none() {
        return NONE;
    }

    /** From TRUSTED_HOSTS. */
    public static TrustedHosts of(Environment environment) {
        return parse("TRUSTED_HOSTS", environment.list("TRUSTED_HOSTS"));
    }

    /**
     * Reads a setting's {@code host:port} parts.
     *
     * @throws ConfigurationException naming the setting when a part is no host with a port from 1 to 65535
     */
    public static TrustedHosts parse(String settingName, List<String> hostPorts) {
        return new TrustedHosts(
                hostPorts.stream().map(part -> hostPort(settingName, part)).collect(Collectors.toUnmodifiableSet()));
    }

    /** Whether this URL's host and port are listed. A URL without a port has that of its scheme, 80 or 443. */
    public boolean contains(URI uri) {
        String host = uri.getHost();
        return host != null && hostPorts.contains(host.toLowerCase(Locale.ROOT) + ":" + port(uri));
    }

    static int port(URI uri) {
        return uri.getPort() >= 0 ? uri.getPort() : "http".equalsIgnoreCase(uri.getScheme()) ? 80 : 443;
    }

    private static String hostPort(String settingName, String part) {
        Matcher matcher = HOST_PORT.matcher(part);
        if (matcher.matches()) {
            int port = Integer.parseInt(matcher.group(2));
            if (port >= 1 && port <= 65535) {
                return matcher.group(1).toLowerCase(Locale.ROOT) + ":" + port;
            }
        }
        throw new ConfigurationException(
                settingName, "must be a comma-separated list of host:port, such as localhost:3001");
    }
}
