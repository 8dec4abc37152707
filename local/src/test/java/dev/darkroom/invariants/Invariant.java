package dev.darkroom.invariants;

/** What must hold for every task, in every order of events and with any fault. */
enum Invariant {
    /** 1: A task is sent upstream only after its record exists. */
    RECORDED_BEFORE_SENT,
    /** 2: A task has at most one paid submit. */
    ONE_PAID_SUBMIT,
    /** 3: A task's end never changes. */
    ENDED_STAYS_ENDED,
    /** 4: All files of a finished task are in the bucket, complete, as recorded, and written once. */
    FINISHED_IS_IN_THE_BUCKET,
    /** 5: Every accepted task ends. */
    EVERY_TASK_ENDS,
    /** The sweep does not wake a task that a worker holds, and a lease ends with its claim. */
    LEASE_IS_KEPT,
    /** 6: Users see only their own tasks. */
    OWN_TASKS_ONLY,
    /** 6: A deleted task is invisible to every reader. In the end none of its objects and no data of its user is left. */
    DELETED_IS_GONE,
    /** 7: A user's budget for a day holds the cost of that day's tasks, except failed ones. */
    BUDGET_IS_WHAT_TASKS_COST,
    /** 8: The client of an ended task gets its callback at least once, and never before the end. */
    CLIENT_IS_TOLD_AFTER_THE_END,
    /** 9: Logs contain no secret, prompt or URL. */
    NOTHING_LEAKS;

    static final class Broken extends AssertionError {
        private static final long serialVersionUID = 1L;

        private final Invariant invariant;
        private final String how;

        Broken(Invariant invariant, String how) {
            super(invariant + ": " + how);
            this.invariant = invariant;
            this.how = how;
        }

        /** Returns the same error with more details about its cause. */
        Broken with(String more) {
            return new Broken(invariant, how + "; " + more);
        }

        Invariant invariant() {
            return invariant;
        }
    }

    /** @param how the message if the invariant is broken */
    void require(boolean holds, String how) {
        if (!holds) {
            throw new Broken(this, how);
        }
    }
}
