package dev.darkroom.proof;

import dev.darkroom.task.Attribute;
import dev.darkroom.task.Condition;
import dev.darkroom.task.Write;
import java.util.Optional;

/** A fault put into the writes on purpose, to see that the proofs notice it. */
enum Tampering {
    NONE,
    /** A webhook's write loses its condition. */
    CALLBACK_UNCONDITIONAL,
    /** A worker's claim loses its condition. */
    CLAIM_UNCONDITIONAL,
    /** The record is written after upstream was called. */
    RECORDED_AFTER_THE_SEND,
    /** Objects are written without If-None-Match. */
    OBJECTS_OVERWRITTEN,
    /** A deletion loses its condition. */
    DELETION_UNCONDITIONAL,
    /** The first removal of a deleted task's objects is taken for the last one. */
    REMOVED_ONCE;

    private static final Condition ALWAYS = new Condition.Present(Attribute.TASK_ID);

    /** The write as it is made. */
    Write with(Write write) {
        boolean weakened = switch (this) {
            case CALLBACK_UNCONDITIONAL -> write instanceof Write.Update update && sets(update, Attribute.REPORT);
            case CLAIM_UNCONDITIONAL -> write instanceof Write.Update update && adds(update, Attribute.ATTEMPTS);
            case DELETION_UNCONDITIONAL -> write instanceof Write.Update update && sets(update, Attribute.REQUEST_HASH);
            case NONE, REMOVED_ONCE, RECORDED_AFTER_THE_SEND, OBJECTS_OVERWRITTEN -> false;
        };
        return weakened && write instanceof Write.Update update
                ? new Write.Update(
                        update.task(),
                        ALWAYS,
                        update.doneBefore(),
                        update.changes(),
                        update.returning(),
                        Optional.empty())
                : write;
    }

    private static boolean sets(Write.Update update, Attribute attribute) {
        return update.changes().stream()
                .anyMatch(change -> change instanceof dev.darkroom.task.Change.Set && change.attribute() == attribute);
    }

    private static boolean adds(Write.Update update, Attribute attribute) {
        return update.changes().stream()
                .anyMatch(change -> change instanceof dev.darkroom.task.Change.Add && change.attribute() == attribute);
    }
}
