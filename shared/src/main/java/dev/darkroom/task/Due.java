package dev.darkroom.task;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * The latest time at which somebody must look at a task: the two attributes of the {@code due} index. A change of {@code due_at}
 * costs two writes of the index, so only a postponed look changes it. A worker's lease is another attribute.
 */
public final class Due {
    /** The partitions of the {@code due} index: enough that none runs hot, few enough to query them all every minute. */
    public static final int SHARDS = 16;

    /**
     * How long the sweep waits before it wakes a task again. The stream delivers within seconds. But when many tasks wait, a
     * shorter time would wake them again and again, and the queue would grow.
     */
    public static final Duration GRACE = Duration.ofMinutes(10);

    /** The lease of a task: longer than SettleFunction's time-out of 180 s, so that two workers never settle one task at once. */
    public static final Duration SETTLE_LEASE = Duration.ofMinutes(4);

    private Due() {}

    public static int shard(TaskId task) {
        return Math.floorMod(task.value().hashCode(), SHARDS);
    }

    /** Puts the task into the index. */
    static List<Change> at(TaskId task, Instant when) {
        return List.of(Change.set(Attribute.DUE_AT, when.toEpochMilli()), Change.set(Attribute.DUE_SHARD, shard(task)));
    }

    /** Takes the task out of the index: nothing is left to do. */
    static List<Change> never() {
        return List.of(Change.remove(Attribute.DUE_AT), Change.remove(Attribute.DUE_SHARD));
    }

    /**
     * Makes an open task due now: the stream wakes a worker, and a lease on it ends. {@code due_at} stays, so if the stream loses
     * the record, the sweep looks at that time.
     */
    static List<Change> now(Instant now) {
        List<Change> changes = new ArrayList<>(released());
        changes.add(Change.set(TaskState.DUE));
        changes.add(Change.set(Attribute.UPDATED_AT, now.toEpochMilli()));
        return changes;
    }

    /** Ends the lease of the task or callback. */
    static List<Change> released() {
        return List.of(Change.remove(Attribute.CLAIM_ID), Change.remove(Attribute.LEASE_UNTIL));
    }

    /** Gives task or callback to one worker until its lease ends. */
    static List<Change> claimed(String claim, Instant until) {
        return List.of(Change.set(Attribute.CLAIM_ID, claim), Change.set(Attribute.LEASE_UNTIL, until.toEpochMilli()));
    }

    /** Holds if no worker has a lease. Whoever gives a task back removes its lease. */
    static Condition isFree(Instant now) {
        return Condition.any(
                Condition.absent(Attribute.LEASE_UNTIL),
                new Condition.AtMost(Attribute.LEASE_UNTIL, now.toEpochMilli()));
    }
}
