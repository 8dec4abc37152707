package dev.darkroom.task;

import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** APIDot's id of a task: opaque, 1 to 512 visible ASCII characters. */
public record UpstreamTaskId(String value) {
    // "." and ".." would change the path of the status read.
    private static final Pattern FORM = Pattern.compile("(?!\\.{1,2}$)[\\x21-\\x7e]{1,512}");

    public UpstreamTaskId {
        if (!FORM.matcher(value).matches()) {
            throw new IllegalArgumentException("not an upstream task id");
        }
    }

    /** The text as an id; empty if it has another form. */
    public static Optional<UpstreamTaskId> parse(@Nullable String text) {
        return text != null && FORM.matcher(text).matches() ? Optional.of(new UpstreamTaskId(text)) : Optional.empty();
    }

    @Override
    public String toString() {
        return value;
    }
}
