package dev.darkroom.rules;

import static dev.darkroom.testing.Patience.await;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.darkroom.apidot.HandClock;
import dev.darkroom.json.Json;
import dev.darkroom.log.Metric;
import dev.darkroom.sweep.Sweep;
import dev.darkroom.sweep.SweepHandler;
import dev.darkroom.task.Due;
import dev.darkroom.task.StoreUnavailableException;
import dev.darkroom.task.TaskId;
import dev.darkroom.task.TaskStore;
import dev.darkroom.task.Waking;
import dev.darkroom.task.Write;
import dev.darkroom.task.Written;
import dev.darkroom.testing.ForwardingStore;
import dev.darkroom.testing.NewTasks;
import dev.darkroom.testing.Stores;
import dev.darkroom.testing.TestContexts;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.PutRequest;
import software.amazon.awssdk.services.dynamodb.model.WriteRequest;

/** The sweep of a table with many overdue tasks. */
@Order(1)
class SweepTest {
    private static final int SIZE = Integer.getInteger("darkroom.sweep.size", 300);

    /** The most items in one BatchWriteItem. */
    private static final int BATCH = 25;

    private final HandClock clock = new HandClock();
    private final Lines lines = new Lines();
    private final Stores stores = new Stores();

    /** The states in which a task can be overdue. */
    private enum Overdue {
        ACCEPTED("accepted", ""),
        DUE("due", ""),
        SETTLING("settling", ""),
        SUBMITTING("submitting", ""),
        WAITING("finished", "waiting"),
        SENDING("failed", "sending");

        private final String state;
        private final String callback;

        Overdue(String state, String callback) {
            this.state = state;
            this.callback = callback;
        }
    }

    private static Map<String, AttributeValue> item(Overdue kind, Instant dueAt) {
        TaskId id = NewTasks.freshId();
        Map<String, AttributeValue> item = new HashMap<>(Map.of(
                "task_id", AttributeValue.fromS(id.value()),
                "user_id", AttributeValue.fromS("alice"),
                "model", AttributeValue.fromS("gpt-image-2"),
                "state", AttributeValue.fromS(kind.state),
                "claim_id", AttributeValue.fromS("somebody"),
                "created_at", AttributeValue.fromN("1"),
                "due_at", AttributeValue.fromN(Long.toString(dueAt.toEpochMilli())),
                "due_shard", AttributeValue.fromN(Integer.toString(Due.shard(id))),
                "version", AttributeValue.fromN("1")));
        if (kind == Overdue.SETTLING || kind == Overdue.SENDING) {
            item.put("lease_until", AttributeValue.fromN(Long.toString(dueAt.toEpochMilli())));
        }
        if (!kind.callback.isEmpty()) {
            item.put("callback_status", AttributeValue.fromS(kind.callback));
        }
        return item;
    }

    /** Puts this many overdue tasks into the table. The first is overdue by three hours, the others by less. */
    private void seed(int size) throws Exception {
        List<WriteRequest> writes = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            Instant dueAt = clock.instant().minus(Duration.ofHours(3)).plusMillis(i);
            Overdue kind = Overdue.values()[i % Overdue.values().length];
            writes.add(WriteRequest.builder()
                    .putRequest(PutRequest.builder().item(item(kind, dueAt)).build())
                    .build());
        }
        List<Future<?>> batches = new ArrayList<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
            for (int from = 0; from < size; from += BATCH) {
                List<WriteRequest> batch = writes.subList(from, Math.min(size, from + BATCH));
                batches.add(threads.submit(() ->
                        stores.dynamoDb.batchWriteItem(request -> request.requestItems(Map.of(stores.name(), batch)))));
            }
        }
        for (Future<?> batch : batches) {
            batch.get();
        }
    }

    private List<Map<String, AttributeValue>> items() {
        return stores.dynamoDb.scanPaginator(request -> request.tableName(stores.name())).items().stream()
                .toList();
    }

    private static String text(Map<String, AttributeValue> item, String name) {
        AttributeValue value = item.get(name);
        return value == null ? "" : value.s();
    }

    private static long number(Map<String, AttributeValue> item, String name) {
        AttributeValue value = item.get(name);
        return value == null ? -1 : Long.parseLong(value.n());
    }

    /** Checks that every task was made due exactly once. */
    private void assertAllWereWokenOnce(int size) {
        List<Map<String, AttributeValue>> items = items();
        assertThat(items).hasSize(size);
        assertThat(items.stream().filter(item -> !isWokenOnce(item))).isEmpty();
        assertThat(items.stream().map(item -> number(item, "due_shard")).distinct())
                .hasSize(Due.SHARDS);
    }

    private boolean isWokenOnce(Map<String, AttributeValue> item) {
        boolean ended =
                text(item, "state").equals("finished") || text(item, "state").equals("failed");
        return number(item, "version") == 2
                && text(item, ended ? "callback_status" : "state").equals("due")
                && number(item, "due_at") >= clock.instant().plus(Due.GRACE).toEpochMilli()
                && number(item, "due_shard") >= 0
                && !item.containsKey("claim_id")
                && !item.containsKey("lease_until");
    }

    private Sweep sweep(TaskStore store) {
        return new Sweep(store, clock, lines.log());
    }

    @Test
    void many_overdue_tasks_are_woken_by_a_conditional_write_each_a_callback_by_two_and_none_is_settled()
            throws Exception {
        System.out.println("overdue tasks: " + SIZE);
        seed(SIZE);
        Instant later = clock.instant().plusMillis(1);
        Map<String, AttributeValue> notYet = item(Overdue.ACCEPTED, later);
        stores.dynamoDb.putItem(request -> request.tableName(stores.name()).item(notYet));
        SweepHandler handler = new SweepHandler(sweep(stores.counted), clock);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        long begun = System.nanoTime();

        handler.handleRequest(
                new ByteArrayInputStream(Files.readAllBytes(Path.of("..", "events", "sweep.json"))),
                out,
                TestContexts.withTime(Duration.ofSeconds(55)));

        long millis = (System.nanoTime() - begun) / 1_000_000;
        System.out.println("woken per second: " + SIZE * 1000L / Math.max(1, millis));
        assertThat(out.toString(UTF_8))
                .isEqualTo("{\"woken\":" + SIZE + ",\"overtaken\":0,\"lag_seconds\":10800,\"complete\":true}");
        assertThat(lines.text()).contains("\"event\":\"swept\"", "\"lag_seconds\":10800");
        assertThat(lines.metrics()).isEqualTo(counted(SIZE, SIZE, due(SIZE), 10_800));
        lines.forget();
        Map<String, Long> calls = stores.calls().sent();
        assertThat(calls.keySet()).containsExactly("Query", "UpdateItem");
        assertThat(calls).containsEntry("UpdateItem", SIZE + callbacks(SIZE));
        assertThat(stores.dynamoDb
                        .getItem(request -> request.tableName(stores.name())
                                .key(Map.of("task_id", AttributeValue.fromS(text(notYet, "task_id")))))
                        .item())
                .isEqualTo(notYet);
        stores.dynamoDb.deleteItem(request ->
                request.tableName(stores.name()).key(Map.of("task_id", AttributeValue.fromS(text(notYet, "task_id")))));
        assertAllWereWokenOnce(SIZE);

        // No task is overdue any more.
        assertThat(sweep(stores.counted).run(clock.instant().plusSeconds(1)))
                .isEqualTo(new Sweep.Swept(0, 0, Duration.ZERO, true));
        // Zero is logged as well: missing data would raise the alarm for a dead sweep.
        assertThat(lines.metrics()).isEqualTo(counted(0, 0, 0, 0));
    }

    private static long callbacks(int size) {
        return IntStream.range(0, size)
                .filter(i -> !Overdue.values()[i % Overdue.values().length].callback.isEmpty())
                .count();
    }

    private static long due(int size) {
        return IntStream.range(0, size)
                .filter(i -> Overdue.values()[i % Overdue.values().length] == Overdue.DUE)
                .count();
    }

    private static Map<Metric, List<Long>> counted(long overdue, long woken, long unanswered, long lagSeconds) {
        Map<Metric, List<Long>> counted = new HashMap<>(Map.of(
                Metric.TASKS_OVERDUE, List.of(overdue),
                Metric.TASKS_WOKEN, List.of(woken),
                Metric.SWEEP_LAG, List.of(lagSeconds)));
        if (unanswered > 0) {
            counted.put(Metric.WAKES_UNANSWERED, List.of(unanswered));
        }
        return counted;
    }

    @Test
    void what_nobody_takes_is_told_when_it_is_woken_again() {
        stores.dynamoDb.putItem(
                request -> request.tableName(stores.name()).item(item(Overdue.ACCEPTED, clock.instant())));
        stores.dynamoDb.putItem(
                request -> request.tableName(stores.name()).item(item(Overdue.WAITING, clock.instant())));
        sweep(stores.counted).run(clock.instant().plusSeconds(1));
        assertThat(lines.metrics()).isEqualTo(counted(2, 2, 0, 0));
        lines.forget();
        clock.moveTo(clock.instant().plus(Due.GRACE));

        sweep(stores.counted).run(clock.instant().plusSeconds(1));

        assertThat(lines.metrics()).isEqualTo(counted(2, 2, 2, 0));
    }

    @Test
    void sweeps_at_once_wake_each_task_once() throws Exception {
        int size = Math.min(SIZE, 600);
        seed(size);
        List<Future<Sweep.Swept>> runs = new ArrayList<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(3)) {
            for (int i = 0; i < 3; i++) {
                runs.add(threads.submit(
                        () -> sweep(stores.counted).run(clock.instant().plusSeconds(1))));
            }
        }
        long woken = 0;
        for (Future<Sweep.Swept> run : runs) {
            woken += run.get().woken();
        }
        assertThat(woken).isEqualTo(size);
        assertAllWereWokenOnce(size);
    }

    @Test
    void sweep_stops_in_time_and_the_next_ones_go_on() throws Exception {
        int size = 200;
        seed(size);
        // Each reading of the clock moves it by 30 ms.
        AtomicLong looks = new AtomicLong();
        Instant start = clock.instant();
        InstantSource running = () -> start.plusMillis(30 * looks.incrementAndGet());
        Sweep sweep = new Sweep(stores.counted, running, lines.log());
        long woken = 0;
        int runs = 0;
        Sweep.Swept swept;
        do {
            runs++;
            Instant by = running.instant().plusSeconds(3);
            swept = sweep.run(by);
            woken += swept.woken();
            // Three seconds are a hundred clock readings. The writes under way at the end add one each.
            assertThat(swept.woken()).isLessThanOrEqualTo(100);
        } while (!swept.complete());
        assertThat(runs).isGreaterThan(2);
        assertThat(lines.has("WARN", "swept_in_part")).isTrue();
        assertThat(woken).isEqualTo(size);
        assertAllWereWokenOnce(size);
    }

    @Test
    void no_write_begins_when_the_time_is_over_even_if_it_had_to_wait_for_another() throws Exception {
        Instant by = clock.instant().plusSeconds(1);
        Slow slow = new Slow(stores.own);
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<Sweep.Swept> run = threads.submit(() -> sweep(slow).run(by));
            Thread shard = slow.shard.get();
            await().until(shard::getState, Thread.State.WAITING::equals);
            clock.moveTo(by);
            slow.answers.countDown();

            assertThat(run.get().complete()).isFalse();
        }
        assertThat(slow.begun).hasValue(1);
    }

    @Test
    void sweep_that_loses_the_table_in_between_says_so_and_the_next_one_goes_on() throws Exception {
        int size = 200;
        seed(size);
        Sweep.Swept first = sweep(new Flaky(stores.counted)).run(clock.instant().plusSeconds(1));

        assertThat(first.complete()).isFalse();
        assertThat(first.woken()).isBetween(1L, size - 1L);
        assertThat(lines.has("ERROR", "storage_unavailable")).isTrue();
        // The lag of a shard that could not be read is unknown.
        assertThat(lines.metrics()).containsKey(Metric.ERROR_LINES).doesNotContainKey(Metric.SWEEP_LAG);
        Sweep.Swept second = sweep(stores.counted).run(clock.instant().plusSeconds(1));
        assertThat(second.complete()).isTrue();
        assertThat(first.woken() + second.woken()).isEqualTo(size);
        assertAllWereWokenOnce(size);
    }

    @Test
    void lag_is_that_of_the_longest_overdue_task_even_if_nothing_can_be_done() throws Exception {
        seed(20);

        Sweep.Swept swept = sweep(stores.counted).run(clock.instant());

        assertThat(swept).isEqualTo(new Sweep.Swept(0, 0, Duration.ofHours(3), false));
        assertThat(lines.metrics()).containsEntry(Metric.SWEEP_LAG, List.of(10_800L));
        Json.Obj answer = Json.object().put("lag_seconds", 10_800).build();
        assertThat(lines.text())
                .contains(answer.text().substring(1, answer.text().length() - 1));
        assertThat(stores.calls().sent().keySet()).containsExactly("Query");
    }

    @Test
    void an_item_that_is_no_task_hides_nothing_behind_it_and_is_told() throws Exception {
        seed(40);
        for (int shard = 0; shard < Due.SHARDS; shard++) {
            Map<String, AttributeValue> damaged = item(Overdue.DUE, Instant.EPOCH);
            damaged.put("state", AttributeValue.fromS("done by hand"));
            damaged.put("due_shard", AttributeValue.fromN(Integer.toString(shard)));
            stores.dynamoDb.putItem(request -> request.tableName(stores.name()).item(damaged));
        }

        Sweep.Swept swept = sweep(stores.counted).run(clock.instant().plusSeconds(50));

        assertThat(swept.woken()).isEqualTo(40);
        assertThat(swept.complete()).isTrue();
        assertThat(lines.text().lines().filter(line -> line.contains("\"event\":\"overdue_item_unreadable\"")))
                .hasSize(Due.SHARDS);
    }

    @Test
    void held_task_is_neither_woken_nor_overdue_until_its_lease_ends() throws Exception {
        Map<String, AttributeValue> settling =
                item(Overdue.SETTLING, clock.instant().minusSeconds(90));
        Map<String, AttributeValue> sending =
                item(Overdue.SENDING, clock.instant().minusSeconds(90));
        String until = Long.toString(clock.instant().plusMillis(1).toEpochMilli());
        for (Map<String, AttributeValue> held : List.of(settling, sending)) {
            held.put("lease_until", AttributeValue.fromN(until));
            stores.dynamoDb.putItem(request -> request.tableName(stores.name()).item(held));
        }

        assertThat(sweep(stores.counted).run(clock.instant().plusSeconds(1)))
                .isEqualTo(new Sweep.Swept(0, 2, Duration.ZERO, true));
        assertThat(items()).containsExactlyInAnyOrder(settling, sending);
        assertThat(lines.metrics()).isEqualTo(counted(0, 0, 0, 0));

        clock.move(Duration.ofMillis(1));
        assertThat(sweep(stores.counted).run(clock.instant().plusSeconds(1)).woken())
                .isEqualTo(2);
    }

    /** Has overdue tasks in one shard until the sweep takes no more, and answers no write before it is told to. */
    private static final class Slow extends ForwardingStore {
        private final CompletableFuture<Thread> shard = new CompletableFuture<>();
        private final AtomicInteger begun = new AtomicInteger();
        private final CountDownLatch answers = new CountDownLatch(1);

        Slow(TaskStore store) {
            super(store);
        }

        @Override
        public void overdue(int number, Instant now, Consumer<Waking.Overdue> found) {
            if (number == 0) {
                shard.complete(Thread.currentThread());
                while (true) {
                    found.accept(new Waking.Overdue(NewTasks.freshId(), 0));
                }
            }
        }

        @Override
        public Written write(Write write) {
            begun.incrementAndGet();
            try {
                answers.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            return store.write(write);
        }
    }

    /** Fails every third write, and all queries of one shard. */
    private static final class Flaky extends ForwardingStore {
        private final AtomicInteger writes = new AtomicInteger();

        Flaky(TaskStore store) {
            super(store);
        }

        @Override
        public Written write(Write write) {
            if (writes.incrementAndGet() % 3 == 0) {
                throw new StoreUnavailableException(new IllegalStateException("no answer"));
            }
            return store.write(write);
        }

        @Override
        public void overdue(int shard, Instant now, Consumer<Waking.Overdue> found) {
            if (shard == 7) {
                throw new StoreUnavailableException(new IllegalStateException("no answer"));
            }
            store.overdue(shard, now, found);
        }
    }
}
