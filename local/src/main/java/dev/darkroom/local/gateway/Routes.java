package dev.darkroom.local.gateway;

import dev.darkroom.local.function.LocalFunction;
import dev.darkroom.local.template.Template.EventSource.Route;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The routes of both APIs. The most specific matching route wins. */
record Routes(List<Target> targets) {

    /** A route and the function behind it. */
    record Target(Route route, LocalFunction function) {}

    /** A matching route, with the percent-decoded values of its parameters. */
    record Match(Target target, Map<String, String> parameters) {
        Match {
            parameters = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(parameters));
        }
    }

    Routes {
        // A fixed segment beats a parameter: {} sorts after it once parameters are written as the highest character.
        targets = targets.stream()
                .sorted(Comparator.comparing(target -> target.route().path().replaceAll("\\{[^}]*}", "\uffff")))
                .toList();
    }

    /** The route for a method and a path as it came over the wire. */
    Optional<Match> find(String method, String rawPath) {
        String[] segments = rawPath.split("/", -1);
        for (Target target : targets) {
            Route route = target.route();
            boolean fits = route.method().equals(method) || route.method().equals("ANY");
            Optional<Map<String, String>> parameters = fits ? parameters(route, segments) : Optional.empty();
            if (parameters.isPresent()) {
                return Optional.of(new Match(target, parameters.get()));
            }
        }
        return Optional.empty();
    }

    private static Optional<Map<String, String>> parameters(Route route, String[] segments) {
        String[] wanted = route.path().split("/", -1);
        if (wanted.length != segments.length) {
            return Optional.empty();
        }
        Map<String, String> parameters = new LinkedHashMap<>();
        for (int i = 0; i < wanted.length; i++) {
            boolean parameter = wanted[i].startsWith("{") && wanted[i].endsWith("}");
            if (parameter && !segments[i].isEmpty()) {
                parameters.put(wanted[i].substring(1, wanted[i].length() - 1), decoded(segments[i]));
            } else if (!wanted[i].equals(segments[i])) {
                return Optional.empty();
            }
        }
        return Optional.of(parameters);
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
