package dev.darkroom.task;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * When somebody must look at a task at the latest: the two attributes of the {@code due} index. Each move of {@code due_at} costs two
 * writes of the index, so only what postpones a look moves it. Who is at work says so by a lease.
 */
public final class Due {
    /** The partitions of the {@code due} index: enough that none runs hot, few enough to query them all every minute. */
    public static final int SHARDS = 16;

    /**
     * How long the sweep waits before it wakes a task again. The stream delivers within seconds; but when many are waiting, a short
     * time would wake them again and again, and the queue would grow while it is worked on.
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

    /** Takes the task out of the index: nothing is left to do. */
    static List<Change> never() {
        return List.of(Change.remove(Attribute.DUE_AT), Change.remove(Attribute.DUE_SHARD));
    }

    /**
     * Makes an open task due now: the stream wakes a worker, and whoever held it before holds it no longer. Should the stream lose it,
     * {@code due_at} stands where it stood, and the sweep looks then.
     */
    static List<Change> now(Instant now) {
        List<Change> changes = new ArrayList<>(released());
        changes.add(Change.set(TaskState.DUE));
        changes.add(Change.set(Attribute.UPDATED_AT, now.toEpochMilli()));
        changes.add(Change.increment(Attribute.VERSION));
        return changes;
    }

    /** Takes task or callback from whoever holds it. */
    static List<Change> released() {
        return List.of(Change.remove(Attribute.CLAIM_ID), Change.remove(Attribute.LEASE_UNTIL));
    }

    /** Gives task or callback to one worker until its lease ends. */
    static List<Change> claimed(String claim, Instant until) {
        return List.of(Change.set(Attribute.CLAIM_ID, claim), Change.set(Attribute.LEASE_UNTIL, until.toEpochMilli()));
    }

    /** No worker holds it. Whoever gives something back removes its lease. */
    static Condition isFree(Instant now) {
        return Condition.any(
                Condition.absent(Attribute.LEASE_UNTIL),
                new Condition.AtMost(Attribute.LEASE_UNTIL, now.toEpochMilli()));
    }
}
