package dev.darkroom.testing;

import dev.darkroom.apidot.HandClock;
import dev.darkroom.task.Attribute;
import dev.darkroom.task.OperatorsWrites;
import dev.darkroom.task.Progress;
import dev.darkroom.task.Report;
import dev.darkroom.task.Settling;
import dev.darkroom.task.StoredImage;
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
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Brings tasks into the states that tests need, through the product's own writes. */
public record NewTasks(TaskStore store) {
    /** The start time of the clocks in these tests. */
    public static final Instant BEGIN = HandClock.BEGIN;

    public static final UserId ALICE = new UserId("alice");
    public static final UpstreamTaskId UPSTREAM = new UpstreamTaskId("task-unified-1757165031-uyujaw3d");
    public static final Duration SUBMIT_DEADLINE = Duration.ofMinutes(15);
    public static final Duration FIRST_POLL = Duration.ofMinutes(1);
    public static final Duration RETENTION = Duration.ofDays(37);
    public static final String PROMPT = "A lighthouse nobody may read about";

    public static TaskId freshId() {
        return new TaskId("task-" + UUID.randomUUID().toString().replace("-", ""));
    }

    public static Submitting.NewTask described(TaskId id, UserId user, @Nullable String callbackUrl) {
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
    public Task submitting(Instant now, @Nullable String callbackUrl) {
        return submitting(freshId(), now, callbackUrl);
    }

    private Task submitting(TaskId id, Instant now, @Nullable String callbackUrl) {
        return done(Submitting.record(described(id, ALICE, callbackUrl), now, FIRST_POLL, SUBMIT_DEADLINE, false));
    }

    public Task accepted(Instant now) {
        return accepted(now, null);
    }

    public Task accepted(Instant now, @Nullable String callbackUrl) {
        return accepted(submitting(now, callbackUrl), now);
    }

    public Task accepted(TaskId id, Instant now) {
        return accepted(submitting(id, now, null), now);
    }

    private Task accepted(Task submitting, Instant now) {
        return done(Submitting.accepted(submitting, UPSTREAM, now, FIRST_POLL));
    }

    /** A webhook reported that upstream is running, before our own write of the upstream id. */
    public Task noted(Instant now) {
        TaskId id = submitting(now, null).id();
        return done(new Report.NotEnded(UPSTREAM, new Progress(UpstreamStatus.RUNNING, null)).write(id, now));
    }

    /** Makes the task due as the sweep does, without a webhook. */
    public Task woken(Task task, Instant now) {
        return done(OperatorsWrites.wake(task, now));
    }

    public Task reported(Task task, Instant now) {
        return done(new Report.Ended(UPSTREAM, "{}").write(task.id(), now));
    }

    public Task settling(Task due, Instant now) {
        return done(Settling.claim(due.id(), UUID.randomUUID().toString(), now));
    }

    /** Looked at without a webhook, and finished with these files. */
    public Task finished(Task accepted, List<StoredImage> files, Instant now) {
        return done(Settling.finished(settling(woken(accepted, now), now), files, now, RETENTION));
    }

    /** Finished with one file just now, with a callback to send. */
    public Task finished(Instant now, String callbackUrl) {
        Task accepted = accepted(now, callbackUrl);
        String key = "images/YWxpY2U/" + accepted.id().value() + "/0.png";
        return finished(accepted, List.of(new StoredImage(key, "image/png", 7, "00".repeat(32), 1024, 1024)), now);
    }

    /** Makes the write and returns the resulting task. */
    public Task done(Write write) {
        write(write);
        return read(write.task());
    }

    public void write(Write write) {
        if (!(store.write(write) instanceof Written.Applied)) {
            throw new IllegalStateException("refused: " + write.getClass());
        }
    }

    public Task read(TaskId id) {
        return store.read(id).orElseThrow();
    }

    public static long version(Task task) {
        Long version = task.item().number(Attribute.VERSION);
        return version == null ? 0 : version;
    }
}
