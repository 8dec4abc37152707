package dev.darkroom.bench;

/** What a ratio is to be. */
public sealed interface Goal {
    /** The bound, which the ratio may reach. */
    double bound();

    record AtMost(double bound) implements Goal {}

    record AtLeast(double bound) implements Goal {}

    default boolean met(double ratio) {
        return switch (this) {
            case AtMost(double bound) -> ratio <= bound;
            case AtLeast(double bound) -> ratio >= bound;
        };
    }

    default String text() {
        return switch (this) {
            case AtMost(double bound) -> "≤ " + Samples.number(bound);
            case AtLeast(double bound) -> "≥ " + Samples.number(bound);
        };
    }

    /** Whether a ratio meets it, and if not, by how much. */
    default String judge(double ratio) {
        return met(ratio) ? "yes" : "no, off by %.0f %%".formatted(Math.abs(ratio - bound()) / bound() * 100);
    }
}
