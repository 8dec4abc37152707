package dev.darkroom.config;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The environment variables of one function, read as typed settings. An empty variable counts as absent, because the template
 * sets optional ones to the empty string.
 */
public record Environment(Map<String, String> variables) {

    public Environment {
        variables = Map.copyOf(variables);
    }

    /** The environment of this process. */
    public static Environment ofProcess() {
        return new Environment(System.getenv());
    }

    public @Nullable String optional(String setting) {
        String value = variables.get(setting);
        return value == null || value.isBlank() ? null : value.strip();
    }

    public String required(String setting) {
        String value = optional(setting);
        if (value == null) {
            throw new ConfigurationException(setting, "is not set");
        }
        return value;
    }

    /** A whole number in min..max, or the default when absent. */
    public long integer(String setting, long otherwise, long min, long max) {
        String value = optional(setting);
        if (value == null) {
            return otherwise;
        }
        try {
            long number = Long.parseLong(value);
            if (number >= min && number <= max) {
                return number;
            }
        } catch (NumberFormatException e) {
            // said below, without the value
        }
        throw new ConfigurationException(setting, "must be a whole number from " + min + " to " + max);
    }

    /** {@code true} or {@code false}, or the default when absent. */
    public boolean flag(String setting, boolean otherwise) {
        String value = optional(setting);
        return switch (value == null ? "" : value.toLowerCase(Locale.ROOT)) {
            case "" -> otherwise;
            case "true" -> true;
            case "false" -> false;
            default -> throw new ConfigurationException(setting, "must be true or false");
        };
    }

    /** The non-empty parts of a comma-separated list. */
    public List<String> list(String setting) {
        String value = optional(setting);
        return value == null
                ? List.of()
                : Arrays.stream(value.split(",", -1))
                        .map(String::strip)
                        .filter(part -> !part.isEmpty())
                        .toList();
    }

    /** An absolute http or https URL without user info, query or fragment. A slash at its end is removed. */
    public URI baseUrl(String setting, @Nullable String otherwise) {
        String value = optional(setting);
        if (value == null) {
            value = otherwise == null ? required(setting) : otherwise;
        }
        try {
            URI uri = new URI(value.endsWith("/") ? value.substring(0, value.length() - 1) : value);
            boolean http = "http".equalsIgnoreCase(uri.getScheme()) || "https".equalsIgnoreCase(uri.getScheme());
            if (http
                    && uri.getHost() != null
                    && uri.getRawUserInfo() == null
                    && uri.getRawQuery() == null
                    && uri.getRawFragment() == null) {
                return uri;
            }
        } catch (URISyntaxException e) {
            // said below, without the value
        }
        throw new ConfigurationException(
                setting,
                "must be an http or https URL without user info, query or fragment, such as https://example.com");
    }
}
