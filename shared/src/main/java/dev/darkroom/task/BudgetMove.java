package dev.darkroom.task;

import java.time.LocalDate;
import org.jspecify.annotations.Nullable;

/** What a write does to a budget, in the same transaction. */
public sealed interface BudgetMove {
    Budget budget();

    long credits();

    /** Takes credits, if the sum stays within the limit. */
    record Hold(Budget budget, long credits, long limit) implements BudgetMove {}

    /** Gives credits back that the task held. */
    record GiveBack(Budget budget, long credits) implements BudgetMove {}

    /** What to give back when this task fails: null, if it was never counted. */
    static @Nullable BudgetMove giveBack(Task task) {
        String day = task.budgetDay();
        return day == null ? null : new GiveBack(new Budget(task.user(), LocalDate.parse(day)), task.credits());
    }
}
