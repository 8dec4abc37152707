package dev.darkroom.task;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One conditional write of a task: the only way a task changes. If it holds credits or gives them back, one transaction changes
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

    /** Writes a whole new item, if it may hold these credits. */
    record Put(
            TaskId task,
            Item item,
            Condition condition,
            Condition doneBefore,
            @Nullable CreditHold hold) implements Write {}

    /** Changes or removes an item. */
    sealed interface Revision extends Write {
        /** What the task gives back; null if nothing. */
        @Nullable
        CreditReturn giveBack();
    }

    /** Which item an update answers with. */
    enum Returned {
        NONE,
        BEFORE,
        AFTER
    }

    /** Changes an item. Every change counts the item's version. */
    record Update(
            TaskId task,
            Condition condition,
            Condition doneBefore,
            List<Change> changes,
            Returned returned,
            @Nullable CreditReturn giveBack)
            implements Revision {
        public Update {
            changes = List.copyOf(changes);
        }

        static Update of(TaskId task, Condition condition, Condition doneBefore, List<Change> changes) {
            List<Change> counted = new ArrayList<>(changes);
            counted.add(Change.increment(Attribute.VERSION));
            return new Update(task, condition, doneBefore, counted, Returned.NONE, null);
        }

        Update returning(Returned item) {
            return new Update(task, condition, doneBefore, changes, item, giveBack);
        }

        Update onlyIf(Condition also) {
            return new Update(task, Condition.all(condition, also), doneBefore, changes, returned, giveBack);
        }

        Update with(@Nullable CreditReturn credits) {
            return new Update(task, condition, doneBefore, changes, returned, credits);
        }
    }

    record Delete(
            TaskId task,
            Condition condition,
            Condition doneBefore,
            @Nullable CreditReturn giveBack) implements Revision {}

    /** The item after this write, given that its condition held before. */
    default Item apply(Item before) {
        return switch (this) {
            case Put put -> put.item();
            case Update update -> Change.apply(before, update.changes());
            case Delete delete -> Item.ABSENT;
        };
    }
}
