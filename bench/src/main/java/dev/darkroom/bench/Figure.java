package dev.darkroom.bench;

/** One row of the table, in words. */
public record Figure(String name, String measured, String against, String ratio, String goal, String met) {
    /** Compares two sides that ran in turns: the ratio of their medians, with a goal. */
    public static Figure ratio(String name, Samples measured, Samples against, Goal goal) {
        double ratio = measured.median() / against.median();
        return new Figure(name, measured.text(), against.text(), Samples.number(ratio), goal.text(), goal.judge(ratio));
    }

    /** A figure with a goal and nothing to compare with. */
    public static Figure alone(String name, Samples measured, Goal goal) {
        return new Figure(name, measured.text(), "", "", goal.text(), goal.judge(measured.median()));
    }

    /** A figure for information only. */
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
