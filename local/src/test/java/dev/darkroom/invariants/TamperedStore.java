package dev.darkroom.invariants;

import dev.darkroom.task.Item;
import dev.darkroom.task.TaskStore;
import dev.darkroom.task.Write;
import dev.darkroom.task.Written;
import dev.darkroom.testing.ForwardingStore;
import org.jspecify.annotations.Nullable;

/**
 * A store whose writes go through a {@link Tampering}. Without one it behaves as the store itself. Not thread-safe while it delays a
 * record.
 */
final class TamperedStore extends ForwardingStore {
    private final Tampering tampering;
    private @Nullable Write heldBack;

    TamperedStore(TaskStore store, Tampering tampering) {
        super(store);
        this.tampering = tampering;
    }

    @Override
    public Written write(Write write) {
        if (tampering == Tampering.RECORDED_AFTER_THE_SEND && write instanceof Write.Put) {
            heldBack = write;
            return new Written.Applied(Item.ABSENT);
        }
        Write record = heldBack;
        if (record != null) {
            heldBack = null;
            Written written = store.write(record);
            if (!(written instanceof Written.Applied)) {
                return written;
            }
        }
        return store.write(tampering.with(write));
    }
}
