package dev.darkroom.task;

import static dev.darkroom.task.Stored.NOW;
import static dev.darkroom.task.Stored.TASK;
import static dev.darkroom.task.Stored.USER;
import static dev.darkroom.task.Stored.changed;
import static dev.darkroom.task.Stored.changes;
import static dev.darkroom.task.Stored.states;
import static dev.darkroom.task.Stored.task;
import static dev.darkroom.task.Stored.without;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import org.junit.jupiter.api.Test;

class SettlingTest {
    private static final Instant NEXT = NOW.plusSeconds(60);
    private static final Duration RETENTION = Duration.ofDays(37);
    private static final StoredImage IMAGE =
            new StoredImage("images/anVkeQ/task/0.png", "image/png", 5_000_000_000L, "ab", 1024, 768);

    /** Returns a task that a worker holds after a webhook. */
    private static Item held() {
        return changed(
                task(TaskState.SETTLING),
                Change.set(Attribute.LEASE_UNTIL, 1_000_100_000),
                Change.set(Attribute.REPORT, "{}"));
    }

    private static Item held(String from) {
        return changed(held(), Change.set(Attribute.UPSTREAM_FROM, from));
    }

    private static Write later(Item item, Settling.Why why) {
        return Settling.later(new Task(item), why, NEXT, NOW);
    }

    @Test
    void a_claim_takes_a_due_task_for_the_time_of_the_lease() {
        Item due = without(task(TaskState.DUE), Attribute.CLAIM_ID);

        Write claim = Settling.claim(TASK, "mine", NOW);

        assertThat(changes(claim, due))
                .containsExactly(
                        "state = settling",
                        "attempts = 1",
                        "claim_id = mine",
                        "updated_at = 1000000000",
                        "lease_until = 1000240000",
                        "version = 4");
        assertThat(states(claim.condition(), due)).containsExactly(TaskState.DUE);
        assertThat(claim).isInstanceOf(Write.Update.class);
        assertThat(((Write.Update) claim).returned()).isEqualTo(Write.Returned.AFTER);
        assertThat(claim.doneBefore().holds(claim.apply(due))).isTrue();
        assertThat(claim.doneBefore().holds(changed(claim.apply(due), Change.set(Attribute.CLAIM_ID, "other"))))
                .isFalse();
    }

    @Test
    void a_look_that_learnt_nothing_gives_the_task_back() {
        assertThat(changes(later(held(), Settling.Why.NOT_ENDED), held()))
                .containsExactly(
                        "state = accepted",
                        "no report",
                        "updated_at = 1000000000",
                        "due_at = 1000060000",
                        "no lease_until",
                        "version = 4");
        Item unnamed = without(held(), Attribute.UPSTREAM_TASK_ID);
        assertThat(changes(later(unnamed, Settling.Why.NOT_ENDED), unnamed)).contains("state = submitting");
    }

    @Test
    void an_id_that_a_webhook_named_and_upstream_does_not_know_may_be_replaced() {
        assertThat(changes(later(held("webhook"), Settling.Why.UPSTREAM_UNKNOWN_TASK), held("webhook")))
                .contains("no upstream_from", "no upstream_at")
                .doesNotContain("no upstream_task_id");
        assertThat(changes(later(held(), Settling.Why.UPSTREAM_UNKNOWN_TASK), held()))
                .isEqualTo(changes(later(held(), Settling.Why.NOT_ENDED), held()));
    }

    @Test
    void looks_that_found_unusable_files_are_counted() {
        assertThat(changes(later(held(), Settling.Why.FILES_UNUSABLE), held())).contains("unusable_looks = 1");
    }

    @Test
    void an_id_of_another_task_is_dropped() {
        assertThat(changes(Settling.disowned(new Task(held("webhook")), NEXT, NOW), held("webhook")))
                .containsExactly(
                        "state = submitting",
                        "no upstream_task_id",
                        "no upstream_from",
                        "no upstream_at",
                        "no report",
                        "updated_at = 1000000000",
                        "due_at = 1000060000",
                        "no lease_until",
                        "version = 4");
    }

    @Test
    void a_finished_task_leaves_the_index_and_gets_its_expiry() {
        Write.Update finished = Settling.finished(new Task(held()), List.of(IMAGE), NOW, RETENTION);

        assertThat(changes(finished, held()))
                .containsExactly(
                        "state = finished",
                        "upstream_status = finished",
                        "progress = 100",
                        "no report",
                        "files = [{\"key\":\"images/anVkeQ/task/0.png\",\"content_type\":\"image/png\","
                                + "\"bytes\":5000000000,\"sha256\":\"ab\",\"width\":1024,\"height\":768}]",
                        "updated_at = 1000000000",
                        "no due_at",
                        "no due_shard",
                        "no lease_until",
                        "version = 4",
                        "expires_at = 4196800");
        assertThat(finished.credits()).isNull();
        assertThat(new Task(finished.apply(held())).files()).containsExactly(IMAGE);
    }

    @Test
    void an_end_with_a_callback_stays_in_the_index_until_the_client_knows() {
        Item item = changed(held(), Change.set(Attribute.CALLBACK_URL, "https://example.com/hook"));

        assertThat(changes(Settling.finished(new Task(item), List.of(), NOW, RETENTION), item))
                .containsExactly(
                        "state = finished",
                        "upstream_status = finished",
                        "progress = 100",
                        "no report",
                        "files = []",
                        "updated_at = 1000000000",
                        "no lease_until",
                        "callback_status = due",
                        "version = 4");
    }

    @Test
    void a_failed_task_gives_back_the_credits_that_it_held() {
        for (ErrorType type : ErrorType.values()) {
            assertThat(Settling.failed(new Task(held()), type, "why", NOW, RETENTION)
                            .credits())
                    .isEqualTo(new CreditChange(new Budget(USER, LocalDate.of(1970, 1, 12)), -12));
        }
        assertThat(Settling.failed(
                                new Task(without(held(), Attribute.BUDGET_DAY)),
                                ErrorType.UPSTREAM_FAILED,
                                "why",
                                NOW,
                                RETENTION)
                        .credits())
                .isNull();
    }

    @Test
    void a_failed_task_says_why() {
        assertThat(changes(Settling.failed(new Task(held()), ErrorType.UPSTREAM_FAILED, "why", NOW, RETENTION), held()))
                .contains("state = failed", "error_type = upstream_failed", "error_message = why")
                .contains("upstream_status = failed")
                .doesNotContain("no upstream_task_id");
        assertThat(changes(Settling.failed(new Task(held()), ErrorType.SETTLE_DEADLINE, "why", NOW, RETENTION), held()))
                .contains("error_type = settle_deadline")
                .doesNotContain("upstream_status = failed", "no upstream_task_id");
        // The failed task must not keep an id that may belong to another task.
        assertThat(changes(
                        Settling.failed(new Task(held()), ErrorType.SUBMIT_UNCONFIRMED, "why", NOW, RETENTION), held()))
                .contains("no upstream_task_id", "no upstream_from", "no upstream_at");
    }

    private static List<Write> conclusions(Item item) {
        Task task = new Task(item);
        return List.of(
                later(item, Settling.Why.NOT_ENDED),
                Settling.disowned(task, NEXT, NOW),
                Settling.finished(task, List.of(), NOW, RETENTION),
                Settling.failed(task, ErrorType.UPSTREAM_FAILED, "", NOW, RETENTION));
    }

    @Test
    void a_worker_concludes_what_it_still_holds_and_what_it_looked_at() {
        Item unnamed = without(held(), Attribute.UPSTREAM_TASK_ID);
        for (Write write : conclusions(held())) {
            assertThat(states(write.condition(), held())).containsExactly(TaskState.SETTLING);
            assertThat(write.condition().holds(changed(held(), Change.set(Attribute.CLAIM_ID, "other"))))
                    .isFalse();
            assertThat(write.condition().holds(changed(held(), Change.set(Attribute.UPSTREAM_TASK_ID, "other"))))
                    .isFalse();
            assertThat(write.condition().holds(unnamed)).isFalse();
        }
        for (Write write : conclusions(unnamed)) {
            assertThat(write.condition().holds(unnamed)).isTrue();
            assertThat(write.condition().holds(held())).isFalse();
        }
    }

    @Test
    void a_repeated_conclusion_recognises_itself_by_its_claim() {
        for (Write write : conclusions(held())) {
            Item after = write.apply(held());

            assertThat(write.doneBefore().holds(after)).isTrue();
            assertThat(write.doneBefore().holds(held())).isFalse();
            assertThat(write.doneBefore().holds(without(after, Attribute.CLAIM_ID)))
                    .isFalse();
        }
    }

    @Test
    void a_worker_that_was_refused_goes_on_if_it_still_holds_the_task() {
        Task task = new Task(held());
        Item named = changed(held(), Change.set(Attribute.UPSTREAM_TASK_ID, "other"));

        assertThat(Settling.stillHeld(task, named)).contains(new Task(named));
        assertThat(Settling.stillHeld(task, changed(held(), Change.set(TaskState.DUE))))
                .isEmpty();
        assertThat(Settling.stillHeld(task, changed(held(), Change.set(Attribute.CLAIM_ID, "other"))))
                .isEmpty();
    }
}
