package dev.darkroom.store;

import dev.darkroom.task.Recorded;
import dev.darkroom.task.TaskStore;
import dev.darkroom.task.Write;

/** Any write of a task, for tests that make all kinds. */
public final class Writes {
    private Writes() {}

    public static Recorded make(TaskStore store, Write write) {
        return switch (write) {
            case Write.Put put -> store.record(put);
            case Write.Revision revision -> store.write(revision);
        };
    }
}
