package dev.darkroom.task;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** When somebody must look at a task: the two attributes of the {@code due} index. */
public final class Due {
    /** The partitions of the {@code due} index: enough that none runs hot, few enough to query them all every minute. */
    public static final int SHARDS = 16;

    /**
     * How long a due task may stay unclaimed before the sweep wakes it again. The stream delivers within seconds; but when many are
     * waiting, a short time would wake them again and again, and the queue would grow while it is worked on.
     */
    public static final Duration GRACE = Duration.ofMinutes(10);

    /** How long a worker holds a task: longer than SettleFunction's time-out, 180 s, so that no two ever work on one. */
    public static final Duration SETTLE_LEASE = Duration.ofMinutes(4);

    private Due() {}

    public static int shard(TaskId task) {
        return Math.floorMod(task.value().hashCode(), SHARDS);
    }

    /** Puts the task into the index. */
    static List<Change> at(TaskId task, Instant when) {
        return List.of(Change.set(Attribute.DUE_AT, when.toEpochMilli()), Change.set(Attribute.DUE_SHARD, shard(task)));
    }

    /** Makes an open task due now: the stream wakes a worker, and whoever held it before holds it no longer. */
    static List<Change> now(TaskId task, Instant now) {
        List<Change> changes = new ArrayList<>(at(task, now.plus(GRACE)));
        changes.add(Change.set(TaskState.DUE));
        changes.add(Change.set(Attribute.UPDATED_AT, now.toEpochMilli()));
        changes.add(Change.remove(Attribute.CLAIM_ID));
        changes.add(Change.increment(Attribute.VERSION));
        return changes;
    }
}
