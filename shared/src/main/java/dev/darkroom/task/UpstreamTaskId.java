package dev.darkroom.task;

import java.util.Optional;

/** APIDot's own name for a task: opaque, 1..512 printable ASCII characters. */
public record UpstreamTaskId(String value) {
    public static final int MAX_LENGTH = 512;

    public UpstreamTaskId {
        if (!isOne(value)) {
            throw new IllegalArgumentException("not an upstream task id");
        }
    }

    /** The id in a text of upstream's, if it can be one. */
    public static Optional<UpstreamTaskId> parse(String text) {
        return isOne(text) ? Optional.of(new UpstreamTaskId(text)) : Optional.empty();
    }

    private static boolean isOne(String text) {
        return !text.isEmpty() && text.length() <= MAX_LENGTH && text.chars().allMatch(c -> c > 0x20 && c < 0x7f);
    }
}
