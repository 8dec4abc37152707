package dev.darkroom.task;

import java.time.LocalDate;
import org.jspecify.annotations.Nullable;

/**
 * What a write of a task does to its user's budget.
 *
 * @param credits that it takes from the budget; below 0, it gives them back
 */
public record CreditChange(Budget budget, long credits) {

    /** What this task gives back when it fails: null, if it was never counted. */
    static @Nullable CreditChange giveBack(Task task) {
        String day = task.budgetDay();
        return day == null ? null : new CreditChange(new Budget(task.user(), LocalDate.parse(day)), -task.credits());
    }
}
