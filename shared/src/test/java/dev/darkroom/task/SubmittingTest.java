package dev.darkroom.task;

import static dev.darkroom.task.Stored.NOW;
import static dev.darkroom.task.Stored.TASK;
import static dev.darkroom.task.Stored.UPSTREAM;
import static dev.darkroom.task.Stored.USER;
import static dev.darkroom.task.Stored.changed;
import static dev.darkroom.task.Stored.changes;
import static dev.darkroom.task.Stored.states;
import static dev.darkroom.task.Stored.task;
import static dev.darkroom.task.Stored.without;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.LocalDate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SubmittingTest {
    private static final Duration FIRST_POLL = Duration.ofMinutes(2);
    private static final Duration DEADLINE = Duration.ofMinutes(15);
    private static final Budget BUDGET = new Budget(USER, LocalDate.of(1970, 1, 12));

    private static Write.Update record(@Nullable String callbackUrl, boolean isCounted) {
        return record(callbackUrl, FIRST_POLL, DEADLINE, isCounted);
    }

    private static Write.Update record(
            @Nullable String callbackUrl, Duration firstPoll, Duration deadline, boolean isCounted) {
        Submitting.NewTask task =
                new Submitting.NewTask(TASK, USER, "gpt-image-2", "{\"a\":1}", 12, "2K", callbackUrl, "author");
        return Submitting.record(task, NOW, firstPoll, deadline, isCounted);
    }

    @Test
    void the_record_holds_what_was_asked_and_who_must_look_when() {
        assertThat(changes(record("https://example.com/hook", true), Item.ABSENT))
                .containsExactly(
                        "task_id = task-0123456789abcdem",
                        "user_id = judy",
                        "model = gpt-image-2",
                        "request = {\"a\":1}",
                        "credits = 12",
                        "resolution = 2K",
                        "state = submitting",
                        "claim_id = author",
                        "created_at = 1000000000",
                        "updated_at = 1000000000",
                        "due_at = 1000120000",
                        "due_shard = 7",
                        "callback_url = https://example.com/hook",
                        "budget_day = 1970-01-12",
                        "version = 1");
        assertThat(record(null, true).apply(Item.ABSENT).get(Attribute.CALLBACK_URL))
                .isNull();
    }

    @Test
    void only_a_task_that_a_limit_counts_holds_credits_and_notes_the_day() {
        assertThat(record(null, true).credits()).isEqualTo(new CreditChange(BUDGET, 12));
        assertThat(record(null, false).credits()).isNull();
        assertThat(record(null, false).apply(Item.ABSENT).get(Attribute.BUDGET_DAY))
                .isNull();
    }

    @Test
    void a_record_replaces_nothing_but_what_is_past_its_retention() {
        Condition condition = record(null, false).condition();
        Item kept = task(TaskState.FINISHED);

        assertThat(condition.holds(Item.ABSENT)).isTrue();
        assertThat(condition.holds(kept)).isFalse();
        assertThat(condition.holds(changed(kept, Change.set(Attribute.EXPIRES_AT, 1_000_001))))
                .isFalse();
        assertThat(condition.holds(changed(kept, Change.set(Attribute.EXPIRES_AT, 1_000_000))))
                .isTrue();
    }

    @Test
    void nothing_stays_of_what_a_record_replaces() {
        Item old = Item.of(TASK);
        for (Attribute attribute : Attribute.values()) {
            if (attribute != Attribute.TASK_ID) {
                old = changed(old, Change.set(attribute, 7));
            }
        }

        for (Write record : new Write[] {record(null, false), record("https://example.com/hook", true)}) {
            assertThat(record.apply(old)).isEqualTo(record.apply(Item.ABSENT));
        }
    }

    @Test
    void a_repeated_record_recognises_its_own_author_only() {
        Write record = record(null, false);
        Item own = record.apply(Item.ABSENT);
        Item others = task(TaskState.SUBMITTING);

        assertThat(record.refusedBy(own)).isEqualTo(new Written.Applied(own));
        assertThat(record.refusedBy(others)).isEqualTo(new Written.Refused(others));
    }

    @ParameterizedTest
    @CsvSource({
        "  1, 900,  30", // Never before the submit has certainly ended.
        " 30, 900,  30",
        " 31, 900,  31",
        "899, 900, 899",
        "901, 900, 900", // Never after the submit deadline.
        " 10,  40,  30"
    })
    void the_first_look_is_neither_too_early_nor_too_late(long firstPoll, long deadline, long look) {
        Write record = record(null, Duration.ofSeconds(firstPoll), Duration.ofSeconds(deadline), false);

        assertThat(new Task(record.apply(Item.ABSENT)).dueAt()).isEqualTo(NOW.plusSeconds(look));
    }

    private static Item submitting() {
        return without(
                task(TaskState.SUBMITTING), Attribute.UPSTREAM_TASK_ID, Attribute.UPSTREAM_FROM, Attribute.UPSTREAM_AT);
    }

    @Test
    void the_submits_answer_makes_the_task_accepted_and_its_id_certain() {
        assertThat(changes(Submitting.accepted(new Task(submitting()), UPSTREAM, NOW, FIRST_POLL), submitting()))
                .containsExactly(
                        "state = accepted",
                        "upstream_task_id = upstream-1",
                        "upstream_from = submit",
                        "upstream_at = 1000000000",
                        "updated_at = 1000000000",
                        "version = 4");
    }

    @ParameterizedTest
    @CsvSource({"29, 1000029000", "30, 1000020000"})
    void it_moves_the_first_look_only_if_that_comes_before_a_submit_has_ended(long firstPoll, long dueAt) {
        Write accepted = Submitting.accepted(new Task(submitting()), UPSTREAM, NOW, Duration.ofSeconds(firstPoll));

        assertThat(accepted.apply(submitting()).number(Attribute.DUE_AT)).isEqualTo(dueAt);
    }

    @Test
    void only_the_author_of_a_record_accepts_or_removes_it() {
        Item others = changed(submitting(), Change.set(Attribute.CLAIM_ID, "other"));
        Task recorded = new Task(submitting());
        Write accepted = Submitting.accepted(recorded, UPSTREAM, NOW, FIRST_POLL);
        Write refused = Submitting.refused(recorded);

        for (Write write : new Write[] {accepted, refused}) {
            assertThat(states(write.condition(), submitting())).containsExactly(TaskState.SUBMITTING);
            assertThat(write.condition().holds(others)).isFalse();
        }
        Item done = accepted.apply(submitting());
        assertThat(accepted.doneBefore().holds(done)).isTrue();
        assertThat(accepted.doneBefore().holds(submitting())).isFalse();
        assertThat(accepted.doneBefore().holds(changed(done, Change.set(Attribute.CLAIM_ID, "other"))))
                .isFalse();
        assertThat(accepted.doneBefore().holds(changed(done, Change.set(Attribute.UPSTREAM_TASK_ID, "other"))))
                .isFalse();
        assertThat(refused.apply(submitting())).isEqualTo(Item.ABSENT);
        assertThat(refused.doneBefore().holds(Item.ABSENT)).isTrue();
        assertThat(refused.doneBefore().holds(others)).isFalse();
    }

    @Test
    void a_refused_submit_gives_back_what_its_record_held() {
        assertThat(Submitting.refused(new Task(submitting())).credits()).isEqualTo(new CreditChange(BUDGET, -12));
        assertThat(Submitting.refused(new Task(without(submitting(), Attribute.BUDGET_DAY)))
                        .credits())
                .isNull();
    }

    @Test
    void the_late_answer_of_a_submit_replaces_what_a_webhook_named() {
        Item due = changed(
                task(TaskState.DUE),
                Change.set(Attribute.UPSTREAM_TASK_ID, "stolen"),
                Change.set(Attribute.UPSTREAM_FROM, "webhook"),
                Change.set(Attribute.REPORT, "{}"));

        Write late = Submitting.acceptedAfterAll(due, TASK, UPSTREAM, NOW).orElseThrow();

        assertThat(changes(late, due))
                .containsExactly(
                        "upstream_task_id = upstream-1",
                        "upstream_from = submit",
                        "upstream_at = 1000000000",
                        "no report",
                        "no claim_id",
                        "updated_at = 1000000000",
                        "version = 4");
        assertThat(states(late.condition(), due)).isEqualTo(TaskState.OPEN);
        assertThat(late.doneBefore().holds(late.apply(due))).isTrue();
        assertThat(late.doneBefore().holds(due)).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "due,      upstream-1, submit,  false",
        "due,      upstream-1, webhook, true", // The same id, but not yet certain.
        "due,      upstream-2, submit,  true",
        "settling, upstream-2, webhook, true",
        "finished, upstream-2, webhook, false",
        "deleted,  upstream-2, webhook, false"
    })
    void a_late_answer_is_written_while_it_is_news_to_an_open_task(
            String state, String upstream, String from, boolean written) {
        Item item = changed(
                task(Word.of(TaskState.class, state)),
                Change.set(Attribute.UPSTREAM_TASK_ID, upstream),
                Change.set(Attribute.UPSTREAM_FROM, from));

        assertThat(Submitting.acceptedAfterAll(item, TASK, UPSTREAM, NOW).isPresent())
                .isEqualTo(written);
    }
}
