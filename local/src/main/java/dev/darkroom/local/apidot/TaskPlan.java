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

    static TaskPlan of(Settings settings, PictureFormat format, List<TaskFault> faults) {
        TaskPlan plan = new TaskPlan(
                settings.pace().untilRunning(),
                settings.pace().untilRunning().plus(settings.pace().untilEnd()),
                new End.Finishes("finished"),
                "running",
                1,
                format,
                format.extension(),
                List.of(),
                false);
        for (TaskFault fault : faults) {
            plan = plan.with(fault);
        }
        return plan;
    }

    /** The same plan, but the task ends at once. */
    TaskPlan atOnce() {
        return new TaskPlan(Duration.ZERO, Duration.ZERO, end, runningWord, files, format, extension, fileUrls, false);
    }

    private TaskPlan with(TaskFault fault) {
        return switch (fault) {
            case TaskFault.Fails(String word, String message) -> ending(new End.Fails(word, message));
            case TaskFault.NeverEnds(String word) -> ending(new End.Never()).saying(word);
            case TaskFault.Spells(String running, String finished) ->
                ending(new End.Finishes(finished)).saying(running);
            case TaskFault.HasFiles(int count) ->
                new TaskPlan(
                        untilRunning, untilEnd, end, runningWord, count, format, extension, fileUrls, reportsProgress);
            case TaskFault.HasFileUrls(List<String> urls) ->
                new TaskPlan(untilRunning, untilEnd, end, runningWord, files, format, extension, urls, reportsProgress);
            case TaskFault.Draws(PictureFormat drawn, String ending) ->
                new TaskPlan(untilRunning, untilEnd, end, runningWord, files, drawn, ending, fileUrls, reportsProgress);
            case TaskFault.Takes(Duration time) ->
                new TaskPlan(
                        time.compareTo(untilRunning) < 0 ? time : untilRunning,
                        time,
                        end,
                        runningWord,
                        files,
                        format,
                        extension,
                        fileUrls,
                        reportsProgress);
            case TaskFault.ReportsProgress() ->
                new TaskPlan(untilRunning, untilEnd, end, runningWord, files, format, extension, fileUrls, true);
        };
    }

    private TaskPlan ending(End other) {
        return new TaskPlan(
                untilRunning, untilEnd, other, runningWord, files, format, extension, fileUrls, reportsProgress);
    }

    private TaskPlan saying(String word) {
        return new TaskPlan(untilRunning, untilEnd, end, word, files, format, extension, fileUrls, reportsProgress);
    }
}
