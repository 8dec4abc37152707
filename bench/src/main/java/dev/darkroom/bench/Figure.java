package dev.darkroom.bench;

/** One row of the table, in words. */
public record Figure(String name, String measured, String against, String ratio, String goal, String met) {
    /** Two sides that were run in turns: the medians' ratio, against what it is to be. */
    public static Figure ratio(String name, Samples measured, Samples against, Goal goal) {
        double ratio = measured.median() / against.median();
        return new Figure(name, measured.text(), against.text(), Samples.number(ratio), goal.text(), goal.judge(ratio));
    }

    /** Two sides that have no goal. */
    public static Figure ratio(String name, Samples measured, Samples against) {
        double ratio = measured.median() / against.median();
        return new Figure(name, measured.text(), against.text(), Samples.number(ratio), "", "");
    }

    /** One number that is to be at most another: a count, a size. */
    public static Figure atMost(String name, long measured, String unit, long most) {
        return new Figure(
                name,
                "%,d %s".formatted(measured, unit),
                "",
                "",
                "≤ %,d".formatted(most),
                measured <= most ? "yes" : "no, off by %,d".formatted(measured - most));
    }

    /** What has a goal of its own, and no other side. */
    public static Figure alone(String name, Samples measured, Goal goal) {
        return new Figure(name, measured.text(), "", "", goal.text(), goal.judge(measured.median()));
    }

    /** What is only told. */
    public static Figure told(String name, String measured) {
        return new Figure(name, measured, "", "", "", "");
    }

    static String header() {
        return """
            | figure | measured | against | ratio | goal | met |
            |---|---|---|---|---|---|
            """;
    }

    String row() {
        return "| %s | %s | %s | %s | %s | %s |\n".formatted(name, measured, against, ratio, goal, met);
    }
}
