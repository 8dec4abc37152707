package dev.darkroom.task;

import static dev.darkroom.task.Stored.NOW;
import static dev.darkroom.task.Stored.TASK;
import static dev.darkroom.task.Stored.changed;
import static dev.darkroom.task.Stored.changes;
import static dev.darkroom.task.Stored.states;
import static dev.darkroom.task.Stored.statuses;
import static dev.darkroom.task.Stored.task;
import static dev.darkroom.task.Stored.without;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class NotifyingTest {
    private static final Duration RETENTION = Duration.ofDays(37);

    private static Item sending() {
        return changed(task(CallbackStatus.SENDING), Change.set(Attribute.LEASE_UNTIL, 1_000_100_000));
    }

    @Test
    void a_claim_takes_a_due_callback_for_the_time_of_the_lease() {
        Item due = changed(task(CallbackStatus.DUE), Change.set(Attribute.CALLBACK_RESULT, "503"));

        Write claim = Notifying.claim(TASK, "mine", NOW);

        assertThat(changes(claim, due))
                .containsExactly(
                        "claim_id = mine",
                        "lease_until = 1000120000",
                        "callback_status = sending",
                        "callback_attempts = 3",
                        "callback_attempted_at = 1000000000",
                        "no callback_result",
                        "version = 4");
        assertThat(((Write.Update) claim).returned()).isEqualTo(Write.Returned.AFTER);
        assertThat(claim.doneBefore().holds(claim.apply(due))).isTrue();
        assertThat(claim.doneBefore().holds(changed(claim.apply(due), Change.set(Attribute.CLAIM_ID, "other"))))
                .isFalse();
    }

    @Test
    void an_answer_concludes_the_callback() {
        CallbackResult result = new CallbackResult.Answered(204);

        assertThat(changes(Notifying.delivered(new Task(sending()), result, NOW, RETENTION), sending()))
                .containsExactly(
                        "no due_at",
                        "no due_shard",
                        "no lease_until",
                        "callback_status = delivered",
                        "callback_result = 204",
                        "version = 4",
                        "expires_at = 4196800");
        assertThat(changes(Notifying.givenUp(new Task(sending()), result, NOW, RETENTION), sending()))
                .contains("callback_status = failed");
    }

    @Test
    void a_failed_attempt_waits_for_the_next() {
        assertThat(changes(
                        Notifying.again(new Task(sending()), CallbackResult.Unanswered.TIMED_OUT, NOW.plusSeconds(300)),
                        sending()))
                .containsExactly(
                        "due_at = 1000300000",
                        "no lease_until",
                        "callback_status = waiting",
                        "callback_result = timed out",
                        "version = 4");
    }

    @Test
    void a_repeated_conclusion_recognises_itself_by_its_claim() {
        Write write = Notifying.again(new Task(sending()), CallbackResult.Unanswered.NOT_SENT, NOW);

        assertThat(write.doneBefore().holds(write.apply(sending()))).isTrue();
        assertThat(write.doneBefore().holds(sending())).isFalse();
        assertThat(write.doneBefore().holds(without(write.apply(sending()), Attribute.CLAIM_ID)))
                .isFalse();
    }

    @Test
    void sent_again_the_callback_begins_anew() {
        Item failed = task(CallbackStatus.FAILED);

        Write again = Notifying.sendAgain(new Task(failed), "author", NOW);

        assertThat(changes(again, failed))
                .containsExactly(
                        "claim_id = author",
                        "due_at = 1000600000",
                        "callback_status = due",
                        "callback_attempts = 0",
                        "version = 4");
        assertThat(((Write.Update) again).returned()).isEqualTo(Write.Returned.AFTER);
        assertThat(statuses(again.condition(), failed))
                .containsExactly(CallbackStatus.WAITING, CallbackStatus.DELIVERED, CallbackStatus.FAILED);
        assertThat(states(again.condition(), failed)).containsExactly(TaskState.FINISHED, TaskState.FAILED);
        assertThat(again.condition().holds(changed(failed, Change.set(Attribute.USER_ID, "mallory"))))
                .isFalse();
        assertThat(again.doneBefore().holds(again.apply(failed))).isTrue();
        assertThat(again.doneBefore().holds(changed(again.apply(failed), Change.set(Attribute.CLAIM_ID, "other"))))
                .isFalse();
        assertThat(again.doneBefore().holds(changed(again.apply(failed), Change.set(CallbackStatus.SENDING))))
                .isFalse();
    }
}
