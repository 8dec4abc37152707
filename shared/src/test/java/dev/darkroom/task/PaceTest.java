package dev.darkroom.task;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PaceTest {
    @ParameterizedTest
    @CsvSource({
        // seconds: first, most; looks, random; milliseconds of the wait
        "120, 600, 1, 0.5, 240000",
        "120, 600, 2, 0.5, 480000",
        "120, 600, 3, 0.5, 600000",
        "120, 600, 9, 0.5, 600000",
        "120, 600, 1, 0.0, 192000",
        "120, 600, 1, 1.0, 288000",
        "120, 600, 3, 0.0, 480000",
        "120, 600, 3, 1.0, 600000", // Jitter never exceeds the longest wait.
        "120,  60, 1, 0.5,  60000",
        "  1, 600, 0, 0.5,   1000",
        "  1, 600, 9223372036854775807, 0.5, 600000"
    })
    void each_look_doubles_the_wait_up_to_the_most(long first, long most, long looks, double random, long wait) {
        assertThat(new Pace(Duration.ofSeconds(first), Duration.ofSeconds(most)).waitAfter(looks, random))
                .isEqualTo(Duration.ofMillis(wait));
    }
}
