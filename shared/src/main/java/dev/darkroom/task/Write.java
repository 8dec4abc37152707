package dev.darkroom.task;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One conditional write of a task: the only way a task changes. If it moves a budget, one transaction changes both items or none.
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

    /** What it moves in a budget; null if nothing. */
    @Nullable
    BudgetMove budget();

    /** Writes a whole new item. */
    record Put(
            TaskId task,
            Item item,
            Condition condition,
            Condition doneBefore,
            @Nullable BudgetMove budget) implements Write {}

    /** Changes an item. With {@code returning} the answer has the changed item. */
    record Update(
            TaskId task,
            Condition condition,
            Condition doneBefore,
            List<Change> changes,
            boolean returning,
            @Nullable BudgetMove budget)
            implements Write {
        public Update {
            changes = List.copyOf(changes);
        }

        static Update of(TaskId task, Condition condition, Condition doneBefore, List<Change> changes) {
            return new Update(task, condition, doneBefore, changes, false, null);
        }

        Update returningItem() {
            return new Update(task, condition, doneBefore, changes, true, budget);
        }

        Update onlyIf(Condition also) {
            return new Update(task, Condition.all(condition, also), doneBefore, changes, returning, budget);
        }

        Update with(@Nullable BudgetMove move) {
            return new Update(task, condition, doneBefore, changes, returning, move);
        }
    }

    record Delete(
            TaskId task,
            Condition condition,
            Condition doneBefore,
            @Nullable BudgetMove budget) implements Write {}

    /** The item after this write, given that its condition held before. */
    default Item apply(Item before) {
        return switch (this) {
            case Put put -> put.item();
            case Update update -> Change.apply(before, update.changes());
            case Delete delete -> Item.ABSENT;
        };
    }
}
