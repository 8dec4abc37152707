package dev.darkroom.settle;

import dev.darkroom.apidot.ApiDot;
import dev.darkroom.apidot.ErrorText;
import dev.darkroom.apidot.StatusRead;
import dev.darkroom.log.Log;
import dev.darkroom.log.Metric;
import dev.darkroom.media.CopyResult;
import dev.darkroom.media.ImageCopier;
import dev.darkroom.request.ImageRequest;
import dev.darkroom.task.ErrorType;
import dev.darkroom.task.Item;
import dev.darkroom.task.Pace;
import dev.darkroom.task.Progress;
import dev.darkroom.task.Settling;
import dev.darkroom.task.Settling.Look;
import dev.darkroom.task.StoredImage;
import dev.darkroom.task.Task;
import dev.darkroom.task.TaskId;
import dev.darkroom.task.TaskStore;
import dev.darkroom.task.UpstreamTaskId;
import dev.darkroom.task.Write;
import dev.darkroom.task.Written;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Settles a task that is due: claim → authenticated status read → copy → one write. Webhook, poll and retry all end here. Any
 * number of workers may try: one holds the claim, and every write but the claim is conditional on it. Thread-safe.
 */
public final class Settlement {
    /** APIDot may say 404 for a moment; after this long it means it. */
    private static final Duration FORGOTTEN_AFTER = Duration.ofHours(1);

    /** Looks that find files missing or no images, until the task fails. */
    private static final int UNUSABLE_LOOKS = 5;

    private static final Duration STATUS_READ_LIMIT = Duration.ofSeconds(20);

    private final Rules rules;
    private final TaskStore store;
    private final ApiDot apiDot;
    private final ImageCopier copier;
    private final Supplier<String> claims;
    private final InstantSource clock;
    private final RandomGenerator random;
    private final Log log;

    /**
     * The settings of settling.
     *
     * @param submitDeadline from the record until the id of the upstream task must be known
     * @param settleDeadline from the record until the task must have ended
     * @param retention of an ended task's item
     */
    public record Rules(Duration submitDeadline, Duration settleDeadline, Pace pace, Duration retention) {}

    /**
     * A settlement with these collaborators.
     *
     * @param claims fresh ids, one for each claim
     */
    public Settlement(
            Rules rules,
            TaskStore store,
            ApiDot apiDot,
            ImageCopier copier,
            Supplier<String> claims,
            InstantSource clock,
            RandomGenerator random,
            Log log) {
        this.rules = rules;
        this.store = store;
        this.apiDot = apiDot;
        this.copier = copier;
        this.claims = claims;
        this.clock = clock;
        this.random = random;
        this.log = log;
    }

    /**
     * Settles the task if it is due; does nothing when somebody else holds it or has settled it.
     *
     * @param since when the task became due; null when that is not known
     * @param by when this worker must be done
     * @throws dev.darkroom.task.StoreUnavailableException when the table does not answer; the lease or the sweep covers what was begun
     */
    public void settle(TaskId id, @Nullable Instant since, Instant by) {
        Write claim = Settling.claim(id, claims.get(), clock.instant());
        if (store.write(claim) instanceof Written.Applied(Item item)) {
            Work work = new Work(new Task(item), since, by);
            conclude(work, look(work));
        }
    }

    /** One worker's look at a task that it has claimed. Not thread-safe. */
    private static final class Work {
        private final Task task;
        private final @Nullable Instant since;
        private final Instant by;

        /** How long the status read took; null before there was one. */
        private @Nullable Duration read;

        Work(Task task, @Nullable Instant since, Instant by) {
            this.task = task;
            this.since = since;
            this.by = by;
        }
    }

    private Finding look(Work work) {
        Task task = work.task;
        Instant now = clock.instant();
        UpstreamTaskId upstream = task.upstreamTaskId();
        if (upstream == null) {
            return now.isBefore(task.createdAt().plus(rules.submitDeadline()))
                    ? new Finding.Later(new Look.Nothing(), Finding.Why.NOT_CONFIRMED)
                    : new Finding.Failed(
                            ErrorType.SUBMIT_UNCONFIRMED, "The image service did not confirm this request in time.");
        }
        Finding finding = readSafely(work, upstream);
        boolean overdue = !clock.instant().isBefore(task.createdAt().plus(rules.settleDeadline()));
        return overdue && finding instanceof Finding.Later
                ? new Finding.Failed(ErrorType.SETTLE_DEADLINE, "The image did not arrive in time.")
                : finding;
    }

    /** A mistake of ours must not keep a task from its deadline. */
    private Finding readSafely(Work work, UpstreamTaskId upstream) {
        try {
            Instant asked = clock.instant();
            StatusRead said = apiDot.status(upstream, limit(STATUS_READ_LIMIT, work.by));
            work.read = Duration.between(asked, clock.instant());
            return judge(work.task, said, work.by);
        } catch (RuntimeException e) {
            log.failure("unexpected_failure").task(work.task.id()).cause(e).write();
            return new Finding.Later(new Look.Nothing(), Finding.Why.UNEXPECTED_FAILURE);
        }
    }

    private Finding judge(Task task, StatusRead said, Instant by) {
        return switch (said) {
            case StatusRead.NotEnded(Progress progress) ->
                new Finding.Later(new Look.GoesOn(progress), Finding.Why.NOT_ENDED);
            case StatusRead.Failed(String message) ->
                new Finding.Failed(ErrorType.UPSTREAM_FAILED, ErrorText.masked(message, List.of(prompt(task))));
            case StatusRead.Finished(List<String> urls) -> copy(task, urls, by);
            case StatusRead.UnknownTask unknown ->
                clock.instant().isBefore(task.createdAt().plus(FORGOTTEN_AFTER))
                        ? new Finding.Later(new Look.Nothing(), Finding.Why.UPSTREAM_UNKNOWN_TASK)
                        : new Finding.Failed(
                                ErrorType.UPSTREAM_FORGOT, "The image service does not know this task any more.");
            case StatusRead.Trouble(StatusRead.Kind kind) ->
                new Finding.Later(
                        new Look.Nothing(),
                        switch (kind) {
                            case BAD_KEY -> Finding.Why.UPSTREAM_KEY_REFUSED;
                            case NO_CREDITS -> Finding.Why.UPSTREAM_BALANCE_EMPTY;
                            case OTHER -> Finding.Why.UPSTREAM_TROUBLE;
                        });
        };
    }

    /** What the error text of a failed task may quote, but must not be shown with. */
    private static String prompt(Task task) {
        return ImageRequest.promptOf(task.request());
    }

    /** Copies every file; the first that can't be had decides. What is in the bucket already is found in place next time. */
    private Finding copy(Task task, List<String> urls, Instant by) {
        List<StoredImage> stored = new ArrayList<>();
        for (String url : urls) {
            Duration limit = Duration.between(clock.instant(), by);
            switch (copier.copy(url, task.user(), task.id(), stored.size(), limit)) {
                case CopyResult.Stored(StoredImage image) -> stored.add(image);
                case CopyResult.Later(CopyResult.Cause cause) -> {
                    // The bucket is ours: what it refuses, no later look will mend.
                    (cause == CopyResult.Cause.STORAGE ? log.error("copy_later") : log.info("copy_later"))
                            .task(task.id())
                            .with("cause", cause)
                            .write();
                    return new Finding.Later(new Look.Nothing(), Finding.Why.MEDIA_TROUBLE);
                }
                case CopyResult.HostNotListed notListed -> {
                    return new Finding.Later(new Look.Nothing(), Finding.Why.MEDIA_HOST_NOT_LISTED);
                }
                case CopyResult.Unusable unusable -> {
                    return task.unusableLooks() + 1 < UNUSABLE_LOOKS
                            ? new Finding.Later(new Look.FilesUnusable(), Finding.Why.FILES_UNUSABLE)
                            : new Finding.Failed(
                                    ErrorType.RESULT_UNUSABLE,
                                    switch (unusable.fault()) {
                                        case NOT_FOUND -> "The finished image is not where it should be.";
                                        case NOT_AN_IMAGE -> "The result is not a whole PNG, JPEG or WebP image.";
                                        case EMPTY -> "The result is empty.";
                                    });
                }
                case CopyResult.Refused refused -> {
                    return new Finding.Failed(ErrorType.RESULT_UNUSABLE, refused.reason());
                }
            }
        }
        return new Finding.Finished(stored);
    }

    private void conclude(Work work, Finding finding) {
        Task task = work.task;
        Instant now = clock.instant();
        Write write = switch (finding) {
            case Finding.Finished(List<StoredImage> files) -> Settling.finished(task, files, now, rules.retention());
            case Finding.Failed(ErrorType type, String message) ->
                Settling.failed(task, type, message, now, rules.retention());
            case Finding.Later(Look look, Finding.Why why) -> Settling.later(task, look, nextLook(task, now), now);
        };
        boolean mine = store.write(write) instanceof Written.Applied;
        // After news came while this worker looked, another worker settles the task.
        Log.Event event = mine ? told(work, finding, now) : log.info("settle_overtaken");
        if (work.read != null) {
            event.metric(Metric.UPSTREAM_STATUS_LATENCY, work.read.toMillis());
        }
        event.task(task.id()).write();
    }

    /** When to look again: by the pace, but not past the deadline that would end the task. */
    private Instant nextLook(Task task, Instant now) {
        Instant next = now.plus(rules.pace().waitAfter(task.attempts(), random.nextDouble()));
        Instant deadline =
                task.createdAt().plus(task.upstreamTaskId() == null ? rules.submitDeadline() : rules.settleDeadline());
        return deadline.isAfter(now) && deadline.isBefore(next) ? deadline : next;
    }

    private Log.Event told(Work work, Finding finding, Instant now) {
        return switch (finding) {
            case Finding.Finished(List<StoredImage> files) -> finished(work, files, now);
            case Finding.Failed(ErrorType type, String message) ->
                failed(type).with("type", type).metric(Metric.CREDITS_GIVEN_BACK, work.task.credits());
            case Finding.Later(Look look, Finding.Why why) -> later(why).with("why", why);
        };
    }

    private Log.Event finished(Work work, List<StoredImage> files, Instant now) {
        Log.Event event = log.info("task_finished")
                .metric(Metric.TASKS_FINISHED, 1)
                .metric(Metric.IMAGES_STORED, files.size())
                .metric(
                        Metric.IMAGE_BYTES_STORED,
                        files.stream().mapToLong(StoredImage::bytes).sum())
                .metric(Metric.CREDITS_SPENT, work.task.credits())
                .metric(
                        Metric.TASK_LATENCY,
                        Duration.between(work.task.createdAt(), now).toMillis());
        return work.since == null
                ? event
                : event.metric(
                        Metric.SETTLE_LATENCY, Duration.between(work.since, now).toMillis());
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

    private Log.Event later(Finding.Why why) {
        return switch (why) {
            case UPSTREAM_KEY_REFUSED -> log.error("task_later").metric(Metric.UPSTREAM_KEY_REFUSALS, 1);
            case UPSTREAM_BALANCE_EMPTY -> log.error("task_later").metric(Metric.UPSTREAM_BALANCE_EMPTY, 1);
            case MEDIA_HOST_NOT_LISTED -> log.error("task_later");
            case NOT_ENDED,
                    UPSTREAM_TROUBLE,
                    UPSTREAM_UNKNOWN_TASK,
                    FILES_UNUSABLE,
                    MEDIA_TROUBLE,
                    NOT_CONFIRMED,
                    UNEXPECTED_FAILURE -> log.info("task_later");
        };
    }

    private Duration limit(Duration most, Instant by) {
        Duration left = Duration.between(clock.instant(), by);
        return left.compareTo(most) < 0 ? left : most;
    }
}
