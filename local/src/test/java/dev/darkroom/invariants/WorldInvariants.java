package dev.darkroom.invariants;

import dev.darkroom.task.Attribute;
import dev.darkroom.task.CallbackStatus;
import dev.darkroom.task.Item;
import dev.darkroom.task.StoredImage;
import dev.darkroom.task.Task;
import dev.darkroom.task.TaskState;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/** The invariants that one moment, or one change, of a {@link World} can break. */
final class WorldInvariants {
    private static final List<Attribute> END =
            List.of(Attribute.STATE, Attribute.FILES, Attribute.ERROR_TYPE, Attribute.ERROR_MESSAGE);

    /** All attributes of a task that is being deleted: nothing of the request or of its result. */
    private static final Set<Attribute> DELETING = EnumSet.of(
            Attribute.TASK_ID,
            Attribute.USER_ID,
            Attribute.CREATED_AT,
            Attribute.UPDATED_AT,
            Attribute.STATE,
            Attribute.UPSTREAM_TASK_ID,
            Attribute.ERROR_TYPE,
            Attribute.REQUEST_HASH,
            Attribute.CLAIM_ID,
            Attribute.DUE_AT,
            Attribute.DUE_SHARD,
            Attribute.VERSION);

    /** All attributes of a tombstone: nothing of the user. */
    private static final Set<Attribute> TOMBSTONE = EnumSet.of(
            Attribute.TASK_ID,
            Attribute.STATE,
            Attribute.UPSTREAM_TASK_ID,
            Attribute.ERROR_TYPE,
            Attribute.REQUEST_HASH,
            Attribute.VERSION,
            Attribute.EXPIRES_AT);

    private WorldInvariants() {}

    static void check(World before, World after) {
        ofOneItem(before.item(), after.item());
        finishedIsInTheBucket(after);
        budgetIsWhatTasksCost(before, after);
        clientWillBeTold(after.item());
    }

    /** Checks what a single write can break. */
    static void ofOneItem(Item before, Item after) {
        endedStaysEnded(before, after);
        deletedIsGone(before, after);
        somebodyWillLook(after);
        leaseIsOfWhoWorks(after);
    }

    static void endedStaysEnded(Item before, Item after) {
        if (isEnded(before) && !isGone(after)) {
            for (Attribute attribute : END) {
                Invariant.ENDED_STAYS_ENDED.require(
                        Objects.equals(before.get(attribute), after.get(attribute)),
                        attribute.text() + " of an ended task changed");
            }
        }
    }

    private static void finishedIsInTheBucket(World world) {
        if (world.item().exists() && new Task(world.item()).state() == TaskState.FINISHED) {
            List<StoredImage> files = new Task(world.item()).files();
            Invariant.FINISHED_IS_IN_THE_BUCKET.require(!files.isEmpty(), "finished without a file");
            for (StoredImage file : files) {
                Invariant.FINISHED_IS_IN_THE_BUCKET.require(
                        file.sha256().equals(world.bucket().get(file.key())), "the bucket holds something else");
            }
        }
    }

    /** Needed for invariants 5, 6 and 8: every item with work left has a time at which the sweep finds it. */
    private static void somebodyWillLook(Item item) {
        boolean seen = item.get(Attribute.DUE_AT) != null && item.get(Attribute.DUE_SHARD) != null;
        Invariant.EVERY_TASK_ENDS.require(!Play.isOpen(item) || seen, "an open task that nobody will look at");
        Invariant.CLIENT_IS_TOLD_AFTER_THE_END.require(
                !isToBeTold(item) || seen, "a client to be told, and nobody will look");
        Invariant.DELETED_IS_GONE.require(
                !isGone(item) || seen || new Task(item).state() == TaskState.DELETED,
                "a deletion, and nobody will look");
    }

    private static boolean isToBeTold(Item item) {
        return item.exists()
                && switch (new Task(item).callbackStatus()) {
                    case DUE, SENDING, WAITING -> true;
                    case DELIVERED, FAILED -> false;
                    case null -> false;
                };
    }

    /** A lease without its claim would hold off the sweep. */
    private static void leaseIsOfWhoWorks(Item item) {
        boolean worked = item.exists()
                && (new Task(item).state() == TaskState.SETTLING
                        || new Task(item).callbackStatus() == CallbackStatus.SENDING);
        Invariant.LEASE_IS_KEPT.require(
                worked == (item.get(Attribute.LEASE_UNTIL) != null), "a lease without a worker, or none with one");
    }

    /** Checks that only ended tasks are deleted, and that a deleted task stays deleted. */
    static void deletedIsGone(Item before, Item after) {
        if (isGone(before)) {
            Invariant.DELETED_IS_GONE.require(isGone(after), "a deleted task came back");
            Invariant.DELETED_IS_GONE.require(
                    new Task(before).state() != TaskState.DELETED || before.equals(after), "a tombstone changed");
        }
        if (isGone(after)) {
            Invariant.DELETED_IS_GONE.require(isGone(before) || isEnded(before), "deleted while it was open");
            Set<Attribute> kept = new Task(after).state() == TaskState.DELETED ? TOMBSTONE : DELETING;
            Invariant.DELETED_IS_GONE.require(
                    kept.containsAll(after.attributes().keySet()), "more is left than finds its objects");
        }
    }

    static boolean isEnded(Item item) {
        return item.exists() && !new Task(item).state().isOpen() && !isGone(item);
    }

    static boolean isGone(Item item) {
        return item.exists() && new Task(item).state().isGone();
    }

    private static void budgetIsWhatTasksCost(World before, World world) {
        Item item = world.item();
        if (isGone(item)) {
            Invariant.BUDGET_IS_WHAT_TASKS_COST.require(world.held() == before.held(), "a deletion moved the budget");
            return;
        }
        boolean counts = item.exists() && new Task(item).state() != TaskState.FAILED;
        long cost = counts ? new Task(item).credits() : 0;
        Invariant.BUDGET_IS_WHAT_TASKS_COST.require(
                world.held() == cost, "holds " + world.held() + ", tasks cost " + cost);
    }

    /** Needed for invariant 8: the callback of an ended task was sent, or is still due. */
    private static void clientWillBeTold(Item item) {
        Invariant.CLIENT_IS_TOLD_AFTER_THE_END.require(
                !isEnded(item) || new Task(item).callbackStatus() != null, "an end that nobody will tell of");
    }
}
