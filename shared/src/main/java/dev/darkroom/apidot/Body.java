package dev.darkroom.apidot;

import dev.darkroom.json.Json;
import dev.darkroom.json.JsonException;
import dev.darkroom.task.Progress;
import dev.darkroom.task.UpstreamStatus;
import dev.darkroom.task.UpstreamTaskId;
import java.math.BigDecimal;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A body that APIDot wrote, an answer or a webhook: either {@code {"code":200,"data":{…}}} or the inner fields alone.
 * No shape is promised for webhooks, and published receivers read both; so each field is looked for inside first.
 */
record Body(Json.Obj root, Json.Obj data) {

    /** The body in a text, or null when it is no JSON object that we can read. */
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

    /** The body's own {@code code}; 0 when absent or null, -1 when it is no whole number. */
    long code() {
        return switch (root.get("code")) {
            case null -> 0;
            case Json.Null none -> 0;
            case Json.Num num -> Objects.requireNonNullElse(num.exactLong(), -1L);
            case Json.Str(String text) -> text.matches("[0-9]{1,9}") ? Long.parseLong(text) : -1;
            case Json.Bool bool -> -1;
            case Json.Obj obj -> -1;
            case Json.Arr arr -> -1;
        };
    }

    /** APIDot's four states; any other word is one that has not ended. */
    UpstreamStatus status() {
        String text = string("status");
        return switch (text == null ? "" : text.strip().toLowerCase(Locale.ROOT)) {
            case "", "not_started", "pending", "queued" -> UpstreamStatus.NOT_STARTED;
            case "finished", "success" -> UpstreamStatus.FINISHED;
            case "failed", "cancelled", "canceled" -> UpstreamStatus.FAILED;
            default -> UpstreamStatus.RUNNING;
        };
    }

    /** What is said on the way: everything but an end counts as running, once APIDot says anything of its own. */
    Progress progress() {
        Json number = data.get("progress");
        return new Progress(
                status() == UpstreamStatus.NOT_STARTED ? UpstreamStatus.NOT_STARTED : UpstreamStatus.RUNNING,
                number instanceof Json.Num num ? percent(num) : null);
    }

    private static @Nullable Integer percent(Json.Num num) {
        // A huge exponent must not be expanded, so the range is looked at first.
        boolean inRange = num.value().signum() >= 0 && num.value().compareTo(BigDecimal.valueOf(100)) <= 0;
        return inRange ? Integer.valueOf(num.value().intValue()) : null;
    }

    /**
     * The files' URLs from {@code data.output.files}, {@code data.files} or {@code files}: of the first place that names any.
     * Null when a file there has no URL: taking only the others would lose an image for good.
     */
    @Nullable
    List<String> fileUrls() {
        Json.Obj output = data.object("output");
        List<List<Json>> places =
                List.of(output == null ? List.of() : output.items("files"), data.items("files"), root.items("files"));
        List<Json> files =
                places.stream().filter(place -> !place.isEmpty()).findFirst().orElse(List.of());
        List<String> urls = files.stream()
                .filter(Json.Obj.class::isInstance)
                .map(file -> ((Json.Obj) file).string("file_url"))
                .filter(url -> url != null && !url.isBlank())
                .map(String::strip)
                .toList();
        return urls.size() == files.size() ? urls : null;
    }
}
