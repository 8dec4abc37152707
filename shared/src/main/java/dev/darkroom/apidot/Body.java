package dev.darkroom.apidot;

import dev.darkroom.json.Json;
import dev.darkroom.json.JsonException;
import dev.darkroom.task.Progress;
import dev.darkroom.task.UpstreamStatus;
import dev.darkroom.task.UpstreamTaskId;
import java.util.Locale;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A body that APIDot wrote, an answer or a webhook: either {@code {"code":200,"data":{…}}} or the inner fields alone. APIDot
 * promises no form for webhooks, and published receivers read both. So each field is looked for inside {@code data} first.
 */
record Body(Json.Obj root, Json.Obj data) {
    private static final Pattern PERCENT = Pattern.compile("([0-9]{1,2}|100)(?:\\.[0-9]++)? ?%?");

    /** The text as a body; null if it is not a JSON object that we can read. */
    static @Nullable Body read(String text) {
        try {
            // Some servers put a byte order mark first (RFC 8259, 8.1 lets a reader ignore it).
            Json json = Json.parse(text.startsWith("\ufeff") ? text.substring(1) : text);
            if (json instanceof Json.Obj root) {
                Json.Obj data = root.object("data");
                return new Body(root, data == null ? root : data);
            }
        } catch (JsonException e) {
            // unreadable
        }
        return null;
    }

    @Nullable
    String string(String name) {
        String inner = data.string(name);
        return inner == null ? root.string(name) : inner;
    }

    @Nullable
    UpstreamTaskId taskId() {
        return UpstreamTaskId.parse(string("task_id")).orElse(null);
    }

    /** The task's id, also if it is written as a number; null if there is none. */
    @Nullable
    String id() {
        String inner = id(data);
        return inner == null ? id(root) : inner;
    }

    static @Nullable String id(Json.Obj object) {
        return switch (object.get("task_id")) {
            case Json.Str(String text) -> text;
            case Json.Num num -> num.exactLong() == null ? null : String.valueOf(num.exactLong());
            case null, default -> null;
        };
    }

    private static long code(String text) {
        return switch (text.toLowerCase(Locale.ROOT)) {
            case "success", "ok" -> 200;
            case String number -> number.matches("[0-9]{1,9}") ? Long.parseLong(number) : -1;
        };
    }

    /** The body's own {@code code}; 0 when absent or null, -1 when it is no whole number. */
    long code() {
        return switch (root.get("code")) {
            case null -> 0;
            case Json.Null _ -> 0;
            case Json.Num num -> Objects.requireNonNullElse(num.exactLong(), -1L);
            case Json.Str(String text) -> code(text.strip());
            case Json.Bool _, Json.Obj _, Json.Arr _ -> -1;
        };
    }

    /**
     * The state words of the task's own object. The envelope's words are about the request. If the task has no word, only a good
     * word of the envelope counts for the task.
     */
    StateWords state() {
        StateWords own = StateWords.in(data);
        if (!(own instanceof StateWords.None) || data.equals(root)) {
            return own;
        }
        return StateWords.in(root) instanceof StateWords.Known(UpstreamStatus status) && status != UpstreamStatus.FAILED
                ? new StateWords.Known(status)
                : own;
    }

    /** The progress, for a state that is not an end. */
    Progress progress(UpstreamStatus status) {
        return new Progress(status, percent(data.get("progress")));
    }

    /** A number or its text, with or without a percent sign; null for anything else, such as a number with an exponent. */
    private static @Nullable Integer percent(@Nullable Json progress) {
        String text = switch (progress) {
            case Json.Num num -> num.value().toString();
            case Json.Str(String value) -> value.strip();
            case null, default -> "";
        };
        Matcher number = PERCENT.matcher(text);
        return number.matches() ? Integer.valueOf(number.group(1)) : null;
    }
}
