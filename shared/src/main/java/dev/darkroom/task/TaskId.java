package dev.darkroom.task;

import java.util.Optional;
import java.util.regex.Pattern;

/** Our id of a task, opaque to clients. Safe in a URL path, an S3 key and a log line. */
public record TaskId(String value) {
    private static final Pattern FORM = Pattern.compile("task-[A-Za-z0-9_-]{16,64}");

    public TaskId {
        if (!FORM.matcher(value).matches()) {
            throw new IllegalArgumentException("not a task id");
        }
    }

    /** The text as a task id; empty if it has another form. */
    public static Optional<TaskId> parse(String text) {
        return FORM.matcher(text).matches() ? Optional.of(new TaskId(text)) : Optional.empty();
    }

    @Override
    public String toString() {
        return value;
    }
}
