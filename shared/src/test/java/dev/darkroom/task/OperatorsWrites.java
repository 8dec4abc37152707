package dev.darkroom.task;

import java.time.Instant;

/** The writes of the operators' script that no function makes, composed of the rules of those that functions make. */
public final class OperatorsWrites {
    private OperatorsWrites() {}

    /**
     * Wakes a task, its callback or its deletion, overdue or not. Refused if anything has written the task since the operator saw
     * it.
     */
    public static Write.Update wake(Task seen, Instant now) {
        Waking.Reason reason = switch (seen.state()) {
            case SUBMITTING, ACCEPTED, DUE, SETTLING -> Waking.Reason.TASK;
            case FINISHED, FAILED -> Waking.Reason.CALLBACK;
            case DELETING, DELETED -> Waking.Reason.DELETION;
        };
        long version = seen.item().numberOr(Attribute.VERSION, 0);
        return reason.wake(seen.id(), Condition.is(Attribute.VERSION, version), now);
    }

    /** Deletes a task because its user's data is deleted. It may be open. */
    public static Write.Update deleteWithUser(Task seen, String author, Instant now) {
        return Deleting.begin(seen, Condition.any(Condition.ended(), Condition.open()), author, now);
    }
}
