package dev.darkroom.task;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The writes of a worker that sends a client's callback: its claim, and the result. */
public final class Notifying {
    /** The lease of a callback: longer than NotifyFunction's time-out of 60 s. */
    static final Duration LEASE = Duration.ofMinutes(2);

    private Notifying() {}

    /** Takes a due callback until the lease ends, unless its task is past its retention. Returns the item: the worker needs no read. */
    public static Write.Update claim(TaskId task, String claim, Instant now) {
        List<Change> changes = new ArrayList<>(Due.claimed(claim, now.plus(LEASE)));
        changes.add(Change.set(CallbackStatus.SENDING));
        changes.add(Change.increment(Attribute.CALLBACK_ATTEMPTS));
        changes.add(Change.set(Attribute.CALLBACK_ATTEMPTED_AT, now.toEpochMilli()));
        // The previous result is not this attempt's.
        changes.add(Change.remove(Attribute.CALLBACK_RESULT));
        Condition kept = Condition.any(
                Condition.absent(Attribute.EXPIRES_AT),
                new Condition.Above(Attribute.EXPIRES_AT, now.getEpochSecond()));
        return Write.Update.of(task, Condition.all(Condition.is(CallbackStatus.DUE), kept), heldBy(claim), changes)
                .returning(Write.Returned.AFTER);
    }

    /** The client answered 2xx. */
    public static Write.Update delivered(Task task, CallbackResult result, Instant now, Duration retention) {
        return write(task, CallbackStatus.DELIVERED, result, Settling.nothingLeft(now, retention));
    }

    /** The client answered 410, or the schedule is used up. */
    public static Write.Update givenUp(Task task, CallbackResult result, Instant now, Duration retention) {
        return write(task, CallbackStatus.FAILED, result, Settling.nothingLeft(now, retention));
    }

    /** The attempt failed; the sweep makes the next one due. */
    public static Write.Update again(Task task, CallbackResult result, Instant next) {
        return write(task, CallbackStatus.WAITING, result, Due.at(task.id(), next));
    }

    /**
     * Makes a concluded or waiting callback due now, with its whole schedule. The record's expiry does not change, so a record
     * that expires within the schedule ends the attempts.
     *
     * Returns the item.
     *
     * @param author a fresh id of whoever asks for it
     */
    public static Write.Update sendAgain(Task seen, String author, Instant now) {
        List<Change> changes = new ArrayList<>(Due.at(seen.id(), now.plus(Due.GRACE)));
        changes.add(Change.set(CallbackStatus.DUE));
        changes.add(Change.set(Attribute.CALLBACK_ATTEMPTS, 0));
        changes.add(Change.set(Attribute.CLAIM_ID, author));
        return Write.Update.of(
                        seen.id(),
                        Condition.all(
                                Condition.ended(),
                                Condition.any(
                                        Condition.is(CallbackStatus.DELIVERED),
                                        Condition.is(CallbackStatus.FAILED),
                                        Condition.is(CallbackStatus.WAITING)),
                                Condition.is(Attribute.USER_ID, seen.user().value())),
                        Condition.all(Condition.is(CallbackStatus.DUE), Condition.is(Attribute.CLAIM_ID, author)),
                        changes)
                .returning(Write.Returned.AFTER);
    }

    private static Write.Update write(Task task, CallbackStatus target, CallbackResult result, List<Change> more) {
        String claim = Optional.ofNullable(task.claimId()).orElseThrow();
        List<Change> changes = new ArrayList<>(more);
        changes.add(Change.remove(Attribute.LEASE_UNTIL));
        changes.add(Change.set(target));
        changes.add(Change.set(Attribute.CALLBACK_RESULT, result.text()));
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
