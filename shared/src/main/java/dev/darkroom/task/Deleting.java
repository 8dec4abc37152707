package dev.darkroom.task;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The writes of a deletion. After the first one the task is gone for every reader, and the stream wakes a worker that removes its
 * objects. Somebody who began earlier may still write an object: an overtaken worker, or a function that makes a preview. So the
 * objects are removed again after {@link #QUIET}. Only a removal that finds no image leaves a tombstone, which does not name the
 * user.
 */
public final class Deleting {
    /** The time between two removals. */
    public static final Duration QUIET = Duration.ofMinutes(10);

    /** How long somebody who has seen an object, or has begun to copy one, can go on: longer than any function's time-out. */
    private static final Duration LONGEST_LIFE = Due.SETTLE_LEASE;

    /** What the removal and the tombstone need. The first write removes everything else. */
    private static final Set<Attribute> KEPT_FOR_THE_REMOVAL = EnumSet.of(
            Attribute.TASK_ID,
            Attribute.USER_ID,
            Attribute.REQUEST_HASH,
            Attribute.STATE,
            Attribute.UPSTREAM_TASK_ID,
            Attribute.ERROR_TYPE,
            Attribute.CLAIM_ID,
            Attribute.CREATED_AT,
            Attribute.UPDATED_AT,
            Attribute.DUE_AT,
            Attribute.DUE_SHARD,
            Attribute.VERSION);

    /**
     * These keep the task's id and upstream id in use, tell a repeated submit from a different one, and show a late webhook that
     * money was spent.
     */
    private static final Set<Attribute> KEPT_IN_THE_TOMBSTONE = EnumSet.of(
            Attribute.TASK_ID,
            Attribute.REQUEST_HASH,
            Attribute.STATE,
            Attribute.UPSTREAM_TASK_ID,
            Attribute.ERROR_TYPE,
            Attribute.VERSION,
            Attribute.EXPIRES_AT);

    private Deleting() {}

    /**
     * Deletes an ended task. Its credits still count for their day.
     *
     * @param author a fresh id of this deletion
     */
    public static Write.Update begin(Task seen, String author, Instant now) {
        return begin(seen, Condition.ended(), author, now);
    }

    /** @param state what the task must be: the operators' script also deletes open ones */
    static Write.Update begin(Task seen, Condition state, String author, Instant now) {
        List<Change> changes = imageUntil(seen.id(), now);
        changes.add(Change.set(TaskState.DELETING));
        changes.add(Change.set(Attribute.REQUEST_HASH, requestHash(seen.id(), seen.request(), seen.callbackUrl())));
        changes.add(Change.set(Attribute.CLAIM_ID, author));
        changes.addAll(Change.removeAllBut(KEPT_FOR_THE_REMOVAL));
        return Write.Update.of(
                seen.id(),
                // The key may have become free, and may name another task now.
                Condition.all(
                        state,
                        Condition.is(Attribute.USER_ID, seen.user().value()),
                        Condition.is(Attribute.CREATED_AT, seen.createdAt().toEpochMilli())),
                Condition.all(Condition.is(TaskState.DELETING), Condition.is(Attribute.CLAIM_ID, author)),
                changes);
    }

    /**
     * The write before an image is removed: everybody who has seen the image must have ended by the next removal. Empty if that
     * is certain already. If it came after the removal, a second worker that finds no image could take its own removal for the
     * last one.
     */
    public static Optional<Write.Update> foundImage(Task seen, Instant now) {
        return now.plus(LONGEST_LIFE).isBefore(quiet(seen))
                ? Optional.empty()
                : Optional.of(Write.Update.of(seen.id(), isAs(seen), Condition.never(), imageUntil(seen.id(), now)));
    }

    /** An image existed until now, so this removal is not the last one. */
    private static List<Change> imageUntil(TaskId task, Instant now) {
        List<Change> changes = new ArrayList<>(Due.at(task, now.plus(QUIET)));
        changes.add(Change.set(Attribute.UPDATED_AT, now.toEpochMilli()));
        return changes;
    }

    /**
     * The tombstone, after a removal that found no image. Empty if it is too early: the sweep's next wake goes on.
     *
     * @param began when the removal began
     */
    public static Optional<Write.Update> foundNone(Task seen, Instant began, Duration retention) {
        if (began.isBefore(quiet(seen))) {
            return Optional.empty();
        }
        List<Change> changes = Change.removeAllBut(KEPT_IN_THE_TOMBSTONE);
        changes.add(Change.set(TaskState.DELETED));
        changes.add(Change.set(Attribute.EXPIRES_AT, began.plus(retention).getEpochSecond()));
        return Optional.of(Write.Update.of(seen.id(), isAs(seen), Condition.is(TaskState.DELETED), changes));
    }

    /**
     * The time after which nobody who has seen an image of the task is still running. A wake by the sweep does not change {@code
     * updated_at}.
     */
    private static Instant quiet(Task seen) {
        return seen.updatedAt().plus(QUIET);
    }

    /** Holds if nobody has found an image meanwhile. */
    private static Condition isAs(Task seen) {
        return Condition.all(
                Condition.is(TaskState.DELETING),
                Condition.is(Attribute.UPDATED_AT, seen.updatedAt().toEpochMilli()));
    }

    /**
     * Recognises the request of a deleted task without storing it. The hash covers the task's id, so two tombstones do not show
     * that their requests were equal.
     *
     * @param request in canonical JSON, which has no line feed
     */
    public static String requestHash(TaskId task, String request, @Nullable String callbackUrl) {
        return Sha256.hex(task.value() + "\n" + request + "\n" + (callbackUrl == null ? "" : callbackUrl));
    }
}
