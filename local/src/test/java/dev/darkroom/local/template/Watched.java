package dev.darkroom.local.template;

import dev.darkroom.json.Json;
import dev.darkroom.json.JsonException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The alarms and the dashboard of template.yaml, with every reference resolved to a logical id. */
final class Watched {
    private static final String ATTRIBUTE = "arn:aws:local:";

    private final Json.Obj resources;
    private final Intrinsics intrinsics;

    /**
     * A metric of an alarm or the dashboard.
     *
     * @param by the alarm, or the title of the widget
     * @param dimensions their values are logical ids, or {@code id:attribute}
     */
    record Shown(String by, String namespace, String name, Map<String, String> dimensions) {}

    record Alarm(String id, Json.Obj properties) {
        String text(String property) {
            return Objects.requireNonNullElse(properties.string(property), "");
        }
    }

    /**
     * A formula over metrics.
     *
     * @param ids the ids of the metrics beside it
     */
    record Formula(String by, String text, List<String> ids) {}

    Watched(Path file) {
        Json.Obj template = Yaml.read(file);
        resources = object(template, "Resources");
        Map<String, Json> values = new LinkedHashMap<>(Map.of(
                "AWS::StackName", Json.of("stack"),
                "AWS::Region", Json.of("eu-central-1"),
                "AWS::AccountId", Json.of("123456789012"),
                "AWS::Partition", Json.of("aws"),
                "AWS::URLSuffix", Json.of("amazonaws.com")));
        object(template, "Parameters").fields().forEach((name, parameter) -> {
            Json value = ((Json.Obj) parameter).get("Default");
            values.put(name, value == null ? Json.of("given") : value);
        });
        Map<String, String> names = new LinkedHashMap<>();
        resources.fields().keySet().forEach(id -> names.put(id, id));
        intrinsics = new Intrinsics(values, names, object(template, "Conditions"));
    }

    private static Json.Obj object(Json.Obj json, String name) {
        return Objects.requireNonNull(json.object(name), name);
    }

    List<String> ids(String type) {
        return resources.fields().entrySet().stream()
                .filter(resource -> type.equals(((Json.Obj) resource.getValue()).string("Type")))
                .map(Map.Entry::getKey)
                .toList();
    }

    Json.Obj properties(String id) {
        return (Json.Obj) intrinsics.resolve(id, object(object(resources, id), "Properties"));
    }

    List<Alarm> alarms() {
        return ids("AWS::CloudWatch::Alarm").stream()
                .map(id -> new Alarm(id, properties(id)))
                .toList();
    }

    static List<Shown> metrics(Alarm alarm) {
        if (alarm.properties().string("MetricName") != null) {
            return List.of(metric(alarm.id(), alarm.properties()));
        }
        return alarm.properties().items("Metrics").stream()
                .map(item -> ((Json.Obj) item).object("MetricStat"))
                .filter(Objects::nonNull)
                .map(stat -> metric(alarm.id(), object(stat, "Metric")))
                .toList();
    }

    private static Shown metric(String by, Json.Obj json) {
        Map<String, String> dimensions = new LinkedHashMap<>();
        for (Json item : json.items("Dimensions")) {
            Json.Obj dimension = (Json.Obj) item;
            dimensions.put(text(dimension.get("Name")), named(text(dimension.get("Value"))));
        }
        return new Shown(by, text(json.get("Namespace")), text(json.get("MetricName")), dimensions);
    }

    private List<Json.Obj> widgets(String type) throws JsonException {
        String body = text(properties("Dashboard").get("DashboardBody"));
        return ((Json.Obj) Json.parse(body))
                .items("widgets").stream()
                        .map(Json.Obj.class::cast)
                        .filter(widget -> type.equals(widget.string("type")))
                        .map(widget -> object(widget, "properties"))
                        .toList();
    }

    List<String> alarmsOnDashboard() throws JsonException {
        return widgets("alarm").stream()
                .flatMap(widget -> widget.items("alarms").stream())
                .map(alarm -> named(text(alarm)).replace(":Arn", ""))
                .toList();
    }

    /** Returns the metrics on the dashboard. In its rows, "." repeats the value of the row above. */
    List<Shown> onDashboard() throws JsonException {
        List<Shown> shown = new ArrayList<>();
        for (Json.Obj widget : widgets("metric")) {
            List<String> above = List.of();
            for (List<String> row : rows(widget)) {
                List<String> words = new ArrayList<>(row);
                for (int i = 0; i < words.size(); i++) {
                    words.set(i, words.get(i).equals(".") ? above.get(i) : words.get(i));
                }
                Map<String, String> dimensions = new LinkedHashMap<>();
                for (int i = 2; i < words.size(); i += 2) {
                    dimensions.put(words.get(i), named(words.get(i + 1)));
                }
                shown.add(new Shown(text(widget.get("title")), words.get(0), words.get(1), dimensions));
                above = words;
            }
        }
        return shown;
    }

    private static List<List<String>> rows(Json.Obj widget) {
        return widget.items("metrics").stream()
                .map(row -> ((Json.Arr) row)
                        .items().stream()
                                .filter(Json.Str.class::isInstance)
                                .map(Watched::text)
                                .toList())
                .filter(row -> !row.isEmpty())
                .toList();
    }

    /** Returns every formula of the alarms and of the dashboard. */
    List<Formula> formulas() throws JsonException {
        List<Formula> formulas = new ArrayList<>();
        for (Alarm alarm : alarms()) {
            add(formulas, alarm.id(), "Id", "Expression", objects(alarm.properties().items("Metrics").stream()));
        }
        for (Json.Obj widget : widgets("metric")) {
            Stream<Json> options = widget.items("metrics").stream().flatMap(row -> ((Json.Arr) row).items().stream());
            add(formulas, text(widget.get("title")), "id", "expression", objects(options));
        }
        return formulas;
    }

    private static List<Json.Obj> objects(Stream<Json> items) {
        return items.filter(Json.Obj.class::isInstance)
                .map(Json.Obj.class::cast)
                .toList();
    }

    private static void add(
            List<Formula> formulas, String by, String idField, String textField, List<Json.Obj> entries) {
        List<String> ids = entries.stream()
                .map(entry -> entry.string(idField))
                .filter(Objects::nonNull)
                .toList();
        for (Json.Obj entry : entries) {
            String text = entry.string(textField);
            if (text != null) {
                formulas.add(new Formula(by, text, ids));
            }
        }
    }

    private static String named(String value) {
        return value.startsWith(ATTRIBUTE) ? value.substring(ATTRIBUTE.length()) : value;
    }

    private static String text(@Nullable Json json) {
        return json instanceof Json.Str(String text) ? text : "";
    }
}
