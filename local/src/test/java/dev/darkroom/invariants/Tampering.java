package dev.darkroom.invariants;

import dev.darkroom.task.Attribute;
import dev.darkroom.task.Change;
import dev.darkroom.task.Condition;
import dev.darkroom.task.Write;
import java.util.List;
import java.util.stream.Stream;

/** A deliberate fault in the writes, to check that the proofs notice it. */
enum Tampering {
    NONE,
    /** A webhook's write has no condition. */
    CALLBACK_UNCONDITIONAL,
    /** A worker's claim has no condition. */
    CLAIM_UNCONDITIONAL,
    /** The sweep's write does not check for a lease. */
    WAKE_ASKS_NO_LEASE,
    /** A worker that gives a task back does not remove its lease. */
    LEASE_NOT_GIVEN_BACK,
    /** The end of a task with a callback removes the task from the index. */
    NOBODY_LOOKS_AFTER_THE_END,
    /** The record is written after the call to upstream. */
    RECORDED_AFTER_THE_SEND,
    /** Objects are written without If-None-Match. */
    OBJECTS_OVERWRITTEN,
    /** A deletion has no condition. */
    DELETION_UNCONDITIONAL,
    /** The first removal of a deleted task's objects counts as the last one. */
    REMOVED_ONCE;

    private static final Condition ALWAYS = new Condition.Present(Attribute.TASK_ID);

    /** Returns the faulty write in place of this one. */
    Write with(Write write) {
        return write instanceof Write.Update update ? with(update) : write;
    }

    Write.Update with(Write.Update update) {
        return switch (this) {
            case CALLBACK_UNCONDITIONAL -> sets(update, Attribute.REPORT) ? unconditional(update) : update;
            case CLAIM_UNCONDITIONAL -> adds(update, Attribute.ATTEMPTS) ? unconditional(update) : update;
            case WAKE_ASKS_NO_LEASE ->
                new Write.Update(
                        update.task(),
                        withoutLease(update.condition()),
                        update.doneBefore(),
                        update.changes(),
                        update.returned(),
                        update.credits());
            case LEASE_NOT_GIVEN_BACK ->
                with(
                        update,
                        update.changes().stream()
                                .filter(change -> !change.equals(Change.remove(Attribute.LEASE_UNTIL)))
                                .toList());
            case NOBODY_LOOKS_AFTER_THE_END ->
                sets(update, Attribute.FILES)
                        ? with(
                                update,
                                Stream.concat(update.changes().stream(), Stream.of(Change.remove(Attribute.DUE_AT)))
                                        .toList())
                        : update;
            case DELETION_UNCONDITIONAL -> sets(update, Attribute.REQUEST_HASH) ? unconditional(update) : update;
            case NONE, REMOVED_ONCE, RECORDED_AFTER_THE_SEND, OBJECTS_OVERWRITTEN -> update;
        };
    }

    private static Write.Update unconditional(Write.Update update) {
        return new Write.Update(update.task(), ALWAYS, update.doneBefore(), update.changes(), update.returned(), null);
    }

    private static Write.Update with(Write.Update update, List<Change> changes) {
        return new Write.Update(
                update.task(), update.condition(), update.doneBefore(), changes, update.returned(), update.credits());
    }

    private static Condition withoutLease(Condition condition) {
        return switch (condition) {
            case Condition.All(List<Condition> parts) ->
                new Condition.All(parts.stream().map(Tampering::withoutLease).toList());
            case Condition.Any(List<Condition> parts) ->
                parts.contains(Condition.absent(Attribute.LEASE_UNTIL)) ? ALWAYS : condition;
            default -> condition;
        };
    }

    private static boolean sets(Write.Update update, Attribute attribute) {
        return update.changes().stream()
                .anyMatch(change -> change instanceof Change.Set && change.attribute() == attribute);
    }

    private static boolean adds(Write.Update update, Attribute attribute) {
        return update.changes().stream()
                .anyMatch(change -> change instanceof Change.Add && change.attribute() == attribute);
    }
}
