package dev.darkroom.task;

import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;

/** What a write does to one attribute. */
public sealed interface Change {
    Attribute attribute();

    record Set(Attribute attribute, Value value) implements Change {}

    /** Sets the attribute if it is absent. */
    record SetIfAbsent(Attribute attribute, Value value) implements Change {}

    record Remove(Attribute attribute) implements Change {}

    /** Adds to a number; an absent one counts as 0. */
    record Add(Attribute attribute, long amount) implements Change {}

    static Change set(Attribute attribute, String text) {
        return new Set(attribute, Value.of(text));
    }

    static Change set(Attribute attribute, Word word) {
        return set(attribute, word.text());
    }

    static Change set(Attribute attribute, long number) {
        return new Set(attribute, Value.of(number));
    }

    static Change set(TaskState state) {
        return set(Attribute.STATE, state);
    }

    static Change set(CallbackStatus status) {
        return set(Attribute.CALLBACK_STATUS, status);
    }

    static Change setIfAbsent(Attribute attribute, String text) {
        return new SetIfAbsent(attribute, Value.of(text));
    }

    static Change setIfAbsent(Attribute attribute, long number) {
        return new SetIfAbsent(attribute, Value.of(number));
    }

    static Change remove(Attribute attribute) {
        return new Remove(attribute);
    }

    /** Removes every attribute but these. */
    static List<Change> removeAllBut(Collection<Attribute> kept) {
        List<Change> changes = new ArrayList<>();
        EnumSet.complementOf(EnumSet.copyOf(kept)).forEach(attribute -> changes.add(remove(attribute)));
        return changes;
    }

    static Change increment(Attribute attribute) {
        return new Add(attribute, 1);
    }

    /** The item after the changes, as DynamoDB would leave it. */
    static Item apply(Item item, List<Change> changes) {
        Map<Attribute, Value> attributes = new EnumMap<>(Attribute.class);
        attributes.putAll(item.attributes());
        for (Change change : changes) {
            switch (change) {
                case Set(Attribute attribute, Value value) -> attributes.put(attribute, value);
                case SetIfAbsent(Attribute attribute, Value value) -> attributes.putIfAbsent(attribute, value);
                case Remove(Attribute attribute) -> attributes.remove(attribute);
                case Add(Attribute attribute, long amount) ->
                    attributes.put(attribute, Value.of(item.numberOr(attribute, 0) + amount));
            }
        }
        return new Item(attributes);
    }
}
