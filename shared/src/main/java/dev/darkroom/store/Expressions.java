package dev.darkroom.store;

import dev.darkroom.task.Attribute;
import dev.darkroom.task.Change;
import dev.darkroom.task.Condition;
import dev.darkroom.task.Value;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** Writes conditions and changes in DynamoDB's expression language. One request's names and values; not thread-safe. */
final class Expressions {
    private final Map<String, String> names = new HashMap<>();
    private final Map<String, AttributeValue> values = new HashMap<>();

    Map<String, String> names() {
        return names;
    }

    Map<String, AttributeValue> values() {
        return values;
    }

    String condition(Condition condition) {
        return switch (condition) {
            case Condition.Is(Attribute attribute, Value value) -> name(attribute) + " = " + value(value);
            case Condition.Present(Attribute attribute) -> "attribute_exists(" + name(attribute) + ")";
            case Condition.Absent(Attribute attribute) -> "attribute_not_exists(" + name(attribute) + ")";
            case Condition.AtMost(Attribute attribute, long limit) -> name(attribute) + " <= " + value(Value.of(limit));
            case Condition.Above(Attribute attribute, long limit) -> name(attribute) + " > " + value(Value.of(limit));
            case Condition.All(List<Condition> parts) ->
                parts.stream().map(this::condition).collect(Collectors.joining(" AND ", "(", ")"));
            case Condition.Any(List<Condition> parts) ->
                parts.stream().map(this::condition).collect(Collectors.joining(" OR ", "(", ")"));
        };
    }

    String update(List<Change> changes) {
        List<String> sets = new ArrayList<>();
        List<String> removes = new ArrayList<>();
        List<String> adds = new ArrayList<>();
        for (Change change : changes) {
            switch (change) {
                case Change.Set(Attribute attribute, Value value) -> sets.add(name(attribute) + " = " + value(value));
                case Change.SetIfAbsent(Attribute attribute, Value value) ->
                    sets.add(name(attribute) + " = if_not_exists(" + name(attribute) + ", " + value(value) + ")");
                case Change.Remove(Attribute attribute) -> removes.add(name(attribute));
                case Change.Add(Attribute attribute, long amount) ->
                    adds.add(name(attribute) + " " + value(Value.of(amount)));
            }
        }
        return clause("SET", sets) + clause("REMOVE", removes) + clause("ADD", adds);
    }

    private static String clause(String verb, List<String> parts) {
        return parts.isEmpty() ? "" : verb + " " + String.join(", ", parts) + " ";
    }

    private String name(Attribute attribute) {
        String placeholder = "#" + attribute.text();
        names.put(placeholder, attribute.text());
        return placeholder;
    }

    private String value(Value value) {
        String placeholder = ":v" + values.size();
        values.put(placeholder, Items.toDynamo(value));
        return placeholder;
    }
}
