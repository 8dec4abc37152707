package dev.darkroom.bench;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * {@code mvn -Pbench} measures, and prints the table as Markdown. {@code -Dbench.only=snapshot,warm} selects experiments, {@code
 * -Dbench.runs=30} sets the number of runs of each side.
 */
public final class Bench {
    private static final int RUNS = 15;

    /** In the order of the table. */
    private static final List<Experiment> ALL = List.of(
            new AfterSnapshot(),
            new WarmCallback(),
            new CopyThroughput(),
            new CopyHeap(),
            new Growth(),
            new Pipeline(),
            new Memory());

    private Bench() {}

    public static void main(String[] arguments) throws Exception {
        // Numbers must look the same on every machine, because they go into a document.
        Locale.setDefault(Locale.ROOT);
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        List<String> only = Arrays.stream(System.getProperty("bench.only", "").split(",", -1))
                .map(String::strip)
                .filter(word -> !word.isEmpty())
                .toList();
        List<String> words = ALL.stream().map(Experiment::word).toList();
        if (!words.containsAll(only)) {
            out.println("-Dbench.only takes " + String.join(", ", words) + ".");
            System.exit(2);
        }
        String runs = System.getProperty("bench.runs", "");
        run(
                ALL.stream()
                        .filter(experiment ->
                                only.isEmpty() ? !experiment.onlyByName() : only.contains(experiment.word()))
                        .toList(),
                runs.isBlank() ? RUNS : Integer.parseInt(runs),
                out);
    }

    private static void run(List<Experiment> experiments, int runs, PrintStream out) throws Exception {
        List<String> missing = experiments.stream()
                .flatMap(experiment -> experiment.commands().stream())
                .distinct()
                .filter(command -> Machine.firstLine(command, "--version").isEmpty())
                .toList();
        if (!missing.isEmpty()) {
            out.println("The peers need what is not installed here: " + String.join(", ", missing) + ".");
            System.exit(2);
        }
        String machine = Machine.here().text();
        out.println(machine);
        long start = System.nanoTime();
        List<Figure> figures = new ArrayList<>();
        for (Experiment experiment : experiments) {
            out.println("measuring: " + experiment.word());
            List<Figure> found = experiment.measure(runs);
            found.forEach(figure -> out.print(figure.row()));
            figures.addAll(found);
        }
        out.println();
        out.println(machine);
        out.printf(
                "%d runs of each side, in turns; medians, and in brackets the middle half. %d s in all.%n%n",
                runs, Duration.ofNanos(System.nanoTime() - start).toSeconds());
        out.print(Figure.header());
        figures.forEach(figure -> out.print(figure.row()));
    }
}
