package dev.darkroom.local.gateway;

import dev.darkroom.local.function.LocalFunction;
import dev.darkroom.local.template.Template.EventSource.Route;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.eclipse.jetty.http.pathmap.MatchedResource;
import org.eclipse.jetty.http.pathmap.PathMappings;
import org.eclipse.jetty.http.pathmap.UriTemplatePathSpec;

/** The routes of both APIs. The most specific matching route wins. */
final class Routes {
    private final Map<String, PathMappings<Target>> byMethod = new HashMap<>();

    /** A route and the function behind it. */
    record Target(Route route, LocalFunction function) {}

    /** A matching route, with the percent-decoded values of its parameters. */
    record Match(Target target, Map<String, String> parameters) {
        Match {
            parameters = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(parameters));
        }
    }

    void add(Route route, LocalFunction function) {
        byMethod.computeIfAbsent(route.method(), _ -> new PathMappings<>())
                .put(new UriTemplatePathSpec(route.path()), new Target(route, function));
    }

    /** The route for a method and a path as it came over the wire. */
    Optional<Match> find(String method, String rawPath) {
        return matched(method, rawPath).or(() -> matched("ANY", rawPath)).map(found -> {
            Map<String, String> parameters = new LinkedHashMap<>();
            ((UriTemplatePathSpec) found.getPathSpec())
                    .getPathParams(rawPath)
                    .forEach((name, value) -> parameters.put(name, decoded(value)));
            return new Match(found.getResource(), parameters);
        });
    }

    private Optional<MatchedResource<Target>> matched(String method, String rawPath) {
        return Optional.ofNullable(byMethod.get(method)).map(routes -> routes.getMatched(rawPath));
    }

    /** Percent-decoded; a plus in a path is a plus. */
    static String decoded(String segment) {
        try {
            return URLDecoder.decode(segment.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return segment;
        }
    }
}
