package dev.darkroom.invariants;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.darkroom.testing.TestSize;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** An upstream task has one owner, in whatever order two tasks learn its id. */
@Order(1)
class TwoTasksTest {

    @ParameterizedTest
    @EnumSource
    void no_order_gives_a_picture_to_two_or_keeps_it_from_whose_submit_was_answered(TwoTasks.Answers answers) {
        long moments = TwoTasks.moments(answers, TwoTasks.Loosened.NOTHING, 0);
        System.out.println("Two tasks, answers " + answers + ": " + moments + " different moments");
        assertThat(moments).isGreaterThan(1_000);
    }

    @Test
    void no_order_with_a_crash_or_a_repeated_write_breaks_an_invariant() {
        for (TwoTasks.Answers answers : TwoTasks.Answers.values()) {
            // The small proof takes only the answers that differ most, the full proof takes all.
            if (TestSize.isFull() || answers == TwoTasks.Answers.OWNERS) {
                long moments = TwoTasks.moments(answers, TwoTasks.Loosened.NOTHING, 1);
                System.out.println("Two tasks with one fault anywhere, answers " + answers + ": " + moments
                        + " different moments");
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "OWNERS, NO_QUESTION, OWN_TASKS_ONLY",
        "OWNERS, NOT_HELD_BACK, OWN_TASKS_ONLY",
        "NONE, ENDED_DO_NOT_COUNT, OWN_TASKS_ONLY",
        "NONE, EARLIER_DOES_NOT_COUNT, OWN_TASKS_ONLY",
        "OWNERS, SAME_ID_NOT_CONFIRMED, EVERY_TASK_ENDS",
        "FORGED, UNKNOWN_ID_STAYS, EVERY_TASK_ENDS"
    })
    void a_rule_left_out_on_purpose_is_noticed(TwoTasks.Answers answers, TwoTasks.Loosened loosened, Invariant broken) {
        Invariant.Broken noticed =
                catchThrowableOfType(Invariant.Broken.class, () -> TwoTasks.moments(answers, loosened, 0));

        assertThat(noticed).as("a proof that notices nothing proves nothing").isNotNull();
        System.out.println(loosened + " is noticed: " + noticed.getMessage());
        assertThat(noticed.invariant()).isEqualTo(broken);
    }
}
