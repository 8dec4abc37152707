package dev.darkroom.task;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The writes of a worker that tells a client of its task's end: its claim, and how it went. */
public final class Notifying {
    /** How long a worker holds a callback: longer than NotifyFunction's time-out, 60 s. */
    static final Duration LEASE = Duration.ofMinutes(2);

    private Notifying() {}

    /** Takes a due callback until the lease ends. Returns the item: the worker needs no read. */
    public static Write claim(TaskId task, String claim, Instant now) {
        List<Change> changes = new ArrayList<>(Due.claimed(claim, now.plus(LEASE)));
        changes.add(Change.set(CallbackStatus.SENDING));
        changes.add(Change.increment(Attribute.CALLBACK_ATTEMPTS));
        changes.add(Change.increment(Attribute.VERSION));
        return Write.Update.of(task, Condition.is(CallbackStatus.DUE), heldBy(claim), changes)
                .returningItem();
    }

    /** The client answered 2xx. */
    public static Write delivered(Task task, Instant now, Duration retention) {
        return write(task, CallbackStatus.DELIVERED, Settling.nothingLeft(now, retention));
    }

    /** The client said 410, or the schedule is used up. */
    public static Write givenUp(Task task, Instant now, Duration retention) {
        return write(task, CallbackStatus.FAILED, Settling.nothingLeft(now, retention));
    }

    /** The attempt failed; the sweep makes the next one due. */
    public static Write again(Task task, Instant next) {
        return write(task, CallbackStatus.WAITING, Due.at(task.id(), next));
    }

    /**
     * An operator sends a concluded or waiting callback again: due now, its schedule from the beginning. Refused when anything wrote the
     * task since it was read, so what the operator saw of it still holds. When the record expires stays as it is: one that expires
     * within the schedule takes the attempts that are left with it.
     */
    public static Write sendAgain(Task seen, Instant now) {
        List<Change> changes = new ArrayList<>(Due.at(seen.id(), now.plus(Due.GRACE)));
        changes.add(Change.set(CallbackStatus.DUE));
        changes.add(Change.set(Attribute.CALLBACK_ATTEMPTS, 0));
        changes.addAll(Due.released());
        changes.add(Change.increment(Attribute.VERSION));
        return Write.Update.of(
                seen.id(),
                Condition.all(
                        Condition.any(Condition.is(TaskState.FINISHED), Condition.is(TaskState.FAILED)),
                        Condition.any(
                                Condition.is(CallbackStatus.DELIVERED),
                                Condition.is(CallbackStatus.FAILED),
                                Condition.is(CallbackStatus.WAITING)),
                        Condition.is(Attribute.VERSION, seen.item().numberOr(Attribute.VERSION, 0))),
                Condition.never(),
                changes);
    }

    private static Write write(Task task, CallbackStatus target, List<Change> more) {
        String claim = Optional.ofNullable(task.claimId()).orElseThrow();
        List<Change> changes = new ArrayList<>(more);
        changes.add(Change.remove(Attribute.LEASE_UNTIL));
        changes.add(Change.set(target));
        changes.add(Change.increment(Attribute.VERSION));
        return Write.Update.of(
                task.id(),
                heldBy(claim),
                Condition.all(Condition.is(Attribute.CLAIM_ID, claim), Condition.is(target)),
                changes);
    }

    private static Condition heldBy(String claim) {
        return Condition.all(Condition.is(CallbackStatus.SENDING), Condition.is(Attribute.CLAIM_ID, claim));
    }
}
