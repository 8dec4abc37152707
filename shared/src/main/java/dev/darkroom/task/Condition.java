package dev.darkroom.task;

import java.util.Arrays;
import java.util.List;

/**
 * What must hold of an item for a write to happen. It is data: Java evaluates it here, and DynamoDB evaluates the same rule at
 * the item. So the two cannot drift apart.
 */
public sealed interface Condition {

    /** The attribute is there and equals the value. */
    record Is(Attribute attribute, Value value) implements Condition {}

    record Present(Attribute attribute) implements Condition {}

    record Absent(Attribute attribute) implements Condition {}

    /** The attribute is there, a number, and not above the limit. */
    record AtMost(Attribute attribute, long limit) implements Condition {}

    /** The attribute is there, a number, and above the limit. */
    record Above(Attribute attribute, long limit) implements Condition {}

    record All(List<Condition> parts) implements Condition {
        public All {
            parts = List.copyOf(parts);
        }
    }

    record Any(List<Condition> parts) implements Condition {
        public Any {
            parts = List.copyOf(parts);
        }
    }

    /** Whether DynamoDB would find that this holds of the item. */
    default boolean holds(Item item) {
        return switch (this) {
            case Is(Attribute attribute, Value value) -> value.equals(item.get(attribute));
            case Present(Attribute attribute) -> item.get(attribute) != null;
            case Absent(Attribute attribute) -> item.get(attribute) == null;
            case AtMost(Attribute attribute, long limit) -> {
                Long number = item.number(attribute);
                yield number != null && number <= limit;
            }
            case Above(Attribute attribute, long limit) -> {
                Long number = item.number(attribute);
                yield number != null && number > limit;
            }
            case All(List<Condition> parts) -> parts.stream().allMatch(part -> part.holds(item));
            case Any(List<Condition> parts) -> parts.stream().anyMatch(part -> part.holds(item));
        };
    }

    static Condition is(Attribute attribute, String text) {
        return new Is(attribute, Value.of(text));
    }

    static Condition is(Attribute attribute, Word word) {
        return is(attribute, word.text());
    }

    static Condition is(Attribute attribute, long number) {
        return new Is(attribute, Value.of(number));
    }

    static Condition is(TaskState state) {
        return is(Attribute.STATE, state);
    }

    static Condition is(CallbackStatus status) {
        return is(Attribute.CALLBACK_STATUS, status);
    }

    static Condition open() {
        return new Any(TaskState.OPEN.stream().map(Condition::is).toList());
    }

    static Condition ended() {
        return any(is(TaskState.FINISHED), is(TaskState.FAILED));
    }

    static Condition present(Attribute attribute) {
        return new Present(attribute);
    }

    static Condition absent(Attribute attribute) {
        return new Absent(attribute);
    }

    static Condition all(Condition... parts) {
        return new All(Arrays.asList(parts));
    }

    static Condition any(Condition... parts) {
        return new Any(Arrays.asList(parts));
    }

    /** Never holds. */
    static Condition never() {
        return all(present(Attribute.TASK_ID), absent(Attribute.TASK_ID));
    }
}
