package dev.darkroom.task;

import static dev.darkroom.task.Stored.NOW;
import static dev.darkroom.task.Stored.TASK;
import static dev.darkroom.task.Stored.UPSTREAM;
import static dev.darkroom.task.Stored.changed;
import static dev.darkroom.task.Stored.changes;
import static dev.darkroom.task.Stored.states;
import static dev.darkroom.task.Stored.task;
import static dev.darkroom.task.Stored.without;
import static org.assertj.core.api.Assertions.assertThat;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReportTest {
    private static final Report ENDED = new Report.Ended(UPSTREAM, "{\"e\":1}");
    private static final Report RUNNING = notEnded(UPSTREAM, UpstreamStatus.RUNNING, null);
    private static final Report UNREADABLE = new Report.Unreadable("<html>");

    private static Report notEnded(UpstreamTaskId upstream, UpstreamStatus status, @Nullable Integer percent) {
        return new Report.NotEnded(upstream, new Progress(status, percent));
    }

    private static Item unnamed(TaskState state) {
        return without(task(state), Attribute.UPSTREAM_TASK_ID, Attribute.UPSTREAM_FROM, Attribute.UPSTREAM_AT);
    }

    @Test
    void a_reported_end_makes_the_task_due_and_is_kept() {
        Item settling = changed(task(TaskState.SETTLING), Change.set(Attribute.LEASE_UNTIL, 1_000_100_000));

        assertThat(changes(ENDED.write(TASK, NOW), settling))
                .containsExactly(
                        "state = due",
                        "upstream_status = running",
                        "report = {\"e\":1}",
                        "no claim_id",
                        "updated_at = 1000000000",
                        "no lease_until",
                        "version = 4");
        assertThat(changes(UNREADABLE.write(TASK, NOW), task(TaskState.ACCEPTED)))
                .containsExactly(
                        "state = due",
                        "upstream_status = running",
                        "report = <html>",
                        "no claim_id",
                        "updated_at = 1000000000",
                        "version = 4");
    }

    @Test
    void a_webhook_that_comes_before_the_submits_answer_records_the_id_as_its_own_word() {
        for (Report report : new Report[] {ENDED, RUNNING}) {
            assertThat(changes(report.write(TASK, NOW), unnamed(TaskState.SUBMITTING)))
                    .contains("upstream_task_id = upstream-1", "upstream_from = webhook", "upstream_at = 1000000000");
        }
    }

    @Test
    void it_is_news_to_an_open_task_without_a_report_only() {
        for (Report report : new Report[] {ENDED, RUNNING, UNREADABLE}) {
            Condition condition = report.write(TASK, NOW).condition();

            assertThat(states(condition, task(TaskState.DUE))).isEqualTo(TaskState.OPEN);
            assertThat(condition.holds(changed(task(TaskState.DUE), Change.set(Attribute.REPORT, "{}"))))
                    .isFalse();
            assertThat(condition.holds(Item.ABSENT)).isFalse();
        }
    }

    @Test
    void it_must_name_the_recorded_task_unless_none_is_recorded_for_certain() {
        Item other = changed(task(TaskState.ACCEPTED), Change.set(Attribute.UPSTREAM_TASK_ID, "upstream-2"));
        Item doubted = without(other, Attribute.UPSTREAM_FROM, Attribute.UPSTREAM_AT);
        for (Report report : new Report[] {ENDED, RUNNING}) {
            Condition condition = report.write(TASK, NOW).condition();

            assertThat(condition.holds(unnamed(TaskState.SUBMITTING))).isTrue();
            assertThat(condition.holds(task(TaskState.ACCEPTED))).isTrue();
            assertThat(condition.holds(other)).isFalse();
            assertThat(condition.holds(doubted)).isTrue();
        }
        Condition unreadable = UNREADABLE.write(TASK, NOW).condition();
        assertThat(unreadable.holds(other)).isTrue();
        assertThat(unreadable.holds(unnamed(TaskState.SUBMITTING))).isFalse();
    }

    @ParameterizedTest
    @CsvSource({"NOT_STARTED,   , ", "RUNNING,       , running", "RUNNING,     42, running", "NOT_STARTED,  0, "})
    void progress_is_noted_as_it_is_said(UpstreamStatus said, @Nullable Integer percent, @Nullable String status) {
        Item item = task(TaskState.ACCEPTED);

        Item after = notEnded(UPSTREAM, said, percent).write(TASK, NOW).apply(item);

        assertThat(after.text(Attribute.UPSTREAM_STATUS)).isEqualTo(status);
        assertThat(after.number(Attribute.PROGRESS)).isEqualTo(percent == null ? null : percent.longValue());
        assertThat(after.number(Attribute.UPDATED_AT)).isEqualTo(NOW.toEpochMilli());
        assertThat(after.number(Attribute.VERSION)).isEqualTo(4);
        assertThat(after.text(Attribute.STATE)).isEqualTo("accepted");
        assertThat(after.text(Attribute.CLAIM_ID)).isEqualTo("claim");
    }

    @ParameterizedTest
    @CsvSource({"41, true", "42, true", "43, false", ", true"})
    void less_progress_than_is_known_is_not_noted(@Nullable Integer known, boolean noted) {
        Item item = task(TaskState.ACCEPTED);
        Item before = known == null ? item : changed(item, Change.set(Attribute.PROGRESS, known));

        assertThat(notEnded(UPSTREAM, UpstreamStatus.RUNNING, 42)
                        .write(TASK, NOW)
                        .condition()
                        .holds(before))
                .isEqualTo(noted);
    }

    @Test
    void what_a_delivery_was_when_its_write_was_done() {
        assertThat(ENDED.applied()).isEqualTo(Report.Outcome.NEWS);
        assertThat(UNREADABLE.applied()).isEqualTo(Report.Outcome.NEWS);
        assertThat(RUNNING.applied()).isEqualTo(Report.Outcome.NOTED);
    }

    @ParameterizedTest
    @CsvSource({
        // state, recorded id, from, then: an end, running, unreadable
        "due,      upstream-1, submit,  DUPLICATE, NOTED,     DUPLICATE",
        "finished, upstream-1, submit,  DUPLICATE, NOTED,     DUPLICATE",
        "due,      upstream-2, submit,  VIOLATION, VIOLATION, DUPLICATE",
        "due,      upstream-2, webhook, DISPUTED,  DISPUTED,  DUPLICATE",
        "finished, upstream-2, webhook, VIOLATION, VIOLATION, DUPLICATE",
        "failed,             ,        , DUPLICATE, DUPLICATE, IGNORED"
    })
    void what_a_delivery_was_when_the_item_refused_its_write(
            String state,
            @Nullable String recorded,
            @Nullable String from,
            Report.Outcome ended,
            Report.Outcome running,
            Report.Outcome unreadable) {
        Item item = unnamed(Word.of(TaskState.class, state));
        if (recorded != null && from != null) {
            item = changed(
                    item, Change.set(Attribute.UPSTREAM_TASK_ID, recorded), Change.set(Attribute.UPSTREAM_FROM, from));
        }

        assertThat(ENDED.refusedBy(item, NOW)).isEqualTo(ended);
        assertThat(RUNNING.refusedBy(item, NOW)).isEqualTo(running);
        assertThat(UNREADABLE.refusedBy(item, NOW)).isEqualTo(unreadable);
    }

    @Test
    void a_task_that_is_not_kept_is_told_from_one_that_was_given_up() {
        Item unconfirmed = changed(unnamed(TaskState.FAILED), Change.set(Attribute.ERROR_TYPE, "submit_unconfirmed"));

        for (Report report : new Report[] {ENDED, RUNNING, UNREADABLE}) {
            assertThat(report.refusedBy(Item.ABSENT, NOW)).isEqualTo(Report.Outcome.IGNORED);
            assertThat(report.refusedBy(unconfirmed, NOW)).isEqualTo(Report.Outcome.TOO_LATE);
            assertThat(report.refusedBy(changed(unconfirmed, Change.set(Attribute.EXPIRES_AT, 1_000_000)), NOW))
                    .isEqualTo(Report.Outcome.IGNORED);
        }
    }

    @Test
    void what_is_left_of_a_refused_progress_is_the_upstream_task_where_none_is_certain() {
        Report progress = notEnded(UPSTREAM, UpstreamStatus.RUNNING, 40);

        assertThat(progress.afterAll(unnamed(TaskState.SUBMITTING))).contains(RUNNING);
        assertThat(progress.afterAll(task(TaskState.ACCEPTED))).isEmpty();
        assertThat(progress.afterAll(unnamed(TaskState.FINISHED))).isEmpty();
        assertThat(progress.afterAll(changed(unnamed(TaskState.DUE), Change.set(Attribute.REPORT, "{}"))))
                .isEmpty();
        assertThat(ENDED.afterAll(unnamed(TaskState.SUBMITTING))).isEmpty();
        assertThat(UNREADABLE.afterAll(unnamed(TaskState.SUBMITTING))).isEmpty();
    }
}
