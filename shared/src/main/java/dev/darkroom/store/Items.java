package dev.darkroom.store;

import dev.darkroom.task.Attribute;
import dev.darkroom.task.Item;
import dev.darkroom.task.Value;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** Items between the rules and DynamoDB. */
final class Items {
    private Items() {}

    static Map<String, AttributeValue> toDynamo(Item item) {
        Map<String, AttributeValue> attributes = new HashMap<>();
        item.attributes().forEach((attribute, value) -> attributes.put(attribute.text(), toDynamo(value)));
        return attributes;
    }

    static AttributeValue toDynamo(Value value) {
        return switch (value) {
            case Value.Text(String text) -> AttributeValue.fromS(text);
            case Value.Numeric(long number) -> AttributeValue.fromN(Long.toString(number));
        };
    }

    /** Attributes that are not ours, such as an operator's note, are passed over. */
    static Item fromDynamo(Map<String, AttributeValue> attributes) {
        Map<Attribute, Value> values = new EnumMap<>(Attribute.class);
        attributes.forEach((name, value) -> Attribute.named(name).ifPresent(attribute -> {
            switch (value.type()) {
                case S -> values.put(attribute, Value.of(value.s()));
                case N -> values.put(attribute, Value.of(Long.parseLong(value.n())));
                case SS, NS, BS, B, M, L, BOOL, NUL, UNKNOWN_TO_SDK_VERSION ->
                    throw new IllegalStateException(name + " is neither text nor number");
            }
        }));
        return new Item(values);
    }
}
