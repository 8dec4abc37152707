package dev.darkroom.store;

import dev.darkroom.task.Attribute;
import dev.darkroom.task.Item;
import dev.darkroom.task.UnreadableItemException;
import dev.darkroom.task.Value;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** Converts between the rules' items and DynamoDB's. */
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
            case Value.Numeric(long number) -> toDynamo(number);
        };
    }

    static AttributeValue toDynamo(long number) {
        return AttributeValue.fromN(Long.toString(number));
    }

    /**
     * Ignores attributes that are not ours, such as an operator's note.
     *
     * @throws UnreadableItemException when one of ours is neither text nor a whole number
     */
    static Item fromDynamo(Map<String, AttributeValue> attributes) {
        Map<Attribute, Value> values = new EnumMap<>(Attribute.class);
        attributes.forEach((name, value) ->
                Attribute.named(name).ifPresent(attribute -> values.put(attribute, fromDynamo(value))));
        return new Item(values);
    }

    /** The same, but of an unreadable item only its task and user, so that it does not hide the items that are read with it. */
    static Item fromDynamoOrKeys(Map<String, AttributeValue> attributes) {
        try {
            return fromDynamo(attributes);
        } catch (UnreadableItemException e) {
            Map<String, AttributeValue> keys = new HashMap<>(attributes);
            keys.keySet().retainAll(Set.of(Attribute.TASK_ID.text(), Attribute.USER_ID.text()));
            return fromDynamo(keys);
        }
    }

    private static Value fromDynamo(AttributeValue value) {
        return switch (value.type()) {
            case S -> Value.of(value.s());
            case N -> {
                try {
                    yield Value.of(Long.parseLong(value.n()));
                } catch (NumberFormatException e) {
                    throw new UnreadableItemException(e);
                }
            }
            case SS, NS, BS, B, M, L, BOOL, NUL, UNKNOWN_TO_SDK_VERSION -> throw new UnreadableItemException();
        };
    }
}
