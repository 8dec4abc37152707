package dev.darkroom.bench;

public sealed interface Goal {
    /** Returns the bound, which the figure may reach. */
    double bound();

    record AtMost(double bound) implements Goal {}

    record AtLeast(double bound) implements Goal {}

    default boolean met(double figure) {
        return switch (this) {
            case AtMost(double bound) -> figure <= bound;
            case AtLeast(double bound) -> figure >= bound;
        };
    }

    default String text() {
        return switch (this) {
            case AtMost(double bound) -> "≤ " + Samples.number(bound);
            case AtLeast(double bound) -> "≥ " + Samples.number(bound);
        };
    }

    /** Returns whether a figure meets the goal, and otherwise by how much it misses it. */
    default String judge(double figure) {
        return met(figure) ? "yes" : "no, off by %.0f %%".formatted(Math.abs(figure - bound()) / bound() * 100);
    }
}
