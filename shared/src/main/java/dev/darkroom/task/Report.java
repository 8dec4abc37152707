package dev.darkroom.task;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a webhook says about a task, and the one conditional write that it causes. A webhook proves nothing: it only makes
 * somebody look. The write's condition checks the owner and whether this is news. So any number of deliveries at once have one
 * effect.
 */
public sealed interface Report {

    /**
     * It names this upstream task and says that it ended.
     *
     * @param event the webhook's body, as much of it as is kept
     */
    record Ended(UpstreamTaskId upstream, String event) implements Report {}

    /** It names this upstream task and says that it has not ended. */
    record NotEnded(UpstreamTaskId upstream, Progress progress) implements Report {}

    /**
     * It cannot be read, or names no upstream task. With a good signature it counts as the end of the recorded upstream task.
     *
     * @param event the webhook's body, as much of it as is kept
     */
    record Unreadable(String event) implements Report {}

    /** What a delivery turned out to be. */
    enum Outcome {
        /** It made the task due. */
        NEWS,
        /** The task goes on; at most its progress was noted. */
        NOTED,
        DUPLICATE,
        /** It names another upstream task than the recorded one. */
        VIOLATION,
        /** The same, but only a webhook named the recorded one. Either may be wrong, and a later delivery may be news. */
        DISPUTED,
        /** The task was given up because nobody had confirmed its submit in time; it may have been paid for. */
        TOO_LATE,
        /** There is no such task any more, or the webhook and the item name no upstream task. */
        IGNORED
    }

    /** The write that this report asks for. */
    default Write.Update write(TaskId task, Instant now) {
        return switch (this) {
            case Ended ended -> {
                List<Change> changes = news(ended.event(), now);
                changes.addAll(named(ended.upstream(), now));
                yield update(task, Condition.all(isNews(), names(ended.upstream())), changes);
            }
            case Unreadable unreadable ->
                update(
                        task,
                        Condition.all(isNews(), Condition.present(Attribute.UPSTREAM_TASK_ID)),
                        news(unreadable.event(), now));
            case NotEnded notEnded -> note(notEnded, task, now);
        };
    }

    /**
     * What is left to note, given the item that refused this report: the upstream task, if more progress is known of one that
     * was not this task's. That progress stays, because what a client sees never goes back.
     */
    default Optional<Report> afterAll(Item refusedBy) {
        return this instanceof NotEnded(UpstreamTaskId upstream, Progress(UpstreamStatus status, Integer _))
                        && Condition.all(isNews(), Condition.absent(Attribute.UPSTREAM_FROM))
                                .holds(refusedBy)
                ? Optional.of(new NotEnded(upstream, new Progress(status, null)))
                : Optional.empty();
    }

    /** What the delivery was, if its write was done. */
    default Outcome applied() {
        return this instanceof NotEnded ? Outcome.NOTED : Outcome.NEWS;
    }

    /** What the delivery was, given the item that refused its write. */
    default Outcome refusedBy(Item item, Instant now) {
        if (!item.exists() || Task.isExpired(item, now)) {
            return Outcome.IGNORED;
        }
        if (Condition.is(Attribute.ERROR_TYPE, ErrorType.SUBMIT_UNCONFIRMED).holds(item)) {
            return Outcome.TOO_LATE;
        }
        String recorded = item.text(Attribute.UPSTREAM_TASK_ID);
        if (recorded == null) {
            return this instanceof Unreadable ? Outcome.IGNORED : Outcome.DUPLICATE;
        }
        return switch (this) {
            case Ended(UpstreamTaskId upstream, String _) ->
                recorded.equals(upstream.value()) ? Outcome.DUPLICATE : violation(item);
            case NotEnded notEnded -> recorded.equals(notEnded.upstream().value()) ? Outcome.NOTED : violation(item);
            case Unreadable _ -> Outcome.DUPLICATE;
        };
    }

    private static Outcome violation(Item item) {
        return Condition.open().holds(item) && !Ownership.isCertain(new Task(item))
                ? Outcome.DISPUTED
                : Outcome.VIOLATION;
    }

    private static Write.Update update(TaskId task, Condition condition, List<Change> changes) {
        return Write.Update.of(task, condition, Condition.never(), changes);
    }

    private static Condition isNews() {
        return Condition.all(Condition.open(), Condition.absent(Attribute.REPORT));
    }

    /** Without {@code upstream_from} no id is recorded, or upstream did not know the recorded one. */
    private static Condition names(UpstreamTaskId upstream) {
        return Condition.any(
                Condition.absent(Attribute.UPSTREAM_FROM), Condition.is(Attribute.UPSTREAM_TASK_ID, upstream.value()));
    }

    /** Records the upstream task that a webhook names. If it is recorded already, its source stays. */
    private static List<Change> named(UpstreamTaskId upstream, Instant now) {
        return List.of(
                Change.set(Attribute.UPSTREAM_TASK_ID, upstream.value()),
                Change.setIfAbsent(Attribute.UPSTREAM_FROM, UpstreamSource.WEBHOOK.text()),
                Change.setIfAbsent(Attribute.UPSTREAM_AT, now.toEpochMilli()));
    }

    private static List<Change> news(String event, Instant now) {
        List<Change> changes = new ArrayList<>(Due.now(now));
        changes.add(Change.set(Attribute.REPORT, event));
        // Only an authenticated status read tells how it ended. Until then the client sees it running.
        changes.add(Change.set(Attribute.UPSTREAM_STATUS, UpstreamStatus.RUNNING));
        return changes;
    }

    /**
     * Notes the progress of an upstream task. It also records the id if none is recorded: if our own write of it was lost, the
     * look at the submit deadline can use it. It notes nothing if an end is reported or more progress is known.
     */
    private static Write.Update note(NotEnded report, TaskId task, Instant now) {
        List<Condition> conditions = new ArrayList<>(List.of(isNews(), names(report.upstream())));
        List<Change> changes = new ArrayList<>(named(report.upstream(), now));
        changes.add(Change.set(Attribute.UPDATED_AT, now.toEpochMilli()));
        if (report.progress().status() == UpstreamStatus.RUNNING) {
            changes.add(Change.set(Attribute.UPSTREAM_STATUS, UpstreamStatus.RUNNING));
        }
        Integer percent = report.progress().percent();
        if (percent != null) {
            conditions.add(Condition.any(
                    Condition.absent(Attribute.PROGRESS), new Condition.AtMost(Attribute.PROGRESS, percent)));
            changes.add(Change.set(Attribute.PROGRESS, percent));
        }
        return update(task, new Condition.All(conditions), changes);
    }
}
