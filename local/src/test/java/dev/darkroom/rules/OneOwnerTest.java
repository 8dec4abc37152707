package dev.darkroom.rules;

import static org.assertj.core.api.Assertions.assertThat;

import dev.darkroom.apidot.CallbackSignature;
import dev.darkroom.callback.CallbackHandler;
import dev.darkroom.config.Environment;
import dev.darkroom.log.Metric;
import dev.darkroom.media.TestImages;
import dev.darkroom.task.Attribute;
import dev.darkroom.task.ErrorType;
import dev.darkroom.task.Ownership;
import dev.darkroom.task.Progress;
import dev.darkroom.task.Report;
import dev.darkroom.task.Settling;
import dev.darkroom.task.Submitting;
import dev.darkroom.task.Task;
import dev.darkroom.task.TaskId;
import dev.darkroom.task.TaskState;
import dev.darkroom.task.UpstreamStatus;
import dev.darkroom.task.UpstreamTaskId;
import dev.darkroom.task.Write;
import dev.darkroom.testing.HttpEvent;
import dev.darkroom.testing.NewTasks;
import dev.darkroom.testing.Stores;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** Two tasks that claim the same upstream task: a leaked webhook address must not fetch another user's picture. */
class OneOwnerTest {
    private static final Environment KEYS = new Environment(Map.of(CallbackSignature.KEYS, "a key"));
    private static final CallbackSignature SIGNATURE = CallbackSignature.of(KEYS);
    private static final UpstreamTaskId OTHER = new UpstreamTaskId("task-unified-other");
    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Stores STORES = new Stores();

    @AutoClose
    private SettleBench bench;

    @BeforeEach
    void open() throws IOException {
        bench = new SettleBench(STORES);
        bench.host.on("/0.png", SettleBench.answer(200, "image/png", TestImages.png(10, 10)));
        bench.finishedWith(bench.host.url("/0.png"));
        STORES.emptyTable();
    }

    private Instant now() {
        return bench.clock.instant();
    }

    /** Sends a webhook to the task's address that reports this upstream task as finished. */
    private HttpEvent.Answer webhook(Task task, UpstreamTaskId upstream) {
        return deliver(task, "{\"task_id\":\"" + upstream.value() + "\",\"status\":\"finished\"}");
    }

    private HttpEvent.Answer deliver(Task task, String body) {
        return HttpEvent.callback(Map.of("task_id", task.id().value(), "signature", SIGNATURE.of(task.id())), body)
                .through(new CallbackHandler(KEYS, STORES.counted, bench.clock, bench.lines.log()));
    }

    private Task stolen(Task task) {
        assertThat(webhook(task, NewTasks.UPSTREAM).status()).isEqualTo(200);
        return bench.settle(task.id());
    }

    private void assertIsDropped(Task task) {
        assertThat(task.state()).isEqualTo(TaskState.SUBMITTING);
        assertThat(task.upstreamTaskId()).isNull();
        assertThat(task.item().get(Attribute.UPSTREAM_FROM)).isNull();
        assertThat(task.item().get(Attribute.UPSTREAM_AT)).isNull();
        assertThat(task.item().get(Attribute.REPORT)).isNull();
        assertThat(task.dueAt()).isAfter(now());
        assertThat(bench.lines.has("ERROR", "ownership_violation")).isTrue();
        assertThat(bench.lines.metrics()).containsEntry(Metric.OWNERSHIP_VIOLATIONS, List.of(1L));
        bench.lines.forget();
    }

    @Test
    void a_webhook_that_names_the_task_of_another_submit_is_dropped_without_a_look_upstream() {
        Task owner = bench.tasks.accepted(now());
        Task other = bench.tasks.submitting(now(), null);

        assertIsDropped(stolen(other));

        assertThat(bench.host.connections()).isZero();
        bench.tasks.reported(owner, now());
        assertThat(bench.settle(owner.id()).state()).isEqualTo(TaskState.FINISHED);
        bench.clock.move(Ownership.HELD_BACK);
        assertIsDropped(stolen(bench.tasks.read(other.id())));
    }

    @Test
    void nor_can_it_be_quicker_than_the_submit_whose_task_it_names() {
        Task owner = bench.tasks.submitting(now(), null);
        Task other = bench.tasks.submitting(now(), null);

        Task held = stolen(other);
        assertThat(held.state()).isEqualTo(TaskState.ACCEPTED);
        assertThat(held.dueAt()).isEqualTo(now().plus(Ownership.HELD_BACK));
        assertThat(bench.host.connections()).isZero();

        // The last moment at which the owner's own submit can still write.
        bench.clock.move(Ownership.HELD_BACK.minus(SECOND));
        bench.tasks.done(Submitting.accepted(owner, NewTasks.UPSTREAM, now(), NewTasks.FIRST_POLL));
        assertIsDropped(bench.look(other.id()));
        assertThat(bench.look(owner.id()).state()).isEqualTo(TaskState.FINISHED);
    }

    @Test
    void a_lost_answer_is_made_up_for_by_its_webhook_when_every_submit_has_ended() {
        Task task = bench.tasks.submitting(now(), null);

        assertThat(stolen(task).state()).isEqualTo(TaskState.ACCEPTED);
        Task settled = bench.look(task.id());

        assertThat(settled.state()).isEqualTo(TaskState.FINISHED);
        assertThat(Duration.between(task.createdAt(), now())).isEqualTo(Ownership.HELD_BACK);
    }

    @Test
    void a_webhook_that_overtakes_its_own_submits_answer_is_not_held_back_after_that() {
        Task recorded = bench.tasks.submitting(now(), null);
        Task held = stolen(recorded);
        Write late = Submitting.accepted(recorded, NewTasks.UPSTREAM, now(), NewTasks.FIRST_POLL);

        assertThat(late.condition().holds(held.item())).isFalse();
        Task confirmed = bench.tasks.done(Submitting.acceptedAfterAll(held.item(), held.id(), NewTasks.UPSTREAM, now())
                .orElseThrow());

        assertThat(confirmed.state()).isEqualTo(TaskState.DUE);
        assertThat(bench.settle(held.id()).state()).isEqualTo(TaskState.FINISHED);
        assertThat(Submitting.acceptedAfterAll(bench.tasks.read(held.id()).item(), held.id(), NewTasks.UPSTREAM, now()))
                .isEmpty();
    }

    @Test
    void of_two_that_only_webhooks_named_the_earlier_one_has_it() {
        Task first = bench.tasks.submitting(now(), null);
        Task second = bench.tasks.submitting(now(), null);
        stolen(first);
        bench.clock.move(Duration.ofMillis(1));
        // The first task's own submit may still prove that it has another upstream id.
        assertThat(stolen(second).dueAt()).isEqualTo(now().plus(Ownership.HELD_BACK));

        assertIsDropped(bench.look(second.id()));
        assertThat(bench.lookNow(first.id()).state()).isEqualTo(TaskState.FINISHED);
        assertIsDropped(stolen(bench.tasks.read(second.id())));
    }

    @Test
    void of_two_tasks_named_in_one_millisecond_the_smaller_id_owns() {
        Task one = bench.tasks.submitting(now(), null);
        Task two = bench.tasks.submitting(now(), null);
        boolean inOrder = one.id().value().compareTo(two.id().value()) < 0;
        Task smaller = inOrder ? one : two;
        Task larger = inOrder ? two : one;
        stolen(larger);
        stolen(smaller);

        assertIsDropped(bench.look(larger.id()));
        assertThat(bench.lookNow(smaller.id()).state()).isEqualTo(TaskState.FINISHED);
    }

    @Test
    void upstream_task_of_an_ended_task_goes_to_no_other() {
        Task ended = bench.tasks.submitting(now(), null);
        stolen(ended);
        assertThat(bench.look(ended.id()).state()).isEqualTo(TaskState.FINISHED);
        Task later = bench.tasks.submitting(now(), null);

        assertIsDropped(stolen(later));
    }

    @Test
    void an_item_that_is_left_of_a_deleted_task_still_holds_its_upstream_task() {
        TaskId tombstone = NewTasks.freshId();
        STORES.dynamoDb.putItem(request -> request.tableName(STORES.name())
                .item(Map.of(
                        "task_id", AttributeValue.fromS(tombstone.value()),
                        "state", AttributeValue.fromS("deleted"),
                        "upstream_task_id", AttributeValue.fromS(NewTasks.UPSTREAM.value()))));

        assertIsDropped(stolen(bench.tasks.submitting(now(), null)));
    }

    @Test
    void webhook_that_contradicts_an_earlier_one_must_come_again_and_is_then_news() {
        bench.tasks.accepted(now());
        Task lost = bench.tasks.submitting(now(), null);
        assertThat(webhook(lost, NewTasks.UPSTREAM).status()).isEqualTo(200);
        bench.lines.forget();

        HttpEvent.Answer refused = webhook(lost, OTHER);
        assertThat(refused.status()).isEqualTo(503);
        assertThat(refused.headers()).containsEntry("retry-after", "60");
        assertThat(bench.lines.has("ERROR", "ownership_violation")).isTrue();
        assertThat(bench.lines.metrics()).containsEntry(Metric.OWNERSHIP_VIOLATIONS, List.of(1L));

        bench.lines.forget();
        assertIsDropped(bench.settle(lost.id()));
        assertThat(webhook(lost, OTHER).status()).isEqualTo(200);
        assertThat(bench.tasks.read(lost.id()).upstreamTaskId()).isEqualTo(OTHER);
    }

    @Test
    void webhook_that_contradicts_the_submits_answer_is_refused_even_for_an_ended_task() {
        Task certain = bench.tasks.accepted(now());
        assertThat(webhook(certain, OTHER).status()).isEqualTo(403);
        // A webhook about the end does not make the id from the submit's answer less certain.
        bench.tasks.reported(certain, now());
        assertThat(webhook(certain, OTHER).status()).isEqualTo(403);
        bench.settle(certain.id());
        Task ended = bench.tasks.submitting(now(), null);
        bench.tasks.done(new Report.Ended(OTHER, "{}").write(ended.id(), now()));
        bench.tasks.done(Settling.failed(
                bench.tasks.settling(bench.tasks.read(ended.id()), now()),
                ErrorType.UPSTREAM_FAILED,
                "no",
                now(),
                NewTasks.RETENTION));

        assertThat(webhook(ended, NewTasks.UPSTREAM).status()).isEqualTo(403);
    }

    @Test
    void progress_of_an_upstream_task_that_was_not_its_own_does_not_keep_a_task_from_its_own() {
        bench.tasks.accepted(now());
        Task dropped = bench.tasks.submitting(now(), null);
        progress(dropped, NewTasks.UPSTREAM, 90);
        assertIsDropped(stolen(dropped));
        Task doubted = bench.tasks.submitting(now(), null);
        progress(doubted, OTHER, 90);
        doubted(doubted);

        assertIsNoted(dropped, OTHER);
        assertIsNoted(doubted, new UpstreamTaskId("task-unified-own"));
    }

    private void assertIsNoted(Task task, UpstreamTaskId own) {
        progress(task, own, 10);

        Task noted = bench.tasks.read(task.id());
        assertThat(noted.upstreamTaskId()).isEqualTo(own);
        assertThat(noted.item().text(Attribute.UPSTREAM_FROM)).isEqualTo("webhook");
        // What a client sees never goes back.
        assertThat(noted.progress()).isEqualTo(90);
    }

    private void progress(Task task, UpstreamTaskId upstream, int percent) {
        HttpEvent.Answer answer = deliver(
                task, "{\"task_id\":\"" + upstream.value() + "\",\"status\":\"running\",\"progress\":" + percent + "}");
        assertThat(answer.body()).isEqualTo("{\"ok\":true}");
    }

    /** Sends a webhook with an id that upstream does not know, and lets a worker look at it. */
    private Task doubted(Task task) {
        bench.host.on("/api/generate/status/" + OTHER.value(), SettleBench.answer(404, "text/plain", new byte[0]));
        assertThat(webhook(task, OTHER).status()).isEqualTo(200);
        bench.settle(task.id());
        return bench.look(task.id());
    }

    @Test
    void an_id_that_upstream_does_not_know_gives_way_to_the_next_webhook() {
        Task doubted = doubted(bench.tasks.submitting(now(), null));
        assertThat(doubted.state()).isEqualTo(TaskState.ACCEPTED);
        assertThat(doubted.upstreamTaskId()).isEqualTo(OTHER);

        assertThat(stolen(doubted).state()).isEqualTo(TaskState.ACCEPTED);
        assertThat(webhook(doubted, OTHER).status()).isEqualTo(503);

        assertThat(bench.look(doubted.id()).state()).isEqualTo(TaskState.FINISHED);
    }

    @Test
    void so_does_it_to_a_webhook_that_says_the_task_goes_on() {
        Task doubted = doubted(bench.tasks.submitting(now(), null));

        Task noted = bench.tasks.done(new Report.NotEnded(NewTasks.UPSTREAM, new Progress(UpstreamStatus.RUNNING, 10))
                .write(doubted.id(), now()));

        assertThat(noted.upstreamTaskId()).isEqualTo(NewTasks.UPSTREAM);
        assertThat(noted.item().text(Attribute.UPSTREAM_FROM)).isEqualTo("webhook");
        bench.clock.move(Ownership.HELD_BACK);
        assertThat(bench.lookNow(doubted.id()).state()).isEqualTo(TaskState.FINISHED);
    }

    @Test
    void an_id_that_upstream_does_not_know_yet_is_looked_for_again() {
        Task doubted = doubted(bench.tasks.submitting(now(), null));
        bench.host.on(
                "/api/generate/status/" + OTHER.value(),
                SettleBench.answer(
                        200,
                        "application/json",
                        SettleBench.statusBody(
                                        "finished", ",\"files\":[{\"file_url\":\"" + bench.host.url("/0.png") + "\"}]")
                                .replace(NewTasks.UPSTREAM.value(), OTHER.value())
                                .getBytes(StandardCharsets.UTF_8)));

        assertThat(bench.look(doubted.id()).state()).isEqualTo(TaskState.FINISHED);
    }

    @Test
    void an_id_that_upstream_does_not_know_has_no_better_claim_than_a_webhook_after_it() {
        Task doubted = doubted(bench.tasks.submitting(now(), null));
        Task owner = bench.tasks.submitting(now(), null);
        bench.tasks.done(new Report.Ended(OTHER, "{}").write(owner.id(), now()));

        assertThat(Ownership.of(
                        bench.tasks.read(owner.id()), STORES.own.holders(OTHER), now().plus(Ownership.HELD_BACK)))
                .isEqualTo(new Ownership.Owner());
        assertThat(Ownership.of(doubted, STORES.own.holders(OTHER), now())).isEqualTo(new Ownership.Taken());
    }

    @Test
    void an_id_that_upstream_has_not_known_for_an_hour_is_as_none() {
        Task doubted = doubted(bench.tasks.submitting(now(), null));
        Instant believed = doubted.createdAt().plus(Duration.ofHours(1));
        bench.clock.moveTo(believed.minusMillis(1));
        assertThat(bench.lookNow(doubted.id()).state()).isEqualTo(TaskState.ACCEPTED);

        bench.clock.moveTo(believed);
        Task failed = bench.lookNow(doubted.id());

        assertThat(failed.state()).isEqualTo(TaskState.FAILED);
        assertThat(failed.item().text(Attribute.ERROR_TYPE)).isEqualTo(ErrorType.SUBMIT_UNCONFIRMED.text());
        assertThat(failed.upstreamTaskId()).isNull();
        bench.lines.forget();
        assertThat(webhook(failed, NewTasks.UPSTREAM).status()).isEqualTo(200);
        assertThat(bench.lines.has("ERROR", "callback_after_submit_deadline")).isTrue();
    }

    @Test
    void a_forged_id_does_not_keep_a_task_from_its_end_nor_an_owner_from_the_id() {
        Task owner = bench.tasks.accepted(now());
        Task other = bench.tasks.submitting(now(), null);
        bench.clock.moveTo(other.createdAt().plus(SettleBench.SETTLE_DEADLINE));

        Task failed = stolen(other);

        assertThat(failed.state()).isEqualTo(TaskState.FAILED);
        assertThat(failed.item().text(Attribute.ERROR_TYPE)).isEqualTo(ErrorType.SUBMIT_UNCONFIRMED.text());
        assertThat(failed.upstreamTaskId()).isNull();
        assertThat(STORES.own.holders(NewTasks.UPSTREAM)).extracting(Task::id).containsExactly(owner.id());
    }

    @Test
    void a_progress_note_that_brings_the_id_while_a_worker_looks_makes_that_worker_look_again() {
        Task task = bench.tasks.submitting(now(), null);
        Task held = bench.tasks.settling(bench.tasks.woken(task, now()), now());
        Task noted = bench.tasks.done(new Report.NotEnded(NewTasks.UPSTREAM, new Progress(UpstreamStatus.RUNNING, 10))
                .write(task.id(), now()));

        Write found = Settling.later(held, Settling.Why.NOT_ENDED, now(), now());
        assertThat(found.condition().holds(noted.item())).isFalse();
        assertThat(Settling.stillHeld(held, noted.item())).contains(noted);
    }
}
