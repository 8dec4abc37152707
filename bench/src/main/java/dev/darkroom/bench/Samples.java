package dev.darkroom.bench;

import java.util.List;
import java.util.Locale;

/** What one side of a figure took, run by run, in one unit; at least one run. */
public record Samples(String unit, List<Double> values) {
    public Samples {
        if (values.isEmpty()) {
            throw new IllegalArgumentException("no runs");
        }
        values = values.stream().sorted().toList();
    }

    public double median() {
        return quantile(0.5);
    }

    /** Of the sorted values: 0 is the smallest, 1 the largest; between two of them, what is as far between. */
    public double quantile(double part) {
        double position = part * (values.size() - 1);
        int below = (int) position;
        int above = Math.min(below + 1, values.size() - 1);
        return values.get(below) + (values.get(above) - values.get(below)) * (position - below);
    }

    /** The median, and in brackets the middle half. */
    public String text() {
        return "%s %s (%s–%s)".formatted(number(median()), unit, number(quantile(0.25)), number(quantile(0.75)));
    }

    /** As many digits as a reader can use. */
    static String number(double value) {
        double size = Math.abs(value);
        return String.format(Locale.ROOT, size >= 100 ? "%.0f" : size >= 10 ? "%.1f" : "%.2f", value);
    }
}
