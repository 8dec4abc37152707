package dev.darkroom.task;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The writes around a submit: the record before it, and upstream's answer after it. */
public final class Submitting {
    /** From the record until SubmitFunction has certainly ended: its time-out is 29 s. */
    static final Duration ENDED = Duration.ofSeconds(30);

    /**
     * A task to be recorded.
     *
     * @param request in canonical JSON, without the callback URL
     * @param credits what it costs when it finishes
     * @param resolution that is billed
     * @param author a fresh id of this submit
     */
    public record NewTask(
            TaskId id,
            UserId user,
            String model,
            String request,
            long credits,
            String resolution,
            @Nullable String callbackUrl,
            String author) {}

    private Submitting() {}

    /**
     * The record, before anything is sent upstream. {@code due_at} is the time of the first look. Webhooks and workers do not
     * change it.
     *
     * @param firstPoll from the record until the first look, but not before the submit has certainly ended, and not after its
     *     deadline
     * @param dailyLimit the user's credits of a UTC day; 0 for no limit
     */
    public static Write.Put record(
            NewTask task, Instant now, Duration firstPoll, Duration submitDeadline, long dailyLimit) {
        Budget budget = Budget.of(task.user(), now);
        Item.Builder item = Item.builder()
                .put(Attribute.TASK_ID, task.id().value())
                .put(Attribute.USER_ID, task.user().value())
                .put(Attribute.MODEL, task.model())
                .put(Attribute.REQUEST, task.request())
                .put(Attribute.CREDITS, task.credits())
                .put(Attribute.RESOLUTION, task.resolution())
                .put(Attribute.STATE, TaskState.SUBMITTING.text())
                .put(Attribute.CLAIM_ID, task.author())
                .put(Attribute.CREATED_AT, now.toEpochMilli())
                .put(Attribute.UPDATED_AT, now.toEpochMilli())
                .put(
                        Attribute.DUE_AT,
                        now.plus(firstLook(firstPoll, submitDeadline)).toEpochMilli())
                .put(Attribute.DUE_SHARD, Due.shard(task.id()))
                .put(Attribute.CALLBACK_URL, task.callbackUrl())
                .put(Attribute.VERSION, 1);
        if (dailyLimit > 0) {
            item.put(Attribute.BUDGET_DAY, budget.day().toString());
        }
        return new Write.Put(
                task.id(),
                item.build(),
                // An item past its retention counts as gone, even if the table has not removed it yet.
                Condition.any(
                        Condition.absent(Attribute.TASK_ID),
                        new Condition.AtMost(Attribute.EXPIRES_AT, now.getEpochSecond())),
                by(task.author()),
                dailyLimit > 0 ? new CreditHold(budget, task.credits(), dailyLimit) : null);
    }

    private static Duration firstLook(Duration firstPoll, Duration submitDeadline) {
        Duration look = firstPoll.compareTo(ENDED) < 0 ? ENDED : firstPoll;
        return look.compareTo(submitDeadline) < 0 ? look : submitDeadline;
    }

    /**
     * Records the id of a task that upstream accepted. The record already has the time of the first look, unless that comes
     * before a submit has certainly ended.
     */
    public static Write.Update accepted(Task recorded, UpstreamTaskId upstream, Instant now, Duration firstPoll) {
        List<Change> changes = new ArrayList<>(saidBySubmit(upstream, now));
        if (firstPoll.compareTo(ENDED) < 0) {
            changes.addAll(Due.at(recorded.id(), now.plus(firstPoll)));
        }
        changes.add(Change.set(TaskState.ACCEPTED));
        changes.add(Change.set(Attribute.UPDATED_AT, now.toEpochMilli()));
        return Write.Update.of(
                recorded.id(),
                Condition.all(Condition.is(TaskState.SUBMITTING), by(author(recorded))),
                Condition.all(
                        by(author(recorded)),
                        Condition.is(TaskState.ACCEPTED),
                        Condition.is(Attribute.UPSTREAM_TASK_ID, upstream.value())),
                changes);
    }

    /**
     * What is left to write if somebody changed the item before {@link #accepted}, given the item that refused it. The id from
     * the submit's own answer is certain: it replaces or confirms the id that a webhook brought, and makes the task due.
     */
    public static Optional<Write.Update> acceptedAfterAll(
            Item refusedBy, TaskId task, UpstreamTaskId upstream, Instant now) {
        Condition said = Condition.all(
                Condition.is(Attribute.UPSTREAM_TASK_ID, upstream.value()),
                Condition.is(Attribute.UPSTREAM_FROM, UpstreamSource.SUBMIT));
        if (!Condition.open().holds(refusedBy) || said.holds(refusedBy)) {
            return Optional.empty();
        }
        List<Change> changes = new ArrayList<>(Due.now(now));
        changes.addAll(saidBySubmit(upstream, now));
        changes.add(Change.remove(Attribute.REPORT));
        return Optional.of(Write.Update.of(task, Condition.open(), said, changes));
    }

    private static List<Change> saidBySubmit(UpstreamTaskId upstream, Instant now) {
        return List.of(
                Change.set(Attribute.UPSTREAM_TASK_ID, upstream.value()),
                Change.set(Attribute.UPSTREAM_FROM, UpstreamSource.SUBMIT),
                Change.set(Attribute.UPSTREAM_AT, now.toEpochMilli()));
    }

    /**
     * Upstream certainly refused the task: the write removes the record and gives the credits back, and the idempotency key is
     * free again.
     */
    public static Write.Delete refused(Task recorded) {
        return new Write.Delete(
                recorded.id(),
                Condition.all(Condition.is(TaskState.SUBMITTING), by(author(recorded))),
                // Only its author removes a record. So a record that is gone was removed by this write.
                Condition.absent(Attribute.TASK_ID),
                CreditReturn.of(recorded));
    }

    private static String author(Task recorded) {
        return Optional.ofNullable(recorded.claimId()).orElseThrow();
    }

    private static Condition by(String author) {
        return Condition.is(Attribute.CLAIM_ID, author);
    }
}
