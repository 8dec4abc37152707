package dev.darkroom.tasks;

import static org.assertj.core.api.Assertions.assertThat;

import dev.darkroom.request.Parsed;
import dev.darkroom.request.Problem;
import dev.darkroom.task.TaskId;
import dev.darkroom.task.TaskStore.Position;
import dev.darkroom.task.UpstreamStatus;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ListQueryTest {
    private static final Position POSITION = new Position(new TaskId("task-0123456789abcdef"), 1_795_352_400_123L);

    private static void assertIsRefused(Map<String, String> parameters, String... fields) {
        assertThat(
                        ListQuery.parse(parameters) instanceof Parsed.Invalid<ListQuery>(List<Problem> problems)
                                ? problems
                                : List.<Problem>of())
                .extracting(Problem::field)
                .containsExactly(fields);
    }

    @Test
    void every_parameter_may_be_left_out() {
        assertThat(ListQuery.parse(Map.of())).isEqualTo(new Parsed.Valid<>(new ListQuery(20, null, null)));
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "10, 10", "99, 99", "100, 100"})
    void a_limit_is_from_1_to_100(String text, int limit) {
        assertThat(ListQuery.parse(Map.of("limit", text, "status", "finished")))
                .isEqualTo(new Parsed.Valid<>(new ListQuery(limit, null, UpstreamStatus.FINISHED)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "0", "001", "101", "1000", "-1", "+1", "1.5", "x"})
    void another_limit_is_refused(String text) {
        assertIsRefused(Map.of("limit", text), "limit");
    }

    @Test
    void a_cursor_leads_back_to_its_position() {
        assertThat(ListQuery.parse(Map.of("cursor", ListQuery.cursor(POSITION))))
                .isEqualTo(new Parsed.Valid<>(new ListQuery(20, POSITION, null)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "1",
                "1.",
                ".task-0123456789abcdef",
                "x.task-0123456789abcdef",
                "1234567890123456.task-0123456789abcdef",
                "1.no task id",
                "1.task-0123456789abcdef%"
            })
    void another_cursor_is_refused(String text) {
        assertIsRefused(Map.of("cursor", text), "cursor");
    }

    @Test
    void all_problems_are_reported_together() {
        assertIsRefused(
                Map.of("limit", "0", "cursor", "x", "status", "done", "sort", "asc"),
                "query",
                "limit",
                "cursor",
                "status");
    }
}
