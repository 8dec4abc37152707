package dev.darkroom.net;

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
    void the_longest_wait_doubles_up_to_its_limit(int failures, long millis) {
        assertThat(backoff(LARGEST).after(failures)).isEqualTo(Duration.ofMillis(millis));
        assertThat(backoff(() -> 0).after(failures)).isZero();
    }

    private static Backoff backoff(RandomGenerator random) {
        return new Backoff(Duration.ofMillis(500), Duration.ofSeconds(4), random);
    }
}
