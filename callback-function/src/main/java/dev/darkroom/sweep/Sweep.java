package dev.darkroom.sweep;

import dev.darkroom.log.Log;
import dev.darkroom.log.Metric;
import dev.darkroom.task.Due;
import dev.darkroom.task.Item;
import dev.darkroom.task.StoreUnavailableException;
import dev.darkroom.task.Task;
import dev.darkroom.task.TaskId;
import dev.darkroom.task.TaskStore;
import dev.darkroom.task.Waking;
import dev.darkroom.task.Write;
import dev.darkroom.task.Written;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Gatherers;
import java.util.stream.IntStream;

/**
 * Makes overdue tasks due again, in all shards at once, by one conditional write each. If the task has ended, a second write
 * wakes its callback. It settles nothing itself. Thread-safe.
 */
public record Sweep(TaskStore store, InstantSource clock, Log log) {
    /**
     * The result of a run.
     *
     * @param overtaken tasks that a worker holds or has done meanwhile
     * @param lag of the longest overdue task that nobody held
     * @param complete whether the run looked at everything that was overdue at its start
     */
    public record Swept(long woken, long overtaken, Duration lag, boolean complete) {}

    /** Wakes what is overdue now. It stops in time, and the next run goes on. */
    public Swept run(Instant by) {
        Run run = new Run(clock.instant(), by);
        // Each shard writes in turn: enough for 100,000 overdue tasks in a minute, few enough for a small function.
        IntStream.range(0, Due.SHARDS)
                .boxed()
                .gather(Gatherers.mapConcurrent(Due.SHARDS, run::shard))
                .forEach(_ -> {});
        Swept swept = run.result();
        Log.Event event = (swept.complete() ? log.info("swept") : log.warn("swept_in_part"))
                .with("woken", swept.woken())
                .with("overtaken", swept.overtaken())
                .with("lag_seconds", swept.lag().toSeconds())
                .metric(Metric.TASKS_OVERDUE, run.overdue.get())
                .metric(Metric.TASKS_WOKEN, swept.woken());
        if (run.unanswered.get() > 0) {
            event.metric(Metric.WAKES_UNANSWERED, run.unanswered.get());
        }
        if (!run.blind) {
            // Every run reports it, also 0, because the alarm takes missing data for a dead sweep. A run that could
            // not look must not report it.
            event.metric(Metric.SWEEP_LAG, swept.lag().toSeconds());
        }
        event.write();
        return swept;
    }

    /** One run's counts, shared by its workers. */
    private final class Run {
        private final Instant start;
        private final Instant by;
        private final AtomicLong overdue = new AtomicLong();
        private final AtomicLong woken = new AtomicLong();
        private final AtomicLong overtaken = new AtomicLong();
        private final AtomicLong unanswered = new AtomicLong();
        private final AtomicLong oldest;
        private volatile boolean complete = true;

        /** Whether a shard could not be read. Then nobody knows how long its tasks are overdue. */
        private volatile boolean blind;

        Run(Instant start, Instant by) {
            this.start = start;
            this.by = by;
            this.oldest = new AtomicLong(start.toEpochMilli());
        }

        /** Returns the shard's number, since a stream needs a result. */
        int shard(int number) {
            try {
                store.overdue(number, start, found -> {
                    if (!clock.instant().isBefore(by)) {
                        waits(found);
                        throw new OutOfTimeException();
                    }
                    wake(found);
                });
            } catch (OutOfTimeException e) {
                complete = false;
            } catch (StoreUnavailableException e) {
                complete = false;
                blind = true;
                log.error("storage_unavailable").with("shard", number).cause(e).write();
            }
            return number;
        }

        private void wake(Waking.Overdue found) {
            try {
                if (isWoken(found.task())) {
                    waits(found);
                    woken.incrementAndGet();
                } else {
                    overtaken.incrementAndGet();
                }
            } catch (StoreUnavailableException e) {
                waits(found);
                complete = false;
                log.error("storage_unavailable").task(found.task()).cause(e).write();
            } catch (RuntimeException e) {
                // A bug of ours with one task must not stop the others.
                complete = false;
                log.error("unexpected_failure").task(found.task()).cause(e).write();
            }
        }

        /** Whether this run woke the task. False if a worker holds it or has done the work. */
        private boolean isWoken(TaskId task) {
            Instant now = clock.instant();
            Written written = store.write(Waking.wake(task, now));
            if (written instanceof Written.Refused(Item item)) {
                Optional<Write.Update> instead = Waking.instead(item, task, now);
                if (instead.isEmpty()) {
                    if (Waking.isOverdue(item, now)) {
                        log.error("overdue_item_unreadable").task(task).write();
                    }
                    return false;
                }
                written = store.write(instead.get());
            }
            if (!(written instanceof Written.Applied(Item before))) {
                return false;
            }
            if (Waking.isUnanswered(new Task(before), now)) {
                unanswered.incrementAndGet();
            }
            return true;
        }

        /** Counts a task that is overdue and that nobody held. */
        private void waits(Waking.Overdue found) {
            overdue.incrementAndGet();
            oldest.accumulateAndGet(found.dueAt(), Math::min);
        }

        Swept result() {
            return new Swept(
                    woken.get(),
                    overtaken.get(),
                    Duration.between(Instant.ofEpochMilli(oldest.get()), start),
                    complete);
        }
    }

    /** Ends a query when there is no time left for its results. */
    private static final class OutOfTimeException extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }
}
