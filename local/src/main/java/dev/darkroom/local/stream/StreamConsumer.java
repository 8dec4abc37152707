package dev.darkroom.local.stream;

import dev.darkroom.json.Json;
import dev.darkroom.json.JsonException;
import dev.darkroom.local.function.LocalFunction;
import dev.darkroom.local.function.Outcome;
import dev.darkroom.local.template.Template.EventSource.TableStream;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * One event source mapping: it passes matching records of a stream to its function in batches. Changes of one item stay in order,
 * because they share a lane. Lanes run in parallel (ParallelizationFactor). A record that fails more often than
 * MaximumRetryAttempts, or is older than MaximumRecordAgeInSeconds, becomes a dead record.
 */
public final class StreamConsumer implements AutoCloseable {
    private static final Duration RETRY_PAUSE = Duration.ofMillis(100);

    private final LocalFunction function;
    private final TableStream source;
    private final Filters filters;
    private final List<BlockingQueue<StreamRecord>> lanes;
    private final List<Thread> threads;
    private final Queue<StreamRecord> dead = new ConcurrentLinkedQueue<>();

    public StreamConsumer(LocalFunction function, TableStream source) {
        this.function = function;
        this.source = source;
        this.filters = new Filters(function.id(), source.patterns());
        this.lanes = IntStream.range(0, source.parallelization())
                .<BlockingQueue<StreamRecord>>mapToObj(lane -> new LinkedBlockingQueue<>())
                .toList();
        this.threads = lanes.stream()
                .map(lane -> Thread.ofVirtual().name(function.id() + "-stream").start(() -> work(lane)))
                .toList();
    }

    /** The logical id of the table whose stream this reads. */
    public String table() {
        return source.table();
    }

    /** Records given up. */
    public List<StreamRecord> dead() {
        return List.copyOf(dead);
    }

    void accept(StreamRecord change) {
        if (filters.pass(change.event())) {
            lanes.get(Math.floorMod(change.key().hashCode(), lanes.size())).add(change);
        }
    }

    private void work(BlockingQueue<StreamRecord> lane) {
        try {
            while (true) {
                deliver(batch(lane), 0);
            }
        } catch (InterruptedException e) {
            // The stack is closing, so the rest is not delivered.
        }
    }

    /** Waits for a record; then for a full batch, as long as the batching window lasts. */
    private List<StreamRecord> batch(BlockingQueue<StreamRecord> lane) throws InterruptedException {
        List<StreamRecord> batch = new ArrayList<>();
        batch.add(lane.take());
        long end = System.nanoTime() + source.batchingWindow().toNanos();
        lane.drainTo(batch, source.batchSize() - batch.size());
        while (batch.size() < source.batchSize()) {
            StreamRecord next = lane.poll(end - System.nanoTime(), TimeUnit.NANOSECONDS);
            if (next == null) {
                break;
            }
            batch.add(next);
        }
        return batch;
    }

    private void deliver(List<StreamRecord> batch, int retries) throws InterruptedException {
        List<StreamRecord> left = batch;
        int tried = retries;
        while (!left.isEmpty()) {
            Outcome outcome = function.invoke(event(left));
            int failed = firstFailure(left, outcome);
            if (failed == left.size()) {
                return;
            }
            left = left.subList(failed, left.size());
            if (source.maximumRetries() >= 0 && tried++ >= source.maximumRetries()) {
                giveUp(left);
                return;
            }
            // A batch that failed as a whole is halved to find the bad record. A partial batch response names it
            // already.
            boolean whole = !(outcome instanceof Outcome.Answered);
            if (whole && source.bisects() && left.size() > 1) {
                deliver(left.subList(0, left.size() / 2), tried);
                left = left.subList(left.size() / 2, left.size());
            }
            if (Instant.now().isAfter(left.getFirst().created().plus(source.maximumAge()))) {
                giveUp(left);
                return;
            }
            Thread.sleep(RETRY_PAUSE.multipliedBy(1L << Math.min(tried, 6)));
        }
    }

    private void giveUp(List<StreamRecord> records) {
        dead.addAll(records);
        System.err.println(function.id() + ": " + records.size() + " stream record(s) given up");
    }

    private static Json event(List<StreamRecord> batch) {
        return Json.object()
                .put(
                        "Records",
                        Json.array(batch.stream().map(StreamRecord::event).toList()))
                .build();
    }

    /** The index of the first record to deliver again; the batch's size if there is none. */
    private int firstFailure(List<StreamRecord> batch, Outcome outcome) {
        return switch (outcome) {
            case Outcome.Failed _, Outcome.TimedOut _ -> 0;
            case Outcome.Answered(String output) ->
                source.reportsItemFailures() ? reported(batch, output) : batch.size();
        };
    }

    private static int reported(List<StreamRecord> batch, String output) {
        // Lambda developer guide, "Partial batch response": null, empty or no list at all is success; an item that
        // names
        // no record of the batch fails the whole batch.
        @Nullable Json answer;
        try {
            answer = output.isBlank() ? Json.Null.NULL : Json.parse(output);
        } catch (JsonException e) {
            return 0;
        }
        int first = batch.size();
        if (answer instanceof Json.Obj object) {
            for (Json item : object.items("batchItemFailures")) {
                String named = item instanceof Json.Obj failure ? failure.string("itemIdentifier") : null;
                int at = IntStream.range(0, batch.size())
                        .filter(i -> batch.get(i).sequenceNumber().equals(named))
                        .findFirst()
                        .orElse(0);
                first = Math.min(first, at);
            }
        }
        return first;
    }

    @Override
    public void close() {
        threads.forEach(Thread::interrupt);
    }
}
