package dev.darkroom.task;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What single writes may do, without a table: each write is a condition and some changes, and the tests inspect both. */
class WritesTest {
    private static final Instant NOW = Instant.parse("2026-11-22T13:00:00Z");
    private static final TaskId TASK = new TaskId("task-0123456789abcdef");
    private static final UpstreamTaskId UPSTREAM = new UpstreamTaskId("upstream-1");

    private static Item item(Map<Attribute, String> texts) {
        List<Change> changes = new ArrayList<>(List.of(Change.set(Attribute.CREATED_AT, 1)));
        texts.forEach((attribute, text) -> changes.add(Change.set(attribute, text)));
        return Change.apply(Item.of(TASK), changes);
    }

    private static Item with(Item item, Attribute attribute, long number) {
        return Change.apply(item, List.of(Change.set(attribute, number)));
    }

    private static Item claimed() {
        return item(Map.of(
                Attribute.STATE, "settling",
                Attribute.CLAIM_ID, "claim",
                Attribute.UPSTREAM_TASK_ID, UPSTREAM.value(),
                Attribute.REPORT, "{}"));
    }

    private static Write goesOn(Item item, UpstreamStatus status, @Nullable Integer percent) {
        return Settling.later(
                new Task(item), Settling.Why.NOT_ENDED, new Progress(status, percent), NOW.plusSeconds(60), NOW);
    }

    @ParameterizedTest
    @CsvSource({
        "NOT_STARTED,     ,         , 0, ",
        "NOT_STARTED,     , running , 10, 10",
        "NOT_STARTED,    0, running , 10, 10",
        "RUNNING,        9, running , 10, 10",
        "RUNNING,       10, running , 10, 10",
        "RUNNING,       11, running , 10, 11",
        "RUNNING,         , running , 10, 10"
    })
    void what_a_client_sees_never_goes_back(
            UpstreamStatus said,
            @Nullable Integer percent,
            @Nullable String status,
            int before,
            @Nullable Integer after) {
        Item item = status == null
                ? claimed()
                : with(
                        Change.apply(claimed(), List.of(Change.set(Attribute.UPSTREAM_STATUS, status))),
                        Attribute.PROGRESS,
                        before);

        Write write = goesOn(item, said, percent);

        assertThat(write.condition().holds(item)).isTrue();
        Item written = write.apply(item);
        assertThat(written.text(Attribute.UPSTREAM_STATUS)).isEqualTo(status);
        assertThat(new Task(written).progress()).isEqualTo(after == null ? 0 : after);
    }

    @Test
    void more_progress_that_a_webhook_told_meanwhile_is_not_overwritten() {
        Item looked = claimed();
        Write write = goesOn(looked, UpstreamStatus.RUNNING, 40);
        Item noted = with(looked, Attribute.PROGRESS, 60);

        assertThat(write.condition().holds(with(looked, Attribute.PROGRESS, 40)))
                .isTrue();
        assertThat(write.condition().holds(noted)).isFalse();
        // The worker still holds the task, looks again, and leaves the progress unchanged.
        Task again = Settling.stillHeld(new Task(looked), noted).orElseThrow();
        Write second = goesOn(again.item(), UpstreamStatus.RUNNING, 40);
        assertThat(second.condition().holds(noted)).isTrue();
        assertThat(new Task(second.apply(noted)).progress()).isEqualTo(60);
    }

    @Test
    void a_look_that_says_no_more_than_is_known_is_not_refused_by_what_a_webhook_said_meanwhile() {
        Item looked = with(claimed(), Attribute.PROGRESS, 40);
        Write write = goesOn(looked, UpstreamStatus.RUNNING, 40);

        assertThat(write.condition().holds(with(looked, Attribute.PROGRESS, 60)))
                .isTrue();
    }

    @Test
    void a_look_without_an_end_removes_the_report_so_that_the_next_one_is_news() {
        for (Settling.Why why : Settling.Why.values()) {
            Item after = Settling.later(new Task(claimed()), why, new Progress(UpstreamStatus.RUNNING, 1), NOW, NOW)
                    .apply(claimed());

            assertThat(after.get(Attribute.REPORT)).isNull();
            assertThat(new Report.Ended(UPSTREAM, "{}")
                            .write(TASK, NOW)
                            .condition()
                            .holds(after))
                    .isTrue();
        }
    }

    @Test
    void the_late_write_of_the_upstream_id_removes_what_a_webhook_reported_of_another() {
        Item due = item(Map.of(
                Attribute.STATE, "due", Attribute.UPSTREAM_TASK_ID, "upstream-2", Attribute.REPORT, "{\"stolen\":1}"));

        Item after = Submitting.acceptedAfterAll(due, TASK, UPSTREAM, NOW)
                .orElseThrow()
                .apply(due);

        assertThat(after.text(Attribute.UPSTREAM_TASK_ID)).isEqualTo(UPSTREAM.value());
        assertThat(after.get(Attribute.REPORT)).isNull();
    }

    @ParameterizedTest
    @EnumSource(CallbackStatus.class)
    void only_a_callback_that_is_due_is_claimed(CallbackStatus status) {
        Item item = item(Map.of(Attribute.STATE, "finished", Attribute.CALLBACK_STATUS, status.text()));

        assertThat(Notifying.claim(TASK, "claim", NOW).condition().holds(item)).isEqualTo(status == CallbackStatus.DUE);
    }

    @Test
    void a_callback_is_concluded_by_its_own_claim_only() {
        Item sending = item(Map.of(
                Attribute.STATE, "finished",
                Attribute.CALLBACK_STATUS, CallbackStatus.SENDING.text(),
                Attribute.CLAIM_ID, "claim"));
        for (Write write : List.of(
                Notifying.delivered(new Task(sending), new CallbackResult.Answered(503), NOW, Duration.ofDays(1)),
                Notifying.givenUp(new Task(sending), new CallbackResult.Answered(503), NOW, Duration.ofDays(1)),
                Notifying.again(new Task(sending), new CallbackResult.Answered(503), NOW))) {
            assertThat(write.condition().holds(sending)).isTrue();
            assertThat(write.condition().holds(Change.apply(sending, List.of(Change.set(Attribute.CLAIM_ID, "other")))))
                    .isFalse();
            assertThat(write.condition().holds(Change.apply(sending, List.of(Change.set(CallbackStatus.DUE)))))
                    .isFalse();
        }
    }

    @Test
    void telling_a_client_once_more_postpones_no_expiry() {
        Item sending = item(Map.of(
                Attribute.STATE, "finished",
                Attribute.CALLBACK_STATUS, CallbackStatus.SENDING.text(),
                Attribute.CLAIM_ID, "claim"));
        long expiry = NOW.plus(Duration.ofDays(2)).getEpochSecond();
        Item sentAgain = with(sending, Attribute.EXPIRES_AT, expiry);
        CallbackResult result = new CallbackResult.Answered(204);
        for (Item before : List.of(sending, sentAgain)) {
            Task task = new Task(before);
            Long known = before.number(Attribute.EXPIRES_AT);
            long kept = known != null ? known : NOW.plus(Duration.ofDays(37)).getEpochSecond();
            for (Write write : List.of(
                    Notifying.delivered(task, result, NOW, Duration.ofDays(37)),
                    Notifying.givenUp(task, result, NOW, Duration.ofDays(37)))) {
                assertThat(write.apply(before).number(Attribute.EXPIRES_AT)).isEqualTo(kept);
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"-1, false", "0, false", "1, true"})
    void no_callback_is_claimed_past_its_tasks_retention(long left, boolean claimed) {
        Item due = item(Map.of(Attribute.STATE, "finished", Attribute.CALLBACK_STATUS, CallbackStatus.DUE.text()));

        assertThat(Notifying.claim(TASK, "claim", NOW)
                        .condition()
                        .holds(with(
                                due, Attribute.EXPIRES_AT, NOW.plusSeconds(left).getEpochSecond())))
                .isEqualTo(claimed);
    }

    @Test
    void an_ended_task_keeps_no_report() {
        Task task = new Task(claimed());

        assertThat(Settling.finished(task, List.of(), NOW, Duration.ofDays(37))
                        .apply(claimed())
                        .get(Attribute.REPORT))
                .isNull();
        assertThat(Settling.failed(task, ErrorType.UPSTREAM_FAILED, "", NOW, Duration.ofDays(37))
                        .apply(claimed())
                        .get(Attribute.REPORT))
                .isNull();
    }

    @Test
    void a_webhook_that_comes_too_late_says_so_of_a_deleted_task_too() {
        Item failed = item(Map.of(
                Attribute.USER_ID, "judy",
                Attribute.REQUEST, "{}",
                Attribute.STATE, "failed",
                Attribute.ERROR_TYPE, ErrorType.SUBMIT_UNCONFIRMED.text(),
                Attribute.ERROR_MESSAGE, "APIDot did not confirm it."));
        Item deleting = Deleting.begin(new Task(failed), "author", NOW).apply(failed);
        Instant later = NOW.plus(Deleting.QUIET);
        Item deleted = Deleting.foundNone(new Task(deleting), later, Duration.ofDays(37))
                .orElseThrow()
                .apply(deleting);

        for (Item gone : List.of(deleting, deleted)) {
            assertThat(gone.get(Attribute.ERROR_MESSAGE)).isNull();
            assertThat(new Report.Ended(UPSTREAM, "{}").refusedBy(gone, later)).isEqualTo(Report.Outcome.TOO_LATE);
        }
    }

    @ParameterizedTest
    @CsvSource({"-1, true", "0, true", "1, false"})
    void a_task_is_past_its_retention_from_that_second_on(long left, boolean expired) {
        Item item =
                with(item(Map.of()), Attribute.EXPIRES_AT, NOW.plusSeconds(left).getEpochSecond());

        assertThat(new Task(item).isExpired(NOW)).isEqualTo(expired);
        assertThat(new Task(item(Map.of())).isExpired(NOW)).isFalse();
    }
}
