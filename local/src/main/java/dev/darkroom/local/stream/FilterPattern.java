package dev.darkroom.local.stream;

import dev.darkroom.json.Json;
import dev.darkroom.local.template.TemplateException;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An event pattern, as EventBridge's rules and Lambda's event source mappings have it (Lambda developer guide, "Event
 * filtering"): every named field must match one of its alternatives. It knows exact values, {@code prefix}, {@code exists},
 * {@code anything-but} of values and {@code numeric}. Another rule is an error at start, because the filter would differ from
 * AWS's.
 */
public sealed interface FilterPattern {

    /** Whether a value matches; null: the event has no such field. */
    boolean matches(@Nullable Json value);

    /** Reads a pattern; {@code where} is named in errors. */
    static FilterPattern of(String where, Json.Obj pattern) {
        Map<String, FilterPattern> fields = new LinkedHashMap<>();
        pattern.fields()
                .forEach((name, rule) -> fields.put(
                        name,
                        switch (rule) {
                            case Json.Obj nested -> of(where, nested);
                            case Json.Arr(List<Json> items) ->
                                new AnyOf(items.stream()
                                        .map(item -> alternative(where, item))
                                        .toList());
                            case Json.Str _ -> throw noList(where, name);
                            case Json.Num _ -> throw noList(where, name);
                            case Json.Bool _ -> throw noList(where, name);
                            case Json.Null _ -> throw noList(where, name);
                        }));
        if (fields.isEmpty()) {
            throw new TemplateException(where, "has a filter pattern with an empty object");
        }
        return new AllOf(fields);
    }

    private static TemplateException noList(String where, String name) {
        return new TemplateException(where, "has a filter pattern whose " + name + " is neither an object nor a list");
    }

    private static FilterPattern alternative(String where, Json rule) {
        if (!(rule instanceof Json.Obj object)) {
            return new Exactly(rule);
        }
        if (object.fields().size() == 1) {
            Map.Entry<String, Json> only = object.fields().entrySet().iterator().next();
            switch (only.getKey()) {
                case "prefix" -> {
                    if (only.getValue() instanceof Json.Str(String prefix)) {
                        return new Prefix(prefix);
                    }
                }
                case "exists" -> {
                    if (only.getValue() instanceof Json.Bool wanted) {
                        return new Exists(wanted == Json.Bool.TRUE);
                    }
                }
                case "anything-but" -> {
                    List<Json> values =
                            only.getValue() instanceof Json.Arr(List<Json> items) ? items : List.of(only.getValue());
                    if (values.stream().noneMatch(value -> value instanceof Json.Obj)) {
                        return new AnythingBut(values);
                    }
                }
                case "numeric" -> {
                    return Numeric.of(where, object.items("numeric"));
                }
                default -> {
                    // said below
                }
            }
        }
        throw new TemplateException(where, "has a filter rule that the local stack does not understand");
    }

    record AllOf(Map<String, FilterPattern> fields) implements FilterPattern {
        public AllOf {
            fields = Map.copyOf(fields);
        }

        @Override
        public boolean matches(@Nullable Json value) {
            return fields.entrySet().stream()
                    .allMatch(field -> field.getValue()
                            .matches(value instanceof Json.Obj object ? object.get(field.getKey()) : null));
        }
    }

    record AnyOf(List<FilterPattern> alternatives) implements FilterPattern {
        public AnyOf {
            alternatives = List.copyOf(alternatives);
        }

        @Override
        public boolean matches(@Nullable Json value) {
            // A list in the event matches when one of its items does.
            if (value instanceof Json.Arr(List<Json> items)) {
                return items.stream().anyMatch(this::matches);
            }
            return alternatives.stream().anyMatch(alternative -> alternative.matches(value));
        }
    }

    record Exactly(Json expected) implements FilterPattern {
        @Override
        public boolean matches(@Nullable Json value) {
            return expected.equals(value);
        }
    }

    record Prefix(String prefix) implements FilterPattern {
        @Override
        public boolean matches(@Nullable Json value) {
            return value instanceof Json.Str(String text) && text.startsWith(prefix);
        }
    }

    /** Only leaves exist: a field that holds an object does not, as on AWS. */
    record Exists(boolean wanted) implements FilterPattern {
        @Override
        public boolean matches(@Nullable Json value) {
            return wanted == (value != null && !(value instanceof Json.Obj));
        }
    }

    record AnythingBut(List<Json> values) implements FilterPattern {
        public AnythingBut {
            values = List.copyOf(values);
        }

        @Override
        public boolean matches(@Nullable Json value) {
            return value != null && !(value instanceof Json.Obj) && !values.contains(value);
        }
    }

    /** Compares JSON numbers; DynamoDB's numbers are texts in an event, so this never matches them, as on AWS. */
    record Numeric(List<Bound> bounds) implements FilterPattern {
        record Bound(String operator, BigDecimal limit) {}

        public Numeric {
            bounds = List.copyOf(bounds);
        }

        static Numeric of(String where, List<Json> parts) {
            List<Bound> bounds = new ArrayList<>();
            for (int i = 0; i + 1 < parts.size(); i += 2) {
                if (parts.get(i) instanceof Json.Str(String operator)
                        && List.of("=", "<", "<=", ">", ">=").contains(operator)
                        && parts.get(i + 1) instanceof Json.Num(BigDecimal limit)) {
                    bounds.add(new Bound(operator, limit));
                }
            }
            if (bounds.isEmpty() || bounds.size() * 2 != parts.size()) {
                throw new TemplateException(where, "has a numeric filter rule that is not understood");
            }
            return new Numeric(bounds);
        }

        @Override
        public boolean matches(@Nullable Json value) {
            return value instanceof Json.Num(BigDecimal number)
                    && bounds.stream().allMatch(bound -> {
                        int order = number.compareTo(bound.limit());
                        return switch (bound.operator()) {
                            case "=" -> order == 0;
                            case "<" -> order < 0;
                            case "<=" -> order <= 0;
                            case ">" -> order > 0;
                            default -> order >= 0;
                        };
                    });
        }
    }
}
