package dev.darkroom.packing;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.BiFunction;
import java.util.function.BinaryOperator;
import java.util.function.Function;
import java.util.function.IntBinaryOperator;
import java.util.function.IntFunction;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;
import java.util.function.UnaryOperator;

/** Every kind of lambda expression, method reference and switch over types that a library may have. */
public final class Sites implements Callable<List<Object>> {
    static final List<Class<?>> ALL = List.of(
            Sites.class,
            Shape.class,
            Circle.class,
            Square.class,
            Blob.class,
            Kept.class,
            Named.class,
            Base.class,
            Inner.class);

    private final String field = "field";

    sealed interface Shape permits Circle, Square, Blob {}

    record Circle(int radius) implements Shape {}

    record Square(int side) implements Shape {}

    enum Blob implements Shape {
        SMALL,
        LARGE
    }

    interface Kept<T> extends Function<T, String>, Serializable {}

    /** Its private method has a lambda: the body is an interface's. */
    interface Named {
        String name();

        default Supplier<String> loud() {
            return () -> shout();
        }

        private String shout() {
            return name() + "!";
        }

        static Named of(String name) {
            return () -> name;
        }
    }

    static class Base {
        protected String inherited(String of) {
            return "base " + of;
        }
    }

    static final class Inner extends Base {
        @Override
        protected String inherited(String of) {
            return "inner " + of;
        }

        Function<String, String> above() {
            return super::inherited;
        }

        Function<String, String> here() {
            return this::inherited;
        }
    }

    @Override
    public List<Object> call() throws Exception {
        List<Object> results = new ArrayList<>();
        int number = 7;
        long wide = 1L << 40;
        double real = 0.5;
        boolean yes = true;
        char letter = 'x';
        String text = "text";
        Supplier<String> nothingHeld = () -> "nothing held";
        results.add(nothingHeld.get());
        Supplier<String> held = () -> text + number + wide + real + yes + letter;
        results.add(held.get());
        Supplier<String> own = () -> field + secret();
        results.add(own.get());
        Function<String, Integer> unbound = String::length;
        results.add(unbound.apply("unbound"));
        Predicate<String> bound = text::startsWith;
        results.add(bound.test("te"));
        Function<String, StringBuilder> constructor = StringBuilder::new;
        results.add(constructor.apply("made").append('.').toString());
        IntFunction<int[]> array = int[]::new;
        results.add(array.apply(3).length);
        IntBinaryOperator primitive = Math::max;
        results.add(primitive.applyAsInt(3, 4));
        BinaryOperator<Integer> boxed = Integer::sum;
        results.add(boxed.apply(3, 4));
        ToLongFunction<Integer> widened = Integer::longValue;
        results.add(widened.applyAsLong(5));
        LongSupplier unboxed = () -> number * wide;
        results.add(unboxed.getAsLong());
        BiFunction<String, Object, Boolean> returned = String::equals;
        results.add(returned.apply("a", "a"));
        List<String> dropped = new ArrayList<>();
        Runnable ignored = () -> dropped.add("the answer is dropped");
        ignored.run();
        results.add(dropped);
        UnaryOperator<Function<Integer, Integer>> nested = inner -> value -> inner.apply(inner.apply(value));
        results.add(nested.apply(value -> value + number).apply(1));
        results.add(Named.of("named").name());
        results.add(Named.of("named").loud().get());
        results.add(new Inner().above().apply("of"));
        results.add(new Inner().here().apply("of"));
        Kept<Integer> kept = value -> "kept " + value;
        results.add(kept.apply(1));
        results.add(Map.of("one", 1).entrySet().stream()
                .map(Map.Entry::getKey)
                .map(String::toUpperCase)
                .toList());
        Supplier<Supplier<String>> deep = () -> () -> field;
        results.add(deep.get().get());
        for (Shape shape : List.of(new Circle(1), new Circle(20), new Square(2), Blob.SMALL, Blob.LARGE)) {
            results.add(told(shape));
        }
        for (Object value : List.of(new Circle(1), new Circle(20), Blob.SMALL, 1, "one", 1L)) {
            results.add(kind(value));
        }
        results.add(failure(() -> {
            throw new IllegalStateException("thrown inside");
        }));
        return results;
    }

    private String secret() {
        return " is private";
    }

    private static String told(Shape shape) {
        return switch (shape) {
            case Circle circle when circle.radius() > 10 -> "large circle";
            case Circle circle -> "circle " + circle.radius();
            case Square square -> "square " + square.side();
            case Blob.SMALL -> "small";
            case Blob blob -> "blob " + blob.name();
        };
    }

    private static String kind(Object value) {
        return switch (value) {
            case Circle circle when circle.radius() > 10 -> "large";
            case Shape shape -> "shape";
            case Integer number -> "number";
            case String text -> "text";
            default -> "unknown";
        };
    }

    private static String failure(Callable<String> thrower) throws Exception {
        try {
            return thrower.call();
        } catch (IllegalStateException e) {
            return String.valueOf(e.getMessage());
        }
    }
}
