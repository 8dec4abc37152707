package dev.darkroom.local.apidot;

import java.time.Duration;
import java.util.List;

/**
 * The course of a task, decided when it is accepted.
 *
 * @param untilRunning from acceptance until it runs
 * @param untilEnd from acceptance until it ends
 * @param runningWord what the status says while it runs
 * @param extension what file URLs end with
 * @param fileUrls if not empty, used instead of its own files
 */
record TaskPlan(
        Duration untilRunning,
        Duration untilEnd,
        End end,
        String runningWord,
        int files,
        PictureFormat format,
        String extension,
        List<String> fileUrls,
        boolean reportsProgress) {

    /** How it ends. */
    sealed interface End {
        record Finishes(String word) implements End {}

        record Fails(String word, String message) implements End {}

        record Never() implements End {}
    }

    static TaskPlan of(Settings.Pace pace, PictureFormat usual, List<TaskFault> faults) {
        Duration untilRunning = pace.untilRunning();
        Duration untilEnd = untilRunning.plus(pace.untilEnd());
        End end = new End.Finishes("finished");
        String runningWord = "running";
        int files = 1;
        PictureFormat format = usual;
        String extension = usual.extension();
        List<String> fileUrls = List.of();
        boolean reportsProgress = false;
        for (TaskFault fault : faults) {
            switch (fault) {
                case TaskFault.Fails(String word, String message) -> end = new End.Fails(word, message);
                case TaskFault.NeverEnds(String word) -> {
                    end = new End.Never();
                    runningWord = word;
                }
                case TaskFault.Spells(String running, String finished) -> {
                    end = new End.Finishes(finished);
                    runningWord = running;
                }
                case TaskFault.HasFiles(int count) -> files = count;
                case TaskFault.HasFileUrls(List<String> urls) -> fileUrls = urls;
                case TaskFault.Draws(PictureFormat drawn, String ending) -> {
                    format = drawn;
                    extension = ending;
                }
                case TaskFault.Takes(Duration time) -> {
                    untilRunning = time.compareTo(untilRunning) < 0 ? time : untilRunning;
                    untilEnd = time;
                }
                case TaskFault.ReportsProgress() -> reportsProgress = true;
            }
        }
        return new TaskPlan(
                untilRunning, untilEnd, end, runningWord, files, format, extension, fileUrls, reportsProgress);
    }

    /** The same plan, but the task ends at once. */
    TaskPlan atOnce() {
        return new TaskPlan(Duration.ZERO, Duration.ZERO, end, runningWord, files, format, extension, fileUrls, false);
    }
}
