package dev.darkroom.task;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The writes of a worker that settles a task: its claim, and what it found. All but the claim are conditional on it. */
public final class Settling {

    private Settling() {}

    /** Takes a due task until the lease ends. Returns the item: the worker needs no read. */
    public static Write claim(TaskId task, String claim, Instant now) {
        List<Change> changes = new ArrayList<>(Due.claimed(claim, now.plus(Due.SETTLE_LEASE)));
        changes.add(Change.set(TaskState.SETTLING));
        changes.add(Change.set(Attribute.UPDATED_AT, now.toEpochMilli()));
        changes.add(Change.increment(Attribute.ATTEMPTS));
        changes.add(Change.increment(Attribute.VERSION));
        return Write.Update.of(task, Condition.is(TaskState.DUE), heldBy(claim), changes)
                .returningItem();
    }

    /** What a look without an end found. */
    public sealed interface Look {
        /** Nothing was learnt, or nothing new. */
        record Nothing() implements Look {}

        record GoesOn(Progress progress) implements Look {}

        /** Upstream does not know the task, or does not know it yet. */
        record UnknownUpstream() implements Look {}

        /** It finished, but what stands at its files' URLs is not there or no image. */
        record FilesUnusable() implements Look {}
    }

    /** Not ended yet: somebody looks again later. The report that caused this look is removed, so that the next one is news. */
    public static Write later(Task task, Look look, Instant next, Instant now) {
        List<Change> changes = new ArrayList<>(Due.at(task.id(), next));
        // A task whose upstream id is still unknown goes on waiting for it.
        TaskState back = task.upstreamTaskId() == null ? TaskState.SUBMITTING : TaskState.ACCEPTED;
        changes.add(Change.set(back));
        changes.add(Change.set(Attribute.UPDATED_AT, now.toEpochMilli()));
        changes.add(Change.remove(Attribute.LEASE_UNTIL));
        changes.add(Change.remove(Attribute.REPORT));
        changes.add(Change.increment(Attribute.VERSION));
        Optional<Condition> goesForward = Optional.empty();
        switch (look) {
            case Look.Nothing _ -> {}
            case Look.UnknownUpstream _ -> {
                if (!Ownership.isCertain(task)) {
                    changes.addAll(doubted());
                }
            }
            case Look.FilesUnusable _ -> changes.add(Change.increment(Attribute.UNUSABLE_LOOKS));
            case Look.GoesOn(Progress progress) -> {
                // What a client has seen never goes back: a webhook may have said more than this look.
                if (progress.status() == UpstreamStatus.RUNNING) {
                    changes.add(Change.set(Attribute.UPSTREAM_STATUS, UpstreamStatus.RUNNING.text()));
                }
                Integer percent = progress.percent();
                if (percent != null && percent > task.progress()) {
                    goesForward = Optional.of(Condition.any(
                            Condition.absent(Attribute.PROGRESS), new Condition.AtMost(Attribute.PROGRESS, percent)));
                    changes.add(Change.set(Attribute.PROGRESS, percent));
                }
            }
        }
        Write.Update later = write(task, back, changes);
        return goesForward.map(later::onlyIf).orElse(later);
    }

    /**
     * The upstream task that a webhook named is another task's: id and report are dropped, and this task goes on waiting for its own.
     */
    public static Write disowned(Task task, Instant next, Instant now) {
        List<Change> changes = new ArrayList<>(Due.at(task.id(), next));
        changes.add(Change.set(TaskState.SUBMITTING));
        changes.add(Change.set(Attribute.UPDATED_AT, now.toEpochMilli()));
        changes.add(Change.remove(Attribute.LEASE_UNTIL));
        changes.add(Change.remove(Attribute.REPORT));
        changes.addAll(withoutUpstream());
        changes.add(Change.increment(Attribute.VERSION));
        return write(task, TaskState.SUBMITTING, changes);
    }

    private static List<Change> withoutUpstream() {
        List<Change> changes = new ArrayList<>(doubted());
        changes.add(Change.remove(Attribute.UPSTREAM_TASK_ID));
        return changes;
    }

    /** The id is still looked for, but nobody vouches for it any more: the next webhook may name another one. */
    private static List<Change> doubted() {
        return List.of(Change.remove(Attribute.UPSTREAM_FROM), Change.remove(Attribute.UPSTREAM_AT));
    }

    /** Every file is in the bucket. */
    public static Write finished(Task task, List<StoredImage> files, Instant now, Duration retention) {
        List<Change> changes = ending(task, TaskState.FINISHED, now, retention);
        changes.add(Change.set(Attribute.FILES, StoredImages.text(files)));
        changes.add(Change.set(Attribute.UPSTREAM_STATUS, UpstreamStatus.FINISHED.text()));
        changes.add(Change.set(Attribute.PROGRESS, 100));
        return write(task, TaskState.FINISHED, changes);
    }

    /** It ended without a picture; what it held of the user's budget is given back by the same write. */
    public static Write failed(Task task, ErrorType type, String message, Instant now, Duration retention) {
        List<Change> changes = ending(task, TaskState.FAILED, now, retention);
        changes.add(Change.set(Attribute.ERROR_TYPE, type.text()));
        changes.add(Change.set(Attribute.ERROR_MESSAGE, message));
        switch (type) {
            case UPSTREAM_FAILED -> changes.add(Change.set(Attribute.UPSTREAM_STATUS, UpstreamStatus.FAILED.text()));
            // What a webhook may have named meanwhile is another task's, and must not look taken by this one.
            case SUBMIT_UNCONFIRMED -> changes.addAll(withoutUpstream());
            case UPSTREAM_FORGOT, RESULT_UNUSABLE, SETTLE_DEADLINE -> {}
        }
        return write(task, TaskState.FAILED, changes).with(BudgetMove.giveBack(task));
    }

    /**
     * Ends the task; where its client is to be told, that is recorded by the same write and keeps the item alive. The stream wakes whoever
     * tells it, so {@code due_at} stays where it is.
     */
    private static List<Change> ending(Task task, TaskState end, Instant now, Duration retention) {
        List<Change> changes = new ArrayList<>();
        changes.add(Change.set(end));
        changes.add(Change.remove(Attribute.LEASE_UNTIL));
        // It has caused its look. What it quotes, such as upstream's URLs, need not be kept.
        changes.add(Change.remove(Attribute.REPORT));
        changes.add(Change.set(Attribute.UPDATED_AT, now.toEpochMilli()));
        changes.add(Change.increment(Attribute.VERSION));
        if (task.callbackUrl() == null) {
            changes.addAll(nothingLeft(now, retention));
        } else {
            changes.add(Change.set(CallbackStatus.DUE));
        }
        return changes;
    }

    /** Nothing is left to do: nobody looks again, and the item goes when its time has come, which nothing postpones. */
    static List<Change> nothingLeft(Instant now, Duration retention) {
        List<Change> changes = new ArrayList<>(Due.never());
        changes.add(Change.setIfAbsent(Attribute.EXPIRES_AT, now.plus(retention).getEpochSecond()));
        return changes;
    }

    /** Only while the claim holds, and only for the upstream task that was looked at: another may be recorded meanwhile. */
    private static Write.Update write(Task task, TaskState target, List<Change> changes) {
        String claim = Optional.ofNullable(task.claimId()).orElseThrow();
        UpstreamTaskId upstream = task.upstreamTaskId();
        Condition sameUpstream = upstream == null
                ? Condition.absent(Attribute.UPSTREAM_TASK_ID)
                : Condition.is(Attribute.UPSTREAM_TASK_ID, upstream.value());
        return Write.Update.of(
                task.id(),
                Condition.all(heldBy(claim), sameUpstream),
                // Whoever takes the task from a worker removes its claim, so this one's own write is recognised by it.
                Condition.all(Condition.is(Attribute.CLAIM_ID, claim), Condition.is(target)),
                changes);
    }

    /**
     * The task as it stands now, given the item that refused what this worker found: present if the worker holds it still, and only the
     * upstream task or its progress has come to be another meanwhile. Nobody else is woken then, so this worker looks again.
     */
    public static Optional<Task> stillHeld(Task task, Item refusedBy) {
        String claim = Optional.ofNullable(task.claimId()).orElseThrow();
        return heldBy(claim).holds(refusedBy) ? Optional.of(new Task(refusedBy)) : Optional.empty();
    }

    private static Condition heldBy(String claim) {
        return Condition.all(Condition.is(TaskState.SETTLING), Condition.is(Attribute.CLAIM_ID, claim));
    }
}
