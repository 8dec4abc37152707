package dev.darkroom.task;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A task as it is in the table. Immutable. An item without attributes stands for an item that does not exist. */
public record Item(Map<Attribute, Value> attributes) {
    public static final Item ABSENT = new Item(Map.of());

    public Item {
        attributes = Map.copyOf(attributes);
    }

    /** The item that an update makes before it changes it: it has its key. */
    static Item of(TaskId task) {
        return new Item(Map.of(Attribute.TASK_ID, Value.of(task.value())));
    }

    public boolean exists() {
        return !attributes.isEmpty();
    }

    public @Nullable Value get(Attribute attribute) {
        return attributes.get(attribute);
    }

    /** The attribute's text, or null when it is absent. */
    public @Nullable String text(Attribute attribute) {
        return attributes.get(attribute) instanceof Value.Text(String text) ? text : null;
    }

    /** The attribute's number, or null when it is absent. */
    public @Nullable Long number(Attribute attribute) {
        return attributes.get(attribute) instanceof Value.Numeric(long number) ? number : null;
    }

    /** The attribute's text, which every task has. */
    String requiredText(Attribute attribute) {
        String text = text(attribute);
        if (text == null) {
            throw new IllegalStateException("the item has no " + attribute.text());
        }
        return text;
    }

    long numberOr(Attribute attribute, long otherwise) {
        Long number = number(attribute);
        return number == null ? otherwise : number;
    }
}
