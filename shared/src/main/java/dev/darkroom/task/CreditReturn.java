package dev.darkroom.task;

import java.time.LocalDate;
import org.jspecify.annotations.Nullable;

/** Credits that a task held, and that go back to the user's budget. */
public record CreditReturn(Budget budget, long credits) {

    /** What this task gives back when it fails: null, if it was never counted. */
    static @Nullable CreditReturn of(Task task) {
        String day = task.budgetDay();
        return day == null ? null : new CreditReturn(new Budget(task.user(), LocalDate.parse(day)), task.credits());
    }
}
