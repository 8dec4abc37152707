package dev.darkroom.store;

import dev.darkroom.task.Attribute;
import dev.darkroom.task.Item;
import dev.darkroom.task.Value;
import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** Converts between the rules' items and DynamoDB's. */
final class Items {
    private Items() {}

    static AttributeValue toDynamo(Value value) {
        return switch (value) {
            case Value.Text(String text) -> AttributeValue.fromS(text);
            case Value.Numeric(long number) -> toDynamo(number);
        };
    }

    static AttributeValue toDynamo(long number) {
        return AttributeValue.fromN(Long.toString(number));
    }

    /** Ignores attributes that are not ours, such as an operator's note, and values that are neither text nor a whole number. */
    static Item fromDynamo(Map<String, AttributeValue> attributes) {
        Map<Attribute, Value> values = new EnumMap<>(Attribute.class);
        attributes.forEach((name, value) -> Attribute.named(name).ifPresent(attribute -> {
            Value ours = fromDynamo(value);
            if (ours != null) {
                values.put(attribute, ours);
            }
        }));
        return new Item(values);
    }

    private static @Nullable Value fromDynamo(AttributeValue value) {
        if (value.s() != null) {
            return Value.of(value.s());
        }
        try {
            return value.n() == null ? null : Value.of(Long.parseLong(value.n()));
        } catch (NumberFormatException e) {
            return null;
        }
    }
}
