package dev.darkroom.settle;

import dev.darkroom.apidot.ApiDot;
import dev.darkroom.apidot.ErrorText;
import dev.darkroom.apidot.StatusRead;
import dev.darkroom.config.Timing;
import dev.darkroom.log.Log;
import dev.darkroom.log.Metric;
import dev.darkroom.media.CopyResult;
import dev.darkroom.media.ImageCopier;
import dev.darkroom.media.ImagesBucket;
import dev.darkroom.request.ImageRequest;
import dev.darkroom.task.ErrorType;
import dev.darkroom.task.Item;
import dev.darkroom.task.Ownership;
import dev.darkroom.task.Pace;
import dev.darkroom.task.Progress;
import dev.darkroom.task.Settling;
import dev.darkroom.task.Settling.Why;
import dev.darkroom.task.StoreUnavailableException;
import dev.darkroom.task.StoredImage;
import dev.darkroom.task.Task;
import dev.darkroom.task.TaskId;
import dev.darkroom.task.TaskState;
import dev.darkroom.task.TaskStore;
import dev.darkroom.task.UpstreamTaskId;
import dev.darkroom.task.Write;
import dev.darkroom.task.Written;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Settles a task that is due: claim → authenticated status read → copy → one write. Webhook, poll and retry all lead here. Any
 * number of workers may try. One gets the claim, and all later writes are conditional on it. Thread-safe.
 *
 * @param claims new ids, one for each claim
 */
public record Settlement(
        Timing timing,
        TaskStore store,
        ApiDot apiDot,
        ImageCopier copier,
        ImagesBucket bucket,
        Supplier<String> claims,
        InstantSource clock,
        RandomGenerator random,
        Log log) {
    /** APIDot may answer 404 for a moment. After this time a 404 is final. */
    private static final Duration FORGOTTEN_AFTER = Duration.ofHours(1);

    /** After so many looks without usable files the task fails. */
    private static final int UNUSABLE_LOOKS = 5;

    /** If a status answer still lacks something at this look, a person is told. */
    private static final int TOLD_AT_LOOK = 3;

    /**
     * If workers die again and again before they write, whatever the reason, the task must still end. So this long after its
     * deadline nobody looks any more. APIDot keeps no result for so long.
     */
    private static final Duration LAST_LOOKS = Duration.ofDays(7);

    private static final Duration STATUS_READ_LIMIT = Duration.ofSeconds(20);

    /**
     * Settles the task if it is due, and removes its objects if it is deleted. Does nothing if another worker holds it or has
     * settled it.
     *
     * @param since when the task became due; null when that is not known
     * @param by when this worker must be done
     * @throws StoreUnavailableException if the table does not answer; the stream or the sweep then repeats the work
     */
    public void settle(TaskId id, @Nullable Instant since, Instant by) {
        Write.Update claim = Settling.claim(id, claims.get(), clock.instant());
        switch (store.write(claim)) {
            case Written.Applied(Item item) -> {
                Optional<Task> task = Optional.of(new Task(item));
                while (task.isPresent()) {
                    task = conclude(task.get(), look(task.get(), by), since);
                }
            }
            // The item that refused the claim says whether there is something else to do, so no read is needed.
            case Written.Refused(Item item) -> {
                if (item.exists() && new Task(item).state() == TaskState.DELETING) {
                    new Removal(store, bucket, timing.retention(), clock, log).remove(new Task(item), by);
                }
            }
        }
    }

    /**
     * The result of a look.
     *
     * @param read how long the status read took; null if there was none, or if a bug of ours ended it
     */
    private record LookResult(Finding finding, @Nullable Duration read) {}

    private LookResult look(Task task, Instant by) {
        Instant now = clock.instant();
        UpstreamTaskId upstream = task.upstreamTaskId();
        if (upstream == null) {
            Finding finding = now.isBefore(task.createdAt().plus(timing.submitDeadline()))
                    ? new Finding.Later(Why.NOT_CONFIRMED)
                    : unconfirmed();
            return new LookResult(finding, null);
        }
        Instant deadline = task.createdAt().plus(timing.settleDeadline());
        if (!now.isBefore(deadline.plus(LAST_LOOKS))) {
            return new LookResult(Ownership.isCertain(task) ? late() : unconfirmed(), null);
        }
        LookResult result = readSafely(task, upstream, by);
        boolean overdue = !clock.instant().isBefore(deadline);
        return overdue ? new LookResult(atTheDeadline(result.finding()), result.read()) : result;
    }

    private static Finding atTheDeadline(Finding finding) {
        return switch (finding) {
            case Finding.Later _ -> late();
            case Finding.Disowned _ -> unconfirmed();
            case Finding.HeldBack _, Finding.Finished _, Finding.Failed _ -> finding;
        };
    }

    private static Finding late() {
        return new Finding.Failed(ErrorType.SETTLE_DEADLINE, "The image did not arrive in time.");
    }

    private static Finding unconfirmed() {
        return new Finding.Failed(
                ErrorType.SUBMIT_UNCONFIRMED, "The image service did not confirm this request in time.");
    }

    /** Reads the status. A bug of ours must not keep a task from its deadline. */
    private LookResult readSafely(Task task, UpstreamTaskId upstream, Instant by) {
        Duration read = null;
        try {
            switch (ownership(task, upstream)) {
                case Ownership.Owner _ -> {}
                case Ownership.NotYet(Instant until) -> {
                    return new LookResult(new Finding.HeldBack(until), null);
                }
                case Ownership.Taken _ -> {
                    return new LookResult(new Finding.Disowned(), null);
                }
            }
            Instant asked = clock.instant();
            StatusRead said = apiDot.status(upstream, limit(STATUS_READ_LIMIT, by));
            read = Duration.between(asked, clock.instant());
            return new LookResult(judge(task, said, by), read);
        } catch (StoreUnavailableException e) {
            throw e;
        } catch (RuntimeException e) {
            log.error("unexpected_failure").task(task.id()).cause(e).write();
            return new LookResult(new Finding.Later(Why.UNEXPECTED_FAILURE), read);
        }
    }

    private Ownership ownership(Task task, UpstreamTaskId upstream) {
        Instant now = clock.instant();
        return Ownership.isCertain(task) ? new Ownership.Owner() : Ownership.of(task, store.holders(upstream), now);
    }

    private Finding judge(Task task, StatusRead said, Instant by) {
        return switch (said) {
            case StatusRead.NotEnded(Progress progress) -> new Finding.Later(Why.NOT_ENDED, progress, "");
            // It may mean the end, so a person is told while the picture still exists. What may be missing for a
            // moment is reported if it stays missing.
            case StatusRead.Odd(boolean certain, Progress progress, String word) ->
                new Finding.Later(
                        certain || task.attempts() >= TOLD_AT_LOOK ? Why.UPSTREAM_FORM_UNKNOWN : Why.NOT_ENDED,
                        progress,
                        ErrorText.word(word, List.of(prompt(task))));
            case StatusRead.Failed(String message) ->
                new Finding.Failed(ErrorType.UPSTREAM_FAILED, ErrorText.masked(message, List.of(prompt(task))));
            case StatusRead.Finished(List<String> urls) -> copy(task, urls, by);
            case StatusRead.Trouble(long code) when code == 404 -> unknown(task);
            case StatusRead.Trouble(long code) when code == 401 -> new Finding.Later(Why.UPSTREAM_KEY_REFUSED);
            case StatusRead.Trouble(long code) when code == 402 -> new Finding.Later(Why.UPSTREAM_BALANCE_EMPTY);
            case StatusRead.Trouble _ -> new Finding.Later(Why.UPSTREAM_TROUBLE);
        };
    }

    /** If only a webhook named the id and upstream does not know it, it may never have been this task's id. */
    private Finding unknown(Task task) {
        if (clock.instant().isBefore(task.createdAt().plus(FORGOTTEN_AFTER))) {
            return new Finding.Later(Why.UPSTREAM_UNKNOWN_TASK);
        }
        return Ownership.isCertain(task)
                ? new Finding.Failed(ErrorType.UPSTREAM_FORGOT, "The image service does not know this task any more.")
                : unconfirmed();
    }

    /** The prompt, which an error text may quote, and which must be masked in it. */
    private static String prompt(Task task) {
        return ImageRequest.promptOf(task.request());
    }

    /**
     * Copies all files. The first one that fails decides. The next look finds the copied ones in the bucket, by their places in
     * upstream's list: its URLs may be others at each look.
     */
    private Finding copy(Task task, List<String> urls, Instant by) {
        List<StoredImage> stored = new ArrayList<>();
        for (String url : urls) {
            Duration limit = Duration.between(clock.instant(), by);
            switch (copier.copy(url, task.user(), task.id(), task.createdAt(), stored.size(), limit)) {
                case CopyResult.Stored(StoredImage image) -> stored.add(image);
                case CopyResult.Later(Enum<?> cause) -> {
                    // The bucket is ours. If it refuses, a later look does not help, so a person must.
                    (cause == CopyResult.Cause.STORAGE ? log.error("copy_later") : log.info("copy_later"))
                            .task(task.id())
                            .with("cause", cause)
                            .write();
                    return new Finding.Later(Why.MEDIA_TROUBLE);
                }
                case CopyResult.NeedsPerson(Why why) -> {
                    return new Finding.Later(why);
                }
                case CopyResult.Unusable(String reason) -> {
                    return task.unusableLooks() + 1 < UNUSABLE_LOOKS
                            ? new Finding.Later(Why.FILES_UNUSABLE)
                            : new Finding.Failed(ErrorType.RESULT_UNUSABLE, reason);
                }
                case CopyResult.Refused(String reason) -> {
                    return new Finding.Failed(ErrorType.RESULT_UNUSABLE, reason);
                }
            }
        }
        return new Finding.Finished(stored);
    }

    /** Writes what was found. If the write is refused and this worker must look again, the result is the task as it is now. */
    private Optional<Task> conclude(Task task, LookResult result, @Nullable Instant since) {
        Finding finding = result.finding();
        Instant now = clock.instant();
        Write.Update write = switch (finding) {
            case Finding.Finished(List<StoredImage> files) -> Settling.finished(task, files, now, timing.retention());
            case Finding.Failed(ErrorType type, String message) ->
                Settling.failed(task, type, message, now, timing.retention());
            case Finding.Later(Why why, Progress progress, String _) ->
                Settling.later(task, why, progress, nextLook(task, task.upstreamTaskId() != null, now), now);
            case Finding.HeldBack(Instant until) -> Settling.later(task, Why.HELD_BACK, until, now);
            case Finding.Disowned _ -> Settling.disowned(task, nextLook(task, false, now), now);
        };
        return switch (store.write(write)) {
            case Written.Applied _ -> {
                tell(task, result, new LookLog(log).of(task, finding, since, now));
                yield Optional.empty();
            }
            case Written.Refused(Item item) -> {
                Optional<Task> held = Settling.stillHeld(task, item);
                // If news came during the look, another worker settles the task.
                tell(task, result, log.info(held.isPresent() ? "settle_repeated" : "settle_overtaken"));
                yield held;
            }
        };
    }

    private static void tell(Task task, LookResult result, Log.Event event) {
        if (result.read() != null) {
            event.metric(Metric.UPSTREAM_STATUS_LATENCY, result.read().toMillis());
        }
        event.task(task.id()).write();
    }

    /** When to look again: by the pace, but not later than the deadline that ends the task. */
    private Instant nextLook(Task task, boolean confirmed, Instant now) {
        Pace pace = new Pace(timing.firstPoll(), timing.maxPoll());
        Instant next = now.plus(pace.waitAfter(task.attempts(), random.nextDouble()));
        Instant deadline = task.createdAt().plus(confirmed ? timing.settleDeadline() : timing.submitDeadline());
        return deadline.isAfter(now) && deadline.isBefore(next) ? deadline : next;
    }

    private Duration limit(Duration most, Instant by) {
        Duration left = Duration.between(clock.instant(), by);
        return left.compareTo(most) < 0 ? left : most;
    }
}
