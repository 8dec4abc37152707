package dev.darkroom.local.stream;

import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Phaser;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.dynamodb.model.ExpiredIteratorException;
import software.amazon.awssdk.services.dynamodb.model.GetRecordsResponse;
import software.amazon.awssdk.services.dynamodb.model.Record;
import software.amazon.awssdk.services.dynamodb.model.Shard;
import software.amazon.awssdk.services.dynamodb.model.ShardIteratorType;
import software.amazon.awssdk.services.dynamodb.model.TrimmedDataAccessException;
import software.amazon.awssdk.services.dynamodb.streams.DynamoDbStreamsClient;

/** Reads every shard of one table's stream from its beginning and passes each change to the consumers. */
public final class StreamPoller implements AutoCloseable {
    /** Under load one read takes what several writes left. */
    private static final Duration PAUSE = Duration.ofMillis(30);

    /** Without a write there is nothing to read, except what the server removes by itself because its time has come. */
    private static final Duration IDLE = Duration.ofSeconds(1);

    private static final Duration SHARDS_LISTED_EVERY = Duration.ofSeconds(5);

    private final DynamoDbStreamsClient client;
    private final String streamArn;
    private final Phaser writes;
    private final List<StreamConsumer> consumers;
    private final Map<String, String> iterators = new HashMap<>();
    private final Set<String> finished = new HashSet<>();
    private final Thread thread;
    private long listedAt = Long.MIN_VALUE;
    private boolean failing;

    /** @param writes advances when the table may have changed */
    public StreamPoller(DynamoDbStreamsClient client, String streamArn, Phaser writes, List<StreamConsumer> consumers) {
        this.client = client;
        this.streamArn = streamArn;
        this.writes = writes;
        this.consumers = List.copyOf(consumers);
        this.thread = Thread.ofPlatform().daemon().name("stream-poller").unstarted(this::run);
    }

    public StreamPoller start() {
        thread.start();
        return this;
    }

    private void run() {
        try {
            while (true) {
                int seen = writes.getPhase();
                boolean more = tryPoll();
                Thread.sleep(PAUSE);
                if (!more) {
                    awaitWrite(seen);
                }
            }
        } catch (InterruptedException e) {
            // Closed.
        }
    }

    /** Polls, and reports the first failure of several. True if there was a record. */
    private boolean tryPoll() {
        try {
            boolean any = poll();
            failing = false;
            return any;
        } catch (SdkException e) {
            if (!failing && !Thread.currentThread().isInterrupted()) {
                System.err.println(
                        "The table's stream cannot be read: " + e.getClass().getSimpleName());
                failing = true;
            }
            return false;
        }
    }

    /** Waits for a write after the seen ones. */
    private void awaitWrite(int seen) throws InterruptedException {
        try {
            writes.awaitAdvanceInterruptibly(seen, IDLE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            // Nothing was written.
        }
    }

    /** Reads each shard once; true if there was a record. */
    private boolean poll() {
        long now = System.nanoTime();
        if (iterators.isEmpty() || now - listedAt > SHARDS_LISTED_EVERY.toNanos()) {
            list();
            listedAt = now;
        }
        boolean any = false;
        for (String shard : List.copyOf(iterators.keySet())) {
            any |= read(shard);
        }
        return any;
    }

    private void list() {
        @Nullable String last = null;
        do {
            String from = last;
            var description = client.describeStream(
                            request -> request.streamArn(streamArn).exclusiveStartShardId(from))
                    .streamDescription();
            for (Shard shard : description.shards()) {
                if (!finished.contains(shard.shardId()) && !iterators.containsKey(shard.shardId())) {
                    iterators.put(shard.shardId(), oldest(shard.shardId()));
                }
            }
            last = description.lastEvaluatedShardId();
        } while (last != null);
    }

    private String oldest(String shard) {
        return client.getShardIterator(request ->
                        request.streamArn(streamArn).shardId(shard).shardIteratorType(ShardIteratorType.TRIM_HORIZON))
                .shardIterator();
    }

    private boolean read(String shard) {
        GetRecordsResponse response;
        try {
            response = client.getRecords(request -> request.shardIterator(iterators.get(shard)));
        } catch (ExpiredIteratorException | TrimmedDataAccessException e) {
            // After some idle minutes the server has thrown away what this iterator points at. After a long sleep of
            // the machine it has forgotten the iterator. The next listing begins with the oldest record that is kept.
            // Records that were read before are handed out again, as a stream may do. What is not kept any more, the
            // sweep finds.
            iterators.remove(shard);
            return false;
        }
        for (Record change : response.records()) {
            StreamRecord read = StreamRecord.of(change, streamArn);
            consumers.forEach(consumer -> consumer.accept(read));
        }
        if (response.nextShardIterator() == null) {
            iterators.remove(shard);
            finished.add(shard);
        } else {
            iterators.put(shard, response.nextShardIterator());
        }
        return !response.records().isEmpty();
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
