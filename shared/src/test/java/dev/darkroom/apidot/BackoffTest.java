package dev.darkroom.apidot;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.random.RandomGenerator;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BackoffTest {
    /** A random source that always draws the largest number. */
    private static final RandomGenerator LARGEST = new RandomGenerator() {
        @Override
        public long nextLong() {
            return 0;
        }

        @Override
        public long nextLong(long bound) {
            return bound - 1;
        }
    };

    @ParameterizedTest
    @CsvSource({"1, 500", "2, 1000", "3, 2000", "4, 4000", "5, 4000", "2147483647, 4000"})
    void the_longest_wait_doubles_up_to_four_seconds(int failures, long millis) {
        Duration asked = Duration.ofSeconds(7);

        assertThat(Backoff.before(failures, null, LARGEST)).isEqualTo(Duration.ofMillis(millis));
        assertThat(Backoff.before(failures, null, () -> 0)).isZero();
        assertThat(Backoff.before(failures, asked, LARGEST)).isEqualTo(asked.plusMillis(millis));
        assertThat(Backoff.before(failures, asked, () -> 0)).isEqualTo(asked);
    }
}
