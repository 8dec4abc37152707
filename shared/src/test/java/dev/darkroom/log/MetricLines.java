package dev.darkroom.log;

import static org.assertj.core.api.Assertions.assertThat;

import dev.darkroom.json.Json;
import dev.darkroom.json.JsonException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Reads metrics from log lines as CloudWatch does (CloudWatch User Guide, "Specification: Embedded metric format"). CloudWatch silently
 * ignores a line that breaks the rules; this class fails.
 */
public final class MetricLines {
    /** CloudWatch API Reference, "MetricDatum", "Unit": the units that we may use. */
    private static final Set<String> UNITS =
            Set.of("Count", "Seconds", "Milliseconds", "Microseconds", "Bytes", "None");

    private static final Map<String, Metric> METRICS =
            Stream.of(Metric.values()).collect(Collectors.toMap(Metric::text, metric -> metric));

    private MetricLines() {}

    /** Returns the values of each metric in the order of the lines, counted for a function as a whole. */
    public static Map<Metric, List<Long>> read(String lines) {
        Map<Metric, List<Long>> values = new EnumMap<>(Metric.class);
        lines.lines()
                .map(MetricLines::parsed)
                .filter(line -> line.get("_aws") != null)
                .forEach(line -> read(line, values));
        return values;
    }

    private static void read(Json.Obj line, Map<Metric, List<Long>> values) {
        Set<Metric> counted = EnumSet.noneOf(Metric.class);
        for (Json.Obj directive : directives(line)) {
            boolean whole = dimensions(line, directive).contains(List.of(Log.DIMENSION));
            for (Json item : directive.items("Metrics")) {
                Json.Obj definition = (Json.Obj) item;
                String name = text(definition.get("Name"));
                Metric metric = Objects.requireNonNull(METRICS.get(name), name);
                assertThat(text(definition.get("Unit"))).isIn(UNITS).isEqualTo(metric.unit());
                Long value = Objects.requireNonNull(line.integer(name), name);
                if (whole) {
                    assertThat(counted.add(metric)).as(name + " counts once").isTrue();
                    values.computeIfAbsent(metric, first -> new ArrayList<>()).add(value);
                }
            }
        }
    }

    private static List<Json.Obj> directives(Json.Obj line) {
        Json.Obj aws = Objects.requireNonNull(line.object("_aws"));
        assertThat(aws.fields().keySet()).containsExactlyInAnyOrder("Timestamp", "CloudWatchMetrics");
        assertThat(aws.integer("Timestamp")).isPositive();
        List<Json.Obj> directives = new ArrayList<>();
        for (Json item : aws.items("CloudWatchMetrics")) {
            Json.Obj directive = (Json.Obj) item;
            assertThat(directive.fields().keySet()).containsExactlyInAnyOrder("Namespace", "Dimensions", "Metrics");
            assertThat(text(directive.get("Namespace"))).isEqualTo(Log.NAMESPACE);
            assertThat(directive.items("Metrics")).hasSizeBetween(1, 100);
            directives.add(directive);
        }
        assertThat(directives).isNotEmpty();
        return directives;
    }

    private static List<List<String>> dimensions(Json.Obj line, Json.Obj directive) {
        List<List<String>> sets = new ArrayList<>();
        for (Json item : directive.items("Dimensions")) {
            List<String> names =
                    ((Json.Arr) item).items().stream().map(MetricLines::text).toList();
            assertThat(names).hasSizeBetween(1, 30);
            for (String name : names) {
                assertThat(text(line.get(name))).as(name).hasSizeBetween(1, 1024);
            }
            sets.add(names);
        }
        assertThat(sets).isNotEmpty();
        return sets;
    }

    private static String text(@Nullable Json json) {
        assertThat(json).isInstanceOf(Json.Str.class);
        return json instanceof Json.Str(String text) ? text : "";
    }

    private static Json.Obj parsed(String line) {
        try {
            return (Json.Obj) Json.parse(line);
        } catch (JsonException e) {
            throw new AssertionError("no line of JSON", e);
        }
    }
}
