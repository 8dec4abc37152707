package dev.darkroom.invariants;

import dev.darkroom.task.Item;
import dev.darkroom.task.Recorded;
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
    private Write.@Nullable Update heldBack;
    private long heldBackLimit;

    TamperedStore(TaskStore store, Tampering tampering) {
        super(store);
        this.tampering = tampering;
    }

    @Override
    public Recorded record(Write.Update record, long dailyLimit) {
        if (tampering == Tampering.RECORDED_AFTER_THE_SEND) {
            heldBack = record;
            heldBackLimit = dailyLimit;
            return new Written.Applied(Item.ABSENT);
        }
        return store.record(record, dailyLimit);
    }

    @Override
    public Written write(Write write) {
        Write.Update record = heldBack;
        if (record != null) {
            heldBack = null;
            if (store.record(record, heldBackLimit) instanceof Written.Refused refused) {
                return refused;
            }
        }
        return store.write(
                switch (write) {
                    case Write.Update update -> tampering.with(update);
                    case Write.Delete _ -> write;
                });
    }
}
