package dev.darkroom.net;

import dev.darkroom.config.ConfigurationException;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * The hosts that may be fetched from; an empty list allows all. An entry is a host, or {@code *.example.com} for all names below
 * it. With a port, only that port is allowed.
 */
public record HostList(List<String> entries) {
    private static final HostList ALL = new HostList(List.of());
    private static final Pattern FORM =
            Pattern.compile("(?:(?:\\*\\.)?[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?|\\[[0-9a-f:.]+])(?::[0-9]{1,5})?");

    public HostList {
        entries = List.copyOf(entries);
    }

    public static HostList all() {
        return ALL;
    }

    /**
     * Reads a setting's entries.
     *
     * @throws ConfigurationException naming the setting when an entry has another form, such as a whole URL
     */
    public static HostList parse(String settingName, List<String> entries) {
        List<String> lowerCase =
                entries.stream().map(entry -> entry.toLowerCase(Locale.ROOT)).toList();
        if (!lowerCase.stream().allMatch(entry -> FORM.matcher(entry).matches())) {
            throw new ConfigurationException(
                    settingName, "must be a comma-separated list of host names, such as cdn.example.com");
        }
        return new HostList(lowerCase);
    }

    public boolean allows(URI uri) {
        if (entries.isEmpty()) {
            return true;
        }
        String host = uri.getHost().toLowerCase(Locale.ROOT);
        String hostPort = host + ":" + TrustedHosts.port(uri);
        return entries.stream()
                .anyMatch(entry -> entry.startsWith("*.")
                        ? host.endsWith(entry.substring(1)) || hostPort.endsWith(entry.substring(1))
                        : host.equals(entry) || hostPort.equals(entry));
    }
}
