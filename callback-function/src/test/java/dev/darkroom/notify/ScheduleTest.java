package dev.darkroom.notify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.darkroom.config.ConfigurationException;
import dev.darkroom.config.Environment;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ScheduleTest {
    private static final Instant NOW = Instant.parse("2026-11-22T13:00:00Z");
    private static final Schedule TWO = new Schedule(List.of(Duration.ofSeconds(10), Duration.ofSeconds(100)));

    private static Schedule of(String setting) {
        return Schedule.of(new Environment(Map.of(Schedule.SETTING, setting)));
    }

    @ParameterizedTest
    @CsvSource({
        "1, 0, , 10000",
        "1, 0.5, , 10500",
        "1, 1, , 11000",
        "2, 0, , 100000",
        "2, 1, , 110000",
        "1, 1, 10, 11000",
        "1, 1, 11, 11000",
        "1, 1, 12, 12000",
        "2, 0, 86400, 86400000",
    })
    void a_wait_is_at_most_a_tenth_longer_and_a_longer_wish_of_the_receiver_wins(
            long attempts, double random, @Nullable Long retryAfter, long millis) {
        Duration asked = retryAfter == null ? null : Duration.ofSeconds(retryAfter);

        assertThat(TWO.next(NOW, attempts, asked, random)).contains(NOW.plusMillis(millis));
    }

    @Test
    void nothing_follows_the_last_wait_whatever_the_receiver_asks_for() {
        assertThat(TWO.next(NOW, 3, null, 0)).isEmpty();
        assertThat(TWO.next(NOW, 3, Duration.ofDays(1), 0)).isEmpty();
    }

    @Test
    void the_setting_is_a_list_of_seconds_and_days_long_without_one() {
        assertThat(of("10, 100")).isEqualTo(TWO);
        assertThat(of("").waits())
                .hasSize(9)
                .startsWith(Duration.ofSeconds(5))
                .endsWith(Duration.ofDays(1))
                .isSorted();
    }

    @ParameterizedTest
    @ValueSource(strings = {"x", "5,x", "-1", "1.5", "12345678", "5 6"})
    void a_bad_setting_is_refused_by_its_name(String setting) {
        assertThatThrownBy(() -> of(setting))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining(Schedule.SETTING);
    }
}
