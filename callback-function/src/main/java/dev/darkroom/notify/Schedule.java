package dev.darkroom.notify;

import dev.darkroom.config.ConfigurationException;
import dev.darkroom.config.Environment;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The waits between the attempts at one callback. */
public record Schedule(List<Duration> waits) {
    static final String SETTING = "NOTIFY_SCHEDULE_SECONDS";

    private static final String DEFAULT = "5,300,1800,7200,18000,36000,50400,72000,86400";
    private static final double JITTER = 0.1;

    public Schedule {
        waits = List.copyOf(waits);
    }

    public static Schedule of(Environment environment) {
        List<String> listed = environment.list(SETTING);
        return new Schedule((listed.isEmpty() ? List.of(DEFAULT.split(",")) : listed)
                .stream().map(Schedule::wait).toList());
    }

    private static Duration wait(String seconds) {
        if (!seconds.matches("[0-9]{1,7}")) {
            throw new ConfigurationException(
                    SETTING, "must be a comma-separated list of whole seconds, such as 5,60,300");
        }
        return Duration.ofSeconds(Long.parseLong(seconds));
    }

    /**
     * When to try again; empty if the schedule is used up. Each wait is up to a tenth longer, so that callbacks that failed
     * together do not return together.
     *
     * @param attempts made so far, at least 1
     * @param retryAfter the receiver's wish, at most a day; it applies if it is longer
     * @param random in 0..1
     */
    Optional<Instant> next(Instant now, long attempts, @Nullable Duration retryAfter, double random) {
        if (attempts > waits.size()) {
            return Optional.empty();
        }
        Duration wait = waits.get((int) attempts - 1);
        wait = wait.plusMillis(Math.round(wait.toMillis() * JITTER * random));
        if (retryAfter != null) {
            wait = retryAfter.compareTo(wait) > 0 ? retryAfter : wait;
        }
        return Optional.of(now.plus(wait));
    }
}
