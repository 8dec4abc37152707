package dev.darkroom.settle;

import static org.assertj.core.api.Assertions.assertThat;

import dev.darkroom.json.Json;
import dev.darkroom.json.JsonException;
import dev.darkroom.log.Log;
import dev.darkroom.log.Metric;
import dev.darkroom.task.Attribute;
import dev.darkroom.task.ErrorType;
import dev.darkroom.task.Item;
import dev.darkroom.task.Progress;
import dev.darkroom.task.Settling.Why;
import dev.darkroom.task.StoredImage;
import dev.darkroom.task.Task;
import dev.darkroom.task.Value;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Which looks raise an alarm: by a line of level ERROR, or by a metric of their own. */
class LookLogTest {
    private static final Instant NOW = Instant.ofEpochMilli(100_000);
    private static final Task TASK =
            new Task(new Item(Map.of(Attribute.CREDITS, Value.of(12), Attribute.CREATED_AT, Value.of(40_000))));
    private static final StoredImage IMAGE = new StoredImage("key", "image/png", 7, "00", 1, 1);

    private static Json.Obj line(Finding finding, @Nullable Instant since) throws JsonException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Log log = new Log(new PrintStream(out, true, StandardCharsets.UTF_8), InstantSource.fixed(NOW));
        new LookLog(log).of(TASK, finding, since, NOW).write();
        return (Json.Obj) Json.parse(out.toString(StandardCharsets.UTF_8));
    }

    @ParameterizedTest
    @CsvSource({
        "NOT_ENDED, INFO,",
        "UPSTREAM_KEY_REFUSED, WARN, UPSTREAM_KEY_REFUSALS",
        "UPSTREAM_BALANCE_EMPTY, WARN, UPSTREAM_BALANCE_EMPTY",
        "UPSTREAM_TROUBLE, INFO,",
        "UPSTREAM_UNKNOWN_TASK, INFO,",
        "UPSTREAM_FORM_UNKNOWN, ERROR, UPSTREAM_FORMS_UNKNOWN",
        "FILES_UNUSABLE, INFO,",
        "MEDIA_TROUBLE, INFO,",
        "MEDIA_HOST_NOT_LISTED, ERROR,",
        "MEDIA_URL_UNREADABLE, ERROR, UPSTREAM_FORMS_UNKNOWN",
        "MEDIA_KIND_NOT_STORED, ERROR, UPSTREAM_FORMS_UNKNOWN",
        "NOT_CONFIRMED, INFO,",
        "UNEXPECTED_FAILURE, INFO,",
    })
    void only_what_a_person_must_mend_is_more_than_a_note(Why why, String level, @Nullable Metric metric)
            throws JsonException {
        Json.Obj line = line(new Finding.Later(why), null);

        assertThat(line.string("level")).isEqualTo(level);
        assertThat(line.get("said")).isNull();
        if (metric != null) {
            assertThat(line.integer(metric.text())).isOne();
        } else {
            assertThat(line.get("_aws") != null).isEqualTo(level.equals("ERROR"));
        }
    }

    @Test
    void an_unknown_word_is_in_the_line() throws JsonException {
        assertThat(line(new Finding.Later(Why.UPSTREAM_FORM_UNKNOWN, Progress.NONE, "dreaming"), null)
                        .string("said"))
                .isEqualTo("dreaming");
    }

    @ParameterizedTest
    @EnumSource
    void a_failure_gives_the_credits_back_and_only_what_no_user_caused_is_an_error(ErrorType type)
            throws JsonException {
        boolean expected = type == ErrorType.UPSTREAM_FAILED || type == ErrorType.RESULT_UNUSABLE;

        Json.Obj line = line(new Finding.Failed(type, "a message for the client"), null);

        assertThat(line.string("level")).isEqualTo(expected ? "WARN" : "ERROR");
        assertThat(line.integer(Metric.CREDITS_GIVEN_BACK.text())).isEqualTo(12);
        assertThat(line.integer(Metric.valueOf("TASKS_FAILED_" + type).text())).isOne();
        assertThat(line.text()).doesNotContain("a message for the client");
    }

    @Test
    void an_end_says_how_long_it_took_where_that_is_known() throws JsonException {
        Finding finished = new Finding.Finished(List.of(IMAGE, IMAGE));

        Json.Obj line = line(finished, NOW.minusSeconds(3));
        assertThat(line.integer(Metric.IMAGES_STORED.text())).isEqualTo(2);
        assertThat(line.integer(Metric.IMAGE_BYTES_STORED.text())).isEqualTo(14);
        assertThat(line.integer(Metric.CREDITS_SPENT.text())).isEqualTo(12);
        assertThat(line.integer(Metric.TASK_LATENCY.text())).isEqualTo(60_000);
        assertThat(line.integer(Metric.SETTLE_LATENCY.text())).isEqualTo(3_000);

        assertThat(line(finished, null).get(Metric.SETTLE_LATENCY.text())).isNull();
    }

    @Test
    void a_task_that_holds_anothers_upstream_id_is_a_violation() throws JsonException {
        Json.Obj line = line(new Finding.Disowned(), null);
        assertThat(line.string("event")).isEqualTo("ownership_violation");
        assertThat(line.string("level")).isEqualTo("ERROR");
        assertThat(line.integer(Metric.OWNERSHIP_VIOLATIONS.text())).isOne();
    }
}
