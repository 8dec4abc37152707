package dev.darkroom.bench;

/** What a figure is to be. */
public sealed interface Goal {
    /** The bound, which the figure may reach. */
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

    /** Whether a figure meets it, and if not, by how much. */
    default String judge(double figure) {
        return met(figure) ? "yes" : "no, off by %.0f %%".formatted(Math.abs(figure - bound()) / bound() * 100);
    }
}
