package dev.darkroom.sweep;

import dev.darkroom.log.Log;
import dev.darkroom.log.Metric;
import dev.darkroom.task.Due;
import dev.darkroom.task.StoreUnavailableException;
import dev.darkroom.task.TaskStore;
import dev.darkroom.task.UnreadableItemException;
import dev.darkroom.task.Waking;
import dev.darkroom.task.Written;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;

/** Makes overdue tasks due again, all shards side by side, one conditional write each. It settles nothing itself. Thread-safe. */
public final class Sweep {
    /** Writes at a time: enough for 100,000 overdue tasks in some minutes, few enough for a small function. */
    private static final int WRITES_AT_ONCE = 64;

    private final TaskStore store;
    private final InstantSource clock;
    private final Log log;

    /**
     * What a run did.
     *
     * @param overtaken tasks that somebody else took care of meanwhile
     * @param lag of the longest overdue task
     * @param complete whether everything that was overdue at the start was looked at
     */
    public record Swept(long woken, long overtaken, Duration lag, boolean complete) {}

    public Sweep(TaskStore store, InstantSource clock, Log log) {
        this.store = store;
        this.clock = clock;
        this.log = log;
    }

    /** Wakes what is overdue now; stops in time, and the next run goes on. */
    public Swept run(Instant by) {
        Run run = new Run(clock.instant(), by);
        try (ExecutorService workers = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> shards = new ArrayList<>();
            for (int shard = 0; shard < Due.SHARDS; shard++) {
                int number = shard;
                shards.add(workers.submit(() -> run.shard(number, workers)));
            }
            for (Future<?> shard : shards) {
                shard.get();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            run.complete = false;
        } catch (ExecutionException e) {
            throw new IllegalStateException("a shard catches what it meets", e);
        }
        Swept swept = run.result();
        Log.Event event = (swept.complete() ? log.info("swept") : log.warn("swept_in_part"))
                .with("woken", swept.woken())
                .with("overtaken", swept.overtaken())
                .with("lag_seconds", swept.lag().toSeconds())
                .metric(Metric.TASKS_OVERDUE, run.overdue.get())
                .metric(Metric.TASKS_WOKEN, swept.woken());
        if (!run.blind) {
            // Said of each run, also when it is 0: the alarm takes silence for a dead sweep, and a blind one is no
            // better.
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
        private final AtomicLong oldest;
        private final Semaphore writes = new Semaphore(WRITES_AT_ONCE);
        private volatile boolean complete = true;

        /** Whether a shard could not be looked at: then nobody knows how long its tasks are overdue. */
        private volatile boolean blind;

        Run(Instant start, Instant by) {
            this.start = start;
            this.by = by;
            this.oldest = new AtomicLong(start.toEpochMilli());
        }

        void shard(int number, ExecutorService workers) {
            try {
                store.overdue(number, start, found -> {
                    overdue.incrementAndGet();
                    oldest.accumulateAndGet(found.dueAt(), Math::min);
                    if (!clock.instant().isBefore(by)) {
                        throw new OutOfTimeException();
                    }
                    writes.acquireUninterruptibly();
                    workers.execute(() -> wake(found));
                });
            } catch (OutOfTimeException e) {
                complete = false;
            } catch (StoreUnavailableException e) {
                complete = false;
                blind = true;
                log.failure("storage_unavailable")
                        .with("shard", number)
                        .cause(e)
                        .write();
            } catch (UnreadableItemException e) {
                log.error("overdue_item_unreadable").with("shard", number).write();
            }
        }

        private void wake(Waking.Overdue found) {
            try {
                boolean mine = store.write(Waking.wake(found, clock.instant())) instanceof Written.Applied;
                (mine ? woken : overtaken).incrementAndGet();
            } catch (StoreUnavailableException e) {
                complete = false;
                log.failure("storage_unavailable").task(found.task()).cause(e).write();
            } finally {
                writes.release();
            }
        }

        Swept result() {
            return new Swept(
                    woken.get(),
                    overtaken.get(),
                    Duration.between(Instant.ofEpochMilli(oldest.get()), start),
                    complete);
        }
    }

    /** Ends a query whose results can't be worked on in time any more. */
    private static final class OutOfTimeException extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }
}
