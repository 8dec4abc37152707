package dev.darkroom.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class RetryAfterTest {
    static Stream<Arguments> headers() {
        return Stream.of(
                Arguments.of("0", 0),
                Arguments.of(" 12 ", 12),
                Arguments.of("000000012", 12),
                Arguments.of("99999999999999", 86_400),
                Arguments.of("100000", 86_400),
                Arguments.of("Sun, 22 Nov 2026 13:00:30 GMT", 30),
                Arguments.of("Sun, 22 Nov 2026 12:00:00 GMT", 0),
                Arguments.of("-1", null),
                Arguments.of("1.5", null),
                Arguments.of("soon", null),
                Arguments.of("", null),
                Arguments.of(null, null));
    }

    @ParameterizedTest
    @MethodSource("headers")
    void retry_after_is_seconds_or_a_date(@Nullable String header, @Nullable Integer seconds) {
        assertThat(RetryAfter.read(header, Instant.parse("2026-11-22T13:00:00Z")))
                .isEqualTo(seconds == null ? null : Duration.ofSeconds(seconds));
    }
}
