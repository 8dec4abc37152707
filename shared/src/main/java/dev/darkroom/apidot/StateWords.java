package dev.darkroom.apidot;

import dev.darkroom.json.Json;
import dev.darkroom.task.UpstreamStatus;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the state words of one object say together. The words are those of APIDot, of related APIs, and of gateways of such APIs
 * (docs/compatibility.md).
 */
sealed interface StateWords {

    /** No word at all. */
    record None() implements StateWords {}

    record Known(UpstreamStatus status) implements StateWords {}

    /**
     * An unknown word, or words that contradict each other.
     *
     * @param text as written
     */
    record Strange(String text) implements StateWords {}

    /** The fields that may have a word. */
    List<String> FIELDS = List.of("status", "state", "task_status");

    static StateWords in(Json.Obj object) {
        Set<UpstreamStatus> known = EnumSet.noneOf(UpstreamStatus.class);
        List<String> all = new ArrayList<>();
        for (String field : FIELDS) {
            String text = text(object.get(field));
            if (!text.isEmpty()) {
                all.add(text);
                meaning(text).ifPresent(known::add);
            }
        }
        if (known.contains(UpstreamStatus.RUNNING)) {
            // This is no contradiction: both say that it has not ended.
            known.remove(UpstreamStatus.NOT_STARTED);
        }
        if (known.size() == 1) {
            return new Known(known.iterator().next());
        }
        return all.isEmpty() ? new None() : new Strange(String.join(" ", all));
    }

    private static String text(@Nullable Json word) {
        return switch (word) {
            case null -> "";
            case Json.Null _ -> "";
            case Json.Str(String text) -> text.strip();
            // Only a person can find out what a number or an object means.
            case Json.Num num -> num.text();
            case Json.Bool bool -> bool.text();
            case Json.Obj _ -> "{}";
            case Json.Arr _ -> "[]";
        };
    }

    private static Optional<UpstreamStatus> meaning(String word) {
        return switch (word.toLowerCase(Locale.ROOT).replaceAll("[ _-]", "")) {
            case "notstarted", "notstart", "pending", "queued", "queueing", "queuing", "inqueue" ->
                Optional.of(UpstreamStatus.NOT_STARTED);
            case "created", "submitted", "accepted", "waiting", "scheduled" -> Optional.of(UpstreamStatus.NOT_STARTED);
            case "running", "processing", "inprogress", "generating", "started", "starting", "working" ->
                Optional.of(UpstreamStatus.RUNNING);
            case "finished", "success", "succeeded", "succeed", "successful", "completed", "complete", "done" ->
                Optional.of(UpstreamStatus.FINISHED);
            case "failed", "failure", "fail", "error", "cancelled", "canceled", "rejected" ->
                Optional.of(UpstreamStatus.FAILED);
            case "expired", "timeout", "timedout" -> Optional.of(UpstreamStatus.FAILED);
            default -> Optional.empty();
        };
    }
}
