package dev.darkroom.task;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One conditional write of a task: the only way a task changes. If it takes credits or gives them back, one transaction changes
 * the task and the user's counter, or neither.
 */
public sealed interface Write {
    TaskId task();

    /** What must hold of the item; otherwise nothing is written. */
    Condition condition();

    /**
     * How the item looks if this same write was already done. The SDK may repeat a write whose answer was lost, and must not take
     * its own first attempt for somebody else's.
     */
    Condition doneBefore();

    /** What changes in the user's budget; null if nothing. */
    @Nullable
    CreditChange credits();

    /** Which item an update answers with. */
    enum Returned {
        NONE,
        BEFORE,
        AFTER
    }

    /** Changes an item, or makes a new one. Every change counts the item's version. */
    record Update(
            TaskId task,
            Condition condition,
            Condition doneBefore,
            List<Change> changes,
            Returned returned,
            @Nullable CreditChange credits)
            implements Write {
        public Update {
            changes = List.copyOf(changes);
        }

        static Update of(TaskId task, Condition condition, Condition doneBefore, List<Change> changes) {
            List<Change> counted = new ArrayList<>(changes);
            counted.add(Change.increment(Attribute.VERSION));
            return new Update(task, condition, doneBefore, counted, Returned.NONE, null);
        }

        Update returning(Returned item) {
            return new Update(task, condition, doneBefore, changes, item, credits);
        }

        Update onlyIf(Condition also) {
            return new Update(task, Condition.all(condition, also), doneBefore, changes, returned, credits);
        }

        Update with(@Nullable CreditChange change) {
            return new Update(task, condition, doneBefore, changes, returned, change);
        }
    }

    record Delete(
            TaskId task,
            Condition condition,
            Condition doneBefore,
            @Nullable CreditChange credits) implements Write {}

    /** The result of this write if its condition does not hold of this item. */
    default Written refusedBy(Item item) {
        return doneBefore().holds(item) ? new Written.Applied(item) : new Written.Refused(item);
    }

    /** The item after this write, given that its condition held before. */
    default Item apply(Item before) {
        return switch (this) {
            case Update update -> Change.apply(before.exists() ? before : Item.of(update.task()), update.changes());
            case Delete _ -> Item.ABSENT;
        };
    }
}
