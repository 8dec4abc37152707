package dev.darkroom.local.apidot;

import dev.darkroom.json.Json;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How a receiver answers.
 *
 * @param status the HTTP status, 200..599
 * @param retryAfter value of Retry-After
 * @param location value of Location
 * @param hangs how long it keeps the sender waiting first
 * @param cuts closes the connection instead of answering
 * @param bytes length of the answer's body
 * @param bytesPerSecond how fast that goes out; 0 is at once
 * @param times for so many callbacks, then 200 again; 0 is for good
 */
public record ReceiverAnswer(
        int status,
        @Nullable String retryAfter,
        @Nullable String location,
        Duration hangs,
        boolean cuts,
        long bytes,
        int bytesPerSecond,
        int times) {

    /** 200 at once, for good. */
    public static final ReceiverAnswer OK = status(200, 0);

    public static ReceiverAnswer status(int status, int times) {
        return new ReceiverAnswer(status, null, null, Duration.ZERO, false, 0, 0, times);
    }

    static ReceiverAnswer read(Json body) {
        Fields fields = new Fields(body);
        ReceiverAnswer answer = new ReceiverAnswer(
                fields.count("status", 200, 200, 599),
                fields.optional("retry_after").orElse(null),
                fields.optional("location").orElse(null),
                fields.seconds("hang_seconds", Duration.ZERO),
                fields.flag("cut", false),
                fields.number("bytes", 0, 0, 1L << 40),
                fields.count("bytes_per_second", 0, 0, Integer.MAX_VALUE),
                fields.count("times", 0, 0, 1_000_000));
        fields.refuseOthers();
        return answer;
    }

    ReceiverAnswer withTimes(int other) {
        return new ReceiverAnswer(status, retryAfter, location, hangs, cuts, bytes, bytesPerSecond, other);
    }
}
