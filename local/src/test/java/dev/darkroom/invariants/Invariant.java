package dev.darkroom.invariants;

/** What must hold of every task, whatever happens in whatever order. */
enum Invariant {
    /** 1: nothing is sent upstream before its record exists. */
    RECORDED_BEFORE_SENT,
    /** 2: at most one paid submit per task. */
    ONE_PAID_SUBMIT,
    /** 3: a task's end never changes. */
    ENDED_STAYS_ENDED,
    /** 4: finished means that every file is in the bucket, complete, as recorded; and each was written once. */
    FINISHED_IS_IN_THE_BUCKET,
    /** 5: every accepted task ends. */
    EVERY_TASK_ENDS,
    /** The sweep leaves alone what a worker holds, and no lease outlives its claim. */
    LEASE_IS_KEPT,
    /** 6: a user sees only their own tasks. */
    OWN_TASKS_ONLY,
    /** 6: a deleted task is gone for every reader; in the end none of its objects and nothing of its user is left. */
    DELETED_IS_GONE,
    /** 7: what a user's budget holds is what that day's tasks cost that did not fail. */
    BUDGET_IS_WHAT_TASKS_COST,
    /** 8: the client of an ended task is told at least once, and never before the end. */
    CLIENT_IS_TOLD_AFTER_THE_END,
    /** 9: no secret, prompt or URL in a log. */
    NOTHING_LEAKS;

    /** An invariant that does not hold. */
    static final class Broken extends AssertionError {
        private static final long serialVersionUID = 1L;

        private final Invariant invariant;
        private final String how;

        Broken(Invariant invariant, String how) {
            super(invariant + ": " + how);
            this.invariant = invariant;
            this.how = how;
        }

        /** The same, with more about how it came to it. */
        Broken with(String more) {
            return new Broken(invariant, how + "; " + more);
        }

        Invariant invariant() {
            return invariant;
        }
    }

    /** @param how it is broken, should it not hold */
    void require(boolean holds, String how) {
        if (!holds) {
            throw new Broken(this, how);
        }
    }
}
