package dev.darkroom.functions;

import dev.darkroom.task.Attribute;
import dev.darkroom.task.OperatorsWrites;
import dev.darkroom.task.Progress;
import dev.darkroom.task.Report;
import dev.darkroom.task.Settling;
import dev.darkroom.task.Submitting;
import dev.darkroom.task.Task;
import dev.darkroom.task.TaskId;
import dev.darkroom.task.TaskStore;
import dev.darkroom.task.UpstreamStatus;
import dev.darkroom.task.UpstreamTaskId;
import dev.darkroom.task.UserId;
import dev.darkroom.task.Write;
import dev.darkroom.task.Written;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Brings tasks into the states that tests need, through the product's own writes. */
record NewTasks(TaskStore store) {
    /** The start time of the clocks in these tests. */
    static final Instant BEGIN = Instant.parse("2026-11-22T13:00:00Z");

    static final UserId ALICE = new UserId("alice");
    static final UpstreamTaskId UPSTREAM = new UpstreamTaskId("task-unified-1757165031-uyujaw3d");
    static final Duration SUBMIT_DEADLINE = Duration.ofMinutes(15);
    static final Duration FIRST_POLL = Duration.ofMinutes(1);
    static final Duration RETENTION = Duration.ofDays(37);
    static final String PROMPT = "A lighthouse nobody may read about";

    static TaskId freshId() {
        return new TaskId("task-" + UUID.randomUUID().toString().replace("-", ""));
    }

    static Submitting.NewTask described(TaskId id, UserId user, @Nullable String callbackUrl) {
        return new Submitting.NewTask(
                id,
                user,
                "gpt-image-2",
                "{\"model\":\"gpt-image-2\",\"input\":{\"prompt\":\"" + PROMPT + "\"}}",
                1,
                "1K",
                callbackUrl,
                UUID.randomUUID().toString());
    }

    /** Recorded, with no upstream id yet. */
    Task submitting(Instant now, @Nullable String callbackUrl) {
        return submitting(freshId(), now, callbackUrl);
    }

    private Task submitting(TaskId id, Instant now, @Nullable String callbackUrl) {
        return done(Submitting.record(described(id, ALICE, callbackUrl), now, FIRST_POLL, SUBMIT_DEADLINE, false));
    }

    Task accepted(Instant now) {
        return accepted(now, null);
    }

    Task accepted(Instant now, @Nullable String callbackUrl) {
        return accepted(submitting(now, callbackUrl), now);
    }

    Task accepted(TaskId id, Instant now) {
        return accepted(submitting(id, now, null), now);
    }

    private Task accepted(Task submitting, Instant now) {
        return done(Submitting.accepted(submitting, UPSTREAM, now, FIRST_POLL));
    }

    /** A webhook reported that upstream is running, before our own write of the upstream id. */
    Task noted(Instant now) {
        TaskId id = submitting(now, null).id();
        return done(new Report.NotEnded(UPSTREAM, new Progress(UpstreamStatus.RUNNING, null)).write(id, now));
    }

    /** Makes the task due as the sweep does, without a webhook. */
    Task woken(Task task, Instant now) {
        return done(OperatorsWrites.wake(task, now));
    }

    Task reported(Task task, Instant now) {
        return done(new Report.Ended(UPSTREAM, "{}").write(task.id(), now));
    }

    Task settling(Task due, Instant now) {
        return done(Settling.claim(due.id(), UUID.randomUUID().toString(), now));
    }

    /** Makes the write and returns the resulting task. */
    Task done(Write write) {
        write(write);
        return read(write.task());
    }

    void write(Write write) {
        if (!(store.write(write) instanceof Written.Applied)) {
            throw new IllegalStateException("refused: " + write.getClass());
        }
    }

    Task read(TaskId id) {
        return store.read(id).orElseThrow();
    }

    static long version(Task task) {
        Long version = task.item().number(Attribute.VERSION);
        return version == null ? 0 : version;
    }
}
