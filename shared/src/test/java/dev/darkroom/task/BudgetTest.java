package dev.darkroom.task;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BudgetTest {
    @ParameterizedTest
    @CsvSource({
        "2026-11-22T00:00:00Z,     budget#2026-11-22#judy, 2026-11-23T00:00:00Z, 2027-01-01T00:00:00Z",
        "2026-11-22T23:59:59.999Z, budget#2026-11-22#judy, 2026-11-23T00:00:00Z, 2027-01-01T00:00:00Z",
        "2026-11-23T00:00:00Z,     budget#2026-11-23#judy, 2026-11-24T00:00:00Z, 2027-01-02T00:00:00Z"
    })
    void a_counter_is_of_one_utc_day_and_outlives_the_tasks_that_may_give_back(
            Instant now, String key, Instant end, Instant expiry) {
        Budget budget = Budget.of(Stored.USER, now);

        assertThat(budget.key()).isEqualTo(key);
        assertThat(budget.end()).isEqualTo(end);
        assertThat(budget.expiry()).isEqualTo(expiry);
    }
}
