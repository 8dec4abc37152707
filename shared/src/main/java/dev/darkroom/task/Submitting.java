package dev.darkroom.task;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
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
     * @param isCounted whether the task takes its credits from its user's budget of the day
     */
    public static Write.Update record(
            NewTask task, Instant now, Duration firstPoll, Duration submitDeadline, boolean isCounted) {
        CreditChange credits = isCounted ? new CreditChange(Budget.of(task.user(), now), task.credits()) : null;
        List<Change> changes = new ArrayList<>(Due.at(task.id(), now.plus(firstLook(firstPoll, submitDeadline))));
        changes.addAll(List.of(
                Change.set(Attribute.USER_ID, task.user().value()),
                Change.set(Attribute.MODEL, task.model()),
                Change.set(Attribute.REQUEST, task.request()),
                Change.set(Attribute.CREDITS, task.credits()),
                Change.set(Attribute.RESOLUTION, task.resolution()),
                Change.set(TaskState.SUBMITTING),
                Change.set(Attribute.CLAIM_ID, task.author()),
                Change.set(Attribute.CREATED_AT, now.toEpochMilli()),
                Change.set(Attribute.UPDATED_AT, now.toEpochMilli()),
                Change.set(Attribute.VERSION, 1)));
        if (task.callbackUrl() != null) {
            changes.add(Change.set(Attribute.CALLBACK_URL, task.callbackUrl()));
        }
        if (credits != null) {
            changes.add(Change.set(Attribute.BUDGET_DAY, credits.budget().day().toString()));
        }
        // An item past its retention counts as gone, even if the table has not removed it yet. No attribute of ours
        // stays.
        Set<Attribute> kept = EnumSet.of(Attribute.TASK_ID);
        changes.forEach(change -> kept.add(change.attribute()));
        changes.addAll(Change.removeAllBut(kept));
        return new Write.Update(
                task.id(),
                Condition.any(
                        Condition.absent(Attribute.TASK_ID),
                        new Condition.AtMost(Attribute.EXPIRES_AT, now.getEpochSecond())),
                by(task.author()),
                changes,
                Write.Returned.NONE,
                credits);
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
                CreditChange.giveBack(recorded));
    }

    private static String author(Task recorded) {
        return Optional.ofNullable(recorded.claimId()).orElseThrow();
    }

    private static Condition by(String author) {
        return Condition.is(Attribute.CLAIM_ID, author);
    }
}
