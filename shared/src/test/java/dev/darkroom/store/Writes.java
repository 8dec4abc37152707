package dev.darkroom.store;

import dev.darkroom.task.CreditChange;
import dev.darkroom.task.Recorded;
import dev.darkroom.task.TaskStore;
import dev.darkroom.task.Write;

/** Any write of a task, for tests that make all kinds. */
public final class Writes {
    private Writes() {}

    /**
     * Makes the write.
     *
     * @param dailyLimit for a record that takes credits
     */
    public static Recorded make(TaskStore store, Write write, long dailyLimit) {
        CreditChange credits = write.credits();
        return write instanceof Write.Update record && credits != null && credits.credits() > 0
                ? store.record(record, dailyLimit)
                : store.write(write);
    }
}
