package dev.darkroom.task;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The writes of a deletion. The first makes the task gone for every reader, and the stream wakes a worker that removes its objects. Somebody
 * who began before may still write one: a worker that was overtaken, or a function that makes a preview. So they are removed once more
 * after {@link #QUIET}, and only a removal that finds no image leaves a tombstone, with nothing of the user.
 */
public final class Deleting {
    /** From a removal until the next. */
    public static final Duration QUIET = Duration.ofMinutes(10);

    /** How long at most somebody who has seen an object, or has begun to copy one, goes on: longer than any function's time-out. */
    private static final Duration LONGEST_LIFE = Due.SETTLE_LEASE;

    /** What finds the task's objects, and what the tombstone is for. All the rest goes by the first write. */
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
     * The task's name and its upstream task's stay taken, a submit that comes again is told from another one, and a webhook that comes too
     * late still says that money was spent.
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
     * Deletes an ended task. What it held of its user's budget stays counted for its day.
     *
     * @param author a fresh id of this deletion
     */
    public static Write begin(Task seen, String author, Instant now) {
        return begin(seen, Condition.ended(), author, now);
    }

    /** Deletes whatever there is of a task, since all that is its user's goes: also one that is open. */
    public static Write withItsUser(Task seen, String author, Instant now) {
        return begin(seen, Condition.any(Condition.ended(), Condition.open()), author, now);
    }

    private static Write begin(Task seen, Condition state, String author, Instant now) {
        List<Change> changes = imageUntil(seen.id(), now);
        changes.add(Change.set(TaskState.DELETING));
        changes.add(Change.set(Attribute.REQUEST_HASH, requestHash(seen.id(), seen.request(), seen.callbackUrl())));
        changes.add(Change.set(Attribute.CLAIM_ID, author));
        changes.addAll(removeAllBut(KEPT_FOR_THE_REMOVAL));
        return Write.Update.of(
                seen.id(),
                // A key that is free again may name another task by now.
                Condition.all(
                        state,
                        Condition.is(Attribute.USER_ID, seen.user().value()),
                        Condition.is(Attribute.CREATED_AT, seen.createdAt().toEpochMilli())),
                Condition.all(Condition.is(TaskState.DELETING), Condition.is(Attribute.CLAIM_ID, author)),
                changes);
    }

    /**
     * Before an image is removed: who has seen it must be gone at the next removal. Nothing to write where that is so already. Written
     * after it, a second worker that finds no image any more could take its own removal for the last one.
     */
    public static Optional<Write> foundImage(Task seen, Instant now) {
        return now.plus(LONGEST_LIFE).isBefore(quiet(seen))
                ? Optional.empty()
                : Optional.of(Write.Update.of(seen.id(), isAs(seen), Condition.never(), imageUntil(seen.id(), now)));
    }

    /** An image was there until now: the removal that counts comes later. */
    private static List<Change> imageUntil(TaskId task, Instant now) {
        List<Change> changes = new ArrayList<>(Due.at(task, now.plus(QUIET)));
        changes.add(Change.set(Attribute.UPDATED_AT, now.toEpochMilli()));
        changes.add(Change.increment(Attribute.VERSION));
        return changes;
    }

    /**
     * After a removal that found no image: the tombstone. Nothing to write where the sweep's next wake goes on.
     *
     * @param began when the removal began
     */
    public static Optional<Write> foundNone(Task seen, Instant began, Duration retention) {
        if (began.isBefore(quiet(seen))) {
            return Optional.empty();
        }
        List<Change> changes = removeAllBut(KEPT_IN_THE_TOMBSTONE);
        changes.add(Change.set(TaskState.DELETED));
        changes.add(Change.set(Attribute.EXPIRES_AT, began.plus(retention).getEpochSecond()));
        changes.add(Change.increment(Attribute.VERSION));
        return Optional.of(Write.Update.of(seen.id(), isAs(seen), Condition.is(TaskState.DELETED), changes));
    }

    /** From when on nobody is alive who has seen an image of the task: a wake by the sweep leaves {@code updated_at} alone. */
    private static Instant quiet(Task seen) {
        return seen.updatedAt().plus(QUIET);
    }

    /** Nobody has found an image meanwhile. */
    private static Condition isAs(Task seen) {
        return Condition.all(
                Condition.is(TaskState.DELETING),
                Condition.is(Attribute.UPDATED_AT, seen.updatedAt().toEpochMilli()));
    }

    private static List<Change> removeAllBut(Set<Attribute> kept) {
        List<Change> changes = new ArrayList<>();
        EnumSet.complementOf(EnumSet.copyOf(kept)).forEach(attribute -> changes.add(Change.remove(attribute)));
        return changes;
    }

    /**
     * What recognises a request whose task is deleted, without saying what it was. The task's id is part of it, so that two deleted tasks
     * don't show that their requests were alike.
     *
     * @param request in canonical JSON, which has no line feed
     */
    public static String requestHash(TaskId task, String request, @Nullable String callbackUrl) {
        String text = task.value() + "\n" + request + "\n" + (callbackUrl == null ? "" : callbackUrl);
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
