package dev.darkroom.tasks;

import dev.darkroom.request.Parsed;
import dev.darkroom.request.Problem;
import dev.darkroom.task.TaskId;
import dev.darkroom.task.TaskStore.Position;
import dev.darkroom.task.UpstreamStatus;
import dev.darkroom.task.Word;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The query parameters of a list.
 *
 * @param limit the tasks to look at for a page, 1 to 100
 */
record ListQuery(
        int limit, @Nullable Position after, @Nullable UpstreamStatus status) {
    private static final List<String> PARAMETERS = List.of("limit", "cursor", "status");
    private static final Pattern LIMIT = Pattern.compile("[1-9][0-9]?|100");
    private static final Pattern CURSOR = Pattern.compile("([0-9]{1,15})\\.(.+)");

    static Parsed<ListQuery> parse(Map<String, String> parameters) {
        List<Problem> problems = new ArrayList<>();
        if (!PARAMETERS.containsAll(parameters.keySet())) {
            problems.add(new Problem("query", "must have only the parameters limit, cursor and status"));
        }
        String limit = parameters.getOrDefault("limit", "20");
        if (!LIMIT.matcher(limit).matches()) {
            problems.add(new Problem("limit", "must be a whole number from 1 to 100"));
        }
        String cursor = parameters.get("cursor");
        Optional<Position> after = cursor == null ? Optional.empty() : position(cursor);
        if (cursor != null && after.isEmpty()) {
            problems.add(new Problem("cursor", "must be the next_cursor of an earlier page"));
        }
        String word = parameters.get("status");
        UpstreamStatus status =
                word == null ? null : Word.parse(UpstreamStatus.values(), word).orElse(null);
        if (word != null && status == null) {
            problems.add(new Problem("status", "must be one of " + Word.list(UpstreamStatus.values())));
        }
        return problems.isEmpty()
                ? new Parsed.Valid<>(new ListQuery(Integer.parseInt(limit), after.orElse(null), status))
                : new Parsed.Invalid<>(problems);
    }

    /** The end of a page, as text for a URL. It names no user, and applies to the caller's own tasks only. */
    static String cursor(Position position) {
        return position.createdAt() + "." + position.task().value();
    }

    private static Optional<Position> position(String cursor) {
        Matcher form = CURSOR.matcher(cursor);
        return form.matches()
                ? TaskId.parse(form.group(2)).map(task -> new Position(task, Long.parseLong(form.group(1))))
                : Optional.empty();
    }
}
