package dev.darkroom.task;

/** What an attribute holds. */
public sealed interface Value {

    record Text(String text) implements Value {}

    record Numeric(long number) implements Value {}

    static Value of(String text) {
        return new Text(text);
    }

    static Value of(long number) {
        return new Numeric(number);
    }
}
