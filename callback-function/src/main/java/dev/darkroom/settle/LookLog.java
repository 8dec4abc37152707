package dev.darkroom.settle;

import dev.darkroom.log.Log;
import dev.darkroom.log.Metric;
import dev.darkroom.task.ErrorType;
import dev.darkroom.task.Progress;
import dev.darkroom.task.Settling.Why;
import dev.darkroom.task.StoredImage;
import dev.darkroom.task.Task;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The log line of a look at a task, with its metrics. */
record LookLog(Log log) {

    /** @param since when the task became due; null if that is not known */
    Log.Event of(Task task, Finding finding, @Nullable Instant since, Instant now) {
        return switch (finding) {
            case Finding.Finished(List<StoredImage> files) -> finished(task, files, since, now);
            case Finding.Failed(ErrorType type, String _) ->
                failed(type).with("type", type).metric(Metric.CREDITS_GIVEN_BACK, task.credits());
            case Finding.Later(Why why, Progress _, String word) ->
                (word.isEmpty() ? later(why) : later(why).said(word)).with("why", why);
            case Finding.HeldBack _ -> log.info("task_later").with("why", Why.HELD_BACK);
            case Finding.Disowned _ -> log.error("ownership_violation").metric(Metric.OWNERSHIP_VIOLATIONS, 1);
        };
    }

    private Log.Event finished(Task task, List<StoredImage> files, @Nullable Instant since, Instant now) {
        long bytes = files.stream().mapToLong(StoredImage::bytes).sum();
        Log.Event event = log.info("task_finished")
                .metric(Metric.TASKS_FINISHED, 1)
                .metric(Metric.IMAGES_STORED, files.size())
                .metric(Metric.IMAGE_BYTES_STORED, bytes)
                .metric(Metric.CREDITS_SPENT, task.credits())
                .metric(Metric.TASK_LATENCY, millis(task.createdAt(), now));
        return since == null ? event : event.metric(Metric.SETTLE_LATENCY, millis(since, now));
    }

    private Log.Event failed(ErrorType type) {
        return switch (type) {
            case UPSTREAM_FAILED -> log.warn("task_failed").metric(Metric.TASKS_FAILED_UPSTREAM_FAILED, 1);
            case RESULT_UNUSABLE -> log.warn("task_failed").metric(Metric.TASKS_FAILED_RESULT_UNUSABLE, 1);
            case SUBMIT_UNCONFIRMED -> log.error("task_failed").metric(Metric.TASKS_FAILED_SUBMIT_UNCONFIRMED, 1);
            case UPSTREAM_FORGOT -> log.error("task_failed").metric(Metric.TASKS_FAILED_UPSTREAM_FORGOT, 1);
            case SETTLE_DEADLINE -> log.error("task_failed").metric(Metric.TASKS_FAILED_SETTLE_DEADLINE, 1);
        };
    }

    private Log.Event later(Why why) {
        return switch (why) {
            // These have alarms of their own. An ERROR line would raise a second one.
            case UPSTREAM_KEY_REFUSED -> log.warn("task_later").metric(Metric.UPSTREAM_KEY_REFUSALS, 1);
            case UPSTREAM_BALANCE_EMPTY -> log.warn("task_later").metric(Metric.UPSTREAM_BALANCE_EMPTY, 1);
            case UPSTREAM_FORM_UNKNOWN, MEDIA_URL_UNREADABLE, MEDIA_KIND_NOT_STORED ->
                log.error("task_later").metric(Metric.UPSTREAM_FORMS_UNKNOWN, 1);
            case MEDIA_HOST_NOT_LISTED -> log.error("task_later");
            case NOT_ENDED,
                    UPSTREAM_TROUBLE,
                    UPSTREAM_UNKNOWN_TASK,
                    FILES_UNUSABLE,
                    MEDIA_TROUBLE,
                    NOT_CONFIRMED,
                    HELD_BACK,
                    UNEXPECTED_FAILURE -> log.info("task_later");
        };
    }

    private static long millis(Instant from, Instant to) {
        return Duration.between(from, to).toMillis();
    }
}
