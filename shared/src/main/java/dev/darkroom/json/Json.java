package dev.darkroom.json;

import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A JSON value. Immutable; objects keep the order of their fields. */
public sealed interface Json {

    record Obj(Map<String, Json> fields) implements Json {
        public Obj {
            fields = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(fields));
        }

        /** The field's value; null if the object has no such field. */
        public @Nullable Json get(String name) {
            return fields.get(name);
        }

        /** The field's text; null if it is absent or not a string. */
        public @Nullable String string(String name) {
            return fields.get(name) instanceof Str(String value) ? value : null;
        }

        /** The field's object; null if it is absent or not an object. */
        public @Nullable Obj object(String name) {
            return fields.get(name) instanceof Obj obj ? obj : null;
        }

        /** The field's items; empty if it is absent or not an array. */
        public List<Json> items(String name) {
            return fields.get(name) instanceof Arr(List<Json> items) ? items : List.of();
        }

        /** The field's whole number; null if it is absent or does not fit a long. */
        public @Nullable Long integer(String name) {
            return fields.get(name) instanceof Num num ? num.exactLong() : null;
        }
    }

    record Arr(List<Json> items) implements Json {
        public Arr {
            items = List.copyOf(items);
        }
    }

    record Str(String value) implements Json {}

    record Num(BigDecimal value) implements Json {
        /** This number as a long; null if it has a fraction or does not fit. */
        public @Nullable Long exactLong() {
            // A huge exponent must not be expanded digit by digit.
            if (value.precision() - (long) value.scale() > 19) {
                return null;
            }
            try {
                return value.longValueExact();
            } catch (ArithmeticException e) {
                return null;
            }
        }
    }

    enum Bool implements Json {
        TRUE,
        FALSE
    }

    enum Null implements Json {
        NULL
    }

    static Json of(@Nullable String value) {
        return value == null ? Null.NULL : new Str(value);
    }

    static Json of(long value) {
        return new Num(BigDecimal.valueOf(value));
    }

    static Json of(boolean value) {
        return value ? Bool.TRUE : Bool.FALSE;
    }

    static Json array(List<? extends Json> items) {
        return new Arr(List.copyOf(items));
    }

    static Builder object() {
        return new Builder();
    }

    /** Reads one JSON document (RFC 8259) in which no object has a key twice. */
    static Json parse(String text) throws JsonException {
        JsonDocument document = JsonDocument.read(text);
        if (!document.duplicates().isEmpty()) {
            throw new JsonException("A field stands twice in one object");
        }
        return document.root();
    }

    /** This value as compact text. */
    default String text() {
        return JsonWriter.write(this);
    }

    /** Builds an object field by field, in order. Not thread-safe. */
    final class Builder {
        private final Map<String, Json> fields = new LinkedHashMap<>();

        private Builder() {}

        public Builder put(String name, Json value) {
            fields.put(name, value);
            return this;
        }

        public Builder put(String name, @Nullable String value) {
            return put(name, of(value));
        }

        public Builder put(String name, long value) {
            return put(name, of(value));
        }

        public Builder put(String name, boolean value) {
            return put(name, of(value));
        }

        public Obj build() {
            return new Obj(fields);
        }
    }
}
