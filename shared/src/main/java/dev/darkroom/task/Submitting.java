package dev.darkroom.task;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The writes around a submit: the record before it, what upstream answered after it. */
public final class Submitting {

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
     * The record, before anything is sent upstream. It is due at the submit deadline, so that a crash right after it is found.
     *
     * @param dailyLimit the user's credits of a UTC day; 0 for no limit
     */
    public static Write.Put record(NewTask task, Instant now, Duration submitDeadline, long dailyLimit) {
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
                .put(Attribute.DUE_AT, now.plus(submitDeadline).toEpochMilli())
                .put(Attribute.DUE_SHARD, Due.shard(task.id()))
                .put(Attribute.CALLBACK_URL, task.callbackUrl())
                .put(Attribute.VERSION, 1);
        if (dailyLimit > 0) {
            item.put(Attribute.BUDGET_DAY, budget.day().toString());
        }
        return new Write.Put(
                task.id(),
                item.build(),
                // An item past its retention is gone, whether or not the table has removed it yet.
                Condition.any(
                        Condition.absent(Attribute.TASK_ID),
                        new Condition.AtMost(Attribute.EXPIRES_AT, now.getEpochSecond())),
                by(task.author()),
                dailyLimit > 0
                        ? Optional.of(new BudgetMove.Hold(budget, task.credits(), dailyLimit))
                        : Optional.empty());
    }

    /** Upstream took the task: its id, and the first look. */
    public static Write accepted(Task recorded, UpstreamTaskId upstream, Instant now, Duration firstPoll) {
        List<Change> changes = new ArrayList<>(Due.at(recorded.id(), now.plus(firstPoll)));
        changes.add(Change.set(TaskState.ACCEPTED));
        changes.add(Change.set(Attribute.UPSTREAM_TASK_ID, upstream.value()));
        changes.add(Change.set(Attribute.UPDATED_AT, now.toEpochMilli()));
        changes.add(Change.increment(Attribute.VERSION));
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
     * The same where somebody was quicker than {@link #accepted}: what is left to write, given the item that refused it. The id of the
     * submit's own answer is the authority: it replaces one that a webhook brought, and what was found under that is looked up again.
     */
    public static Optional<Write> acceptedAfterAll(Item refusedBy, TaskId task, UpstreamTaskId upstream, Instant now) {
        if (!Condition.open().holds(refusedBy)
                || Condition.is(Attribute.UPSTREAM_TASK_ID, upstream.value()).holds(refusedBy)) {
            return Optional.empty();
        }
        List<Change> changes = new ArrayList<>(Due.now(task, now));
        changes.add(Change.set(Attribute.UPSTREAM_TASK_ID, upstream.value()));
        changes.add(Change.remove(Attribute.REPORT));
        Condition done = Condition.is(Attribute.UPSTREAM_TASK_ID, upstream.value());
        return Optional.of(Write.Update.of(task, Condition.open(), done, changes));
    }

    /** Upstream certainly refused: no task is left, the budget and the idempotency key are free again. */
    public static Write refused(Task recorded) {
        return new Write.Delete(
                recorded.id(),
                Condition.all(Condition.is(TaskState.SUBMITTING), by(author(recorded))),
                // Only its author removes a record, so one that is gone was removed by this write.
                Condition.absent(Attribute.TASK_ID),
                BudgetMove.giveBack(recorded));
    }

    private static String author(Task recorded) {
        return Optional.ofNullable(recorded.claimId()).orElseThrow();
    }

    private static Condition by(String author) {
        return Condition.is(Attribute.CLAIM_ID, author);
    }
}
