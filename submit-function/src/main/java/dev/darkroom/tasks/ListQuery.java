package dev.darkroom.tasks;

import dev.darkroom.request.Parsed;
import dev.darkroom.request.Problem;
import dev.darkroom.task.TaskStore.Position;
import dev.darkroom.task.UpstreamStatus;
import dev.darkroom.task.Word;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The query parameters of a list.
 *
 * @param limit the tasks to look at for a page, 1 to 100
 */
record ListQuery(
        int limit, @Nullable Position after, @Nullable UpstreamStatus status) {
    private static final int DEFAULT_LIMIT = 20;
    private static final int MAX_LIMIT = 100;
    private static final List<String> PARAMETERS = List.of("limit", "cursor", "status");

    static Parsed<ListQuery> parse(Map<String, String> parameters) {
        List<Problem> problems = new ArrayList<>();
        for (String name : new TreeSet<>(parameters.keySet())) {
            if (!PARAMETERS.contains(name)) {
                problems.add(new Problem("query", "must have only the parameters limit, cursor and status"));
            }
        }
        int limit = limit(parameters.get("limit"));
        if (limit == 0) {
            problems.add(new Problem("limit", "must be a whole number from 1 to " + MAX_LIMIT));
        }
        String cursor = parameters.get("cursor");
        Optional<Position> after = cursor == null ? Optional.empty() : Cursor.parse(cursor);
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
                ? new Parsed.Valid<>(new ListQuery(limit, after.orElse(null), status))
                : new Parsed.Invalid<>(problems);
    }

    /** 0 if the text is not a limit. */
    private static int limit(@Nullable String text) {
        if (text == null) {
            return DEFAULT_LIMIT;
        }
        if (!text.matches("[0-9]{1,3}")) {
            return 0;
        }
        int limit = Integer.parseInt(text);
        return limit <= MAX_LIMIT ? limit : 0;
    }
}
