package dev.darkroom.bench;

import java.util.List;
import java.util.Locale;

/** The measurements of one side, run by run, in one unit; at least one run. */
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

    /** Returns a quantile: 0 is the smallest value, 1 the largest, with linear interpolation between two values. */
    public double quantile(double part) {
        double position = part * (values.size() - 1);
        int below = (int) position;
        int above = Math.min(below + 1, values.size() - 1);
        return values.get(below) + (values.get(above) - values.get(below)) * (position - below);
    }

    /** Returns the median, followed by the quartiles in brackets. */
    public String text() {
        return "%s %s (%s–%s)".formatted(number(median()), unit, number(quantile(0.25)), number(quantile(0.75)));
    }

    /** Rounds to a readable number of digits. */
    static String number(double value) {
        double size = Math.abs(value);
        return String.format(Locale.ROOT, size >= 100 ? "%.0f" : size >= 10 ? "%.1f" : "%.2f", value);
    }
}
