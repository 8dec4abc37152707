package dev.darkroom.task;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The writes of a worker that settles a task: its claim, and what it found. All later writes are conditional on the claim. */
public final class Settling {

    private Settling() {}

    /** Takes a due task until the lease ends. Returns the item: the worker needs no read. */
    public static Write.Update claim(TaskId task, String claim, Instant now) {
        List<Change> changes = new ArrayList<>(Due.claimed(claim, now.plus(Due.SETTLE_LEASE)));
        changes.add(Change.set(TaskState.SETTLING));
        changes.add(Change.set(Attribute.UPDATED_AT, now.toEpochMilli()));
        changes.add(Change.increment(Attribute.ATTEMPTS));
        return Write.Update.of(task, Condition.is(TaskState.DUE), heldBy(claim), changes)
                .returning(Write.Returned.AFTER);
    }

    /** Why a task has not ended with a look. */
    public enum Why {
        NOT_ENDED,
        UPSTREAM_KEY_REFUSED,
        UPSTREAM_BALANCE_EMPTY,
        UPSTREAM_TROUBLE,
        /** Upstream does not know the task, or does not know it yet. */
        UPSTREAM_UNKNOWN_TASK,
        /** A form that only a person can read, and that may mean the end. It was seen several times, or is certain. */
        UPSTREAM_FORM_UNKNOWN,
        /** It finished, but its files' URLs lead to nothing or to no image. */
        FILES_UNUSABLE,
        MEDIA_TROUBLE,
        /** The host of a file's URL, or one that it redirects to, is outside {@code MEDIA_HOSTS}. */
        MEDIA_HOST_NOT_LISTED,
        /** No browser could read a file's URL, or one that it redirects to. */
        MEDIA_URL_UNREADABLE,
        /** The file is a picture, but of a kind that Darkroom does not store. */
        MEDIA_KIND_NOT_STORED,
        NOT_CONFIRMED,
        HELD_BACK,
        UNEXPECTED_FAILURE
    }

    /** The task has not ended, and somebody looks again later. */
    public static Write.Update later(Task task, Why why, Progress progress, Instant next, Instant now) {
        List<Change> changes = new ArrayList<>(Due.at(task.id(), next));
        if (why == Why.UPSTREAM_UNKNOWN_TASK && !Ownership.isCertain(task)) {
            changes.addAll(doubted());
        }
        if (why == Why.FILES_UNUSABLE) {
            changes.add(Change.increment(Attribute.UNUSABLE_LOOKS));
        }
        if (progress.status() == UpstreamStatus.RUNNING) {
            changes.add(Change.set(Attribute.UPSTREAM_STATUS, UpstreamStatus.RUNNING));
        }
        // A task without an upstream id still waits for it.
        TaskState back = task.upstreamTaskId() == null ? TaskState.SUBMITTING : TaskState.ACCEPTED;
        Integer percent = progress.percent();
        if (percent == null || percent <= task.progress()) {
            return write(task, back, changes, now);
        }
        // The progress that a client sees never goes back. A webhook may have reported more than this look.
        changes.add(Change.set(Attribute.PROGRESS, percent));
        return write(task, back, changes, now)
                .onlyIf(Condition.any(
                        Condition.absent(Attribute.PROGRESS), new Condition.AtMost(Attribute.PROGRESS, percent)));
    }

    /** The same, without progress. */
    public static Write.Update later(Task task, Why why, Instant next, Instant now) {
        return later(task, why, Progress.NONE, next, now);
    }

    /** The upstream task that a webhook named belongs to another task. This task drops id and report, and waits for its own. */
    public static Write.Update disowned(Task task, Instant next, Instant now) {
        List<Change> changes = new ArrayList<>(Due.at(task.id(), next));
        changes.addAll(withoutUpstream());
        return write(task, TaskState.SUBMITTING, changes, now);
    }

    private static List<Change> withoutUpstream() {
        List<Change> changes = new ArrayList<>(doubted());
        changes.add(Change.remove(Attribute.UPSTREAM_TASK_ID));
        return changes;
    }

    /** The id stays recorded, but its source is removed: the next webhook may name another id. */
    private static List<Change> doubted() {
        return List.of(Change.remove(Attribute.UPSTREAM_FROM), Change.remove(Attribute.UPSTREAM_AT));
    }

    /** Every file is in the bucket. */
    public static Write.Update finished(Task task, List<StoredImage> files, Instant now, Duration retention) {
        List<Change> changes = ending(task, now, retention);
        changes.add(Change.set(Attribute.FILES, StoredImage.text(files)));
        changes.add(Change.set(Attribute.UPSTREAM_STATUS, UpstreamStatus.FINISHED));
        changes.add(Change.set(Attribute.PROGRESS, 100));
        return write(task, TaskState.FINISHED, changes, now);
    }

    /** The task ended without a picture. The same write gives its credits back to the user's budget. */
    public static Write.Update failed(Task task, ErrorType type, String message, Instant now, Duration retention) {
        List<Change> changes = ending(task, now, retention);
        changes.add(Change.set(Attribute.ERROR_TYPE, type));
        changes.add(Change.set(Attribute.ERROR_MESSAGE, message));
        switch (type) {
            case UPSTREAM_FAILED -> changes.add(Change.set(Attribute.UPSTREAM_STATUS, UpstreamStatus.FAILED));
            // An id that a webhook named meanwhile belongs to another task, so this one must not hold it.
            case SUBMIT_UNCONFIRMED -> changes.addAll(withoutUpstream());
            case UPSTREAM_FORGOT, RESULT_UNUSABLE, SETTLE_DEADLINE -> {}
        }
        return write(task, TaskState.FAILED, changes, now).with(CreditChange.giveBack(task));
    }

    /**
     * Ends the task. If it has a callback URL, the same write makes the callback due, and the item does not expire before that is
     * done. The stream wakes NotifyFunction, so {@code due_at} stays.
     */
    private static List<Change> ending(Task task, Instant now, Duration retention) {
        return new ArrayList<>(
                task.callbackUrl() == null ? nothingLeft(now, retention) : List.of(Change.set(CallbackStatus.DUE)));
    }

    /** Nothing is left to do: the item leaves the {@code due} index and gets its expiry, which nothing postpones. */
    static List<Change> nothingLeft(Instant now, Duration retention) {
        List<Change> changes = new ArrayList<>(Due.never());
        changes.add(Change.setIfAbsent(Attribute.EXPIRES_AT, now.plus(retention).getEpochSecond()));
        return changes;
    }

    /**
     * Gives the task back. The report that caused this look is removed, so that the next one is news and upstream's URLs are not
     * kept. Conditional on the claim, and on the upstream task that the worker looked at: another one may be recorded meanwhile.
     */
    private static Write.Update write(Task task, TaskState target, List<Change> more, Instant now) {
        List<Change> changes = new ArrayList<>(more);
        changes.add(Change.set(target));
        changes.add(Change.set(Attribute.UPDATED_AT, now.toEpochMilli()));
        changes.add(Change.remove(Attribute.LEASE_UNTIL));
        changes.add(Change.remove(Attribute.REPORT));
        String claim = Optional.ofNullable(task.claimId()).orElseThrow();
        UpstreamTaskId upstream = task.upstreamTaskId();
        Condition sameUpstream = upstream == null
                ? Condition.absent(Attribute.UPSTREAM_TASK_ID)
                : Condition.is(Attribute.UPSTREAM_TASK_ID, upstream.value());
        return Write.Update.of(
                task.id(),
                Condition.all(heldBy(claim), sameUpstream),
                // Whoever takes the task from a worker removes its claim. So a claim that is still there shows that
                // this write was done.
                Condition.all(Condition.is(Attribute.CLAIM_ID, claim), Condition.is(target)),
                changes);
    }

    /**
     * The task as it is now, given the item that refused this worker's write. Present if the worker still holds it, and only the
     * upstream task or its progress has changed. Then nobody else is woken, so this worker looks again.
     */
    public static Optional<Task> stillHeld(Task task, Item refusedBy) {
        String claim = Optional.ofNullable(task.claimId()).orElseThrow();
        return heldBy(claim).holds(refusedBy) ? Optional.of(new Task(refusedBy)) : Optional.empty();
    }

    private static Condition heldBy(String claim) {
        return Condition.all(Condition.is(TaskState.SETTLING), Condition.is(Attribute.CLAIM_ID, claim));
    }
}
