package dev.darkroom.bench;

import dev.darkroom.local.aws.Clients;
import dev.darkroom.local.aws.DynamoDbServer;
import dev.darkroom.local.template.TemplateReader;
import dev.darkroom.log.Log;
import dev.darkroom.store.DynamoTaskStore;
import dev.darkroom.sweep.Sweep;
import dev.darkroom.task.Due;
import dev.darkroom.task.TaskId;
import dev.darkroom.task.TaskStore;
import dev.darkroom.task.UserId;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.PutRequest;
import software.amazon.awssdk.services.dynamodb.model.WriteRequest;

/** A sweep with ten overdue tasks, and one page of a list, in a table of many tasks and in one of few, on DynamoDB Local. */
final class Growth implements Experiment {
    private static final int MANY = 100_000;
    private static final int FEW = 1_000;
    private static final int OVERDUE = 10;
    private static final int PAGE = 20;
    private static final UserId ALICE = new UserId("alice");

    /** The most items in one BatchWriteItem. */
    private static final int BATCH = 25;

    private static final int WARM_UP = 20;

    /** The number of operations in one timed run: a single one is too short to compare. */
    private static final int TIMES = 5;

    @Override
    public String word() {
        return "grow";
    }

    @Override
    public List<Figure> measure(int runs) throws Exception {
        try (Crowd many = new Crowd(MANY);
                Crowd few = new Crowd(FEW)) {
            for (int i = 0; i < WARM_UP; i++) {
                many.sweep();
                few.sweep();
                many.page();
                few.page();
            }
            List<Samples> sweeps = Turns.take(runs, "ms", List.of(() -> millis(many::sweep), () -> millis(few::sweep)));
            List<Samples> pages = Turns.take(runs, "ms", List.of(() -> millis(many::page), () -> millis(few::page)));
            String among = " among 100,000 tasks / among 1,000";
            return List.of(
                    Figure.ratio("sweep with 10 due" + among, sweeps.get(0), sweeps.get(1), new Goal.AtMost(1.3)),
                    same("the sweep's calls and items read", many.calls(many::sweep), few.calls(few::sweep)),
                    Figure.ratio("page of a list" + among, pages.get(0), pages.get(1), new Goal.AtMost(1.3)),
                    same("the page's calls and items read", many.calls(many::page), few.calls(few::page)));
        }
    }

    private static double millis(Operation operation) throws Exception {
        long start = System.nanoTime();
        for (int i = 0; i < TIMES; i++) {
            operation.run();
        }
        return (System.nanoTime() - start) / 1e6 / TIMES;
    }

    private static Figure same(String name, String measured, String against) {
        return new Figure(name, measured, against, "", "equal", measured.equals(against) ? "yes" : "no");
    }

    private interface Operation {
        void run() throws Exception;
    }

    /**
     * A table with this many tasks of one user. Ten are overdue. Of the others, every second one is due in a year, and the rest have ended.
     */
    private static final class Crowd implements AutoCloseable {
        /** Each table has its own server: two tables in one server slow each other down. */
        private final DynamoDbServer server =
                DynamoDbServer.start(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));

        private final TaskStore store;
        private final ItemsRead itemsRead = new ItemsRead();
        private Instant now = Instant.parse("2026-11-22T13:00:00Z");

        Crowd(int size) throws Exception {
            String name = "crowd-of-" + size;
            URI url = URI.create("http://127.0.0.1:" + server.port());
            DynamoDbClient dynamo = Clients.dynamoDb(url);
            TemplateReader.read(Path.of("..", "template.yaml"), Map.of(), Map.of("TasksTable", name))
                    .tables()
                    .forEach(table -> DynamoDbServer.create(dynamo, table));
            fill(dynamo, name, size);
            store = new DynamoTaskStore(itemsRead.client(url), name);
        }

        private void fill(DynamoDbClient dynamo, String name, int size) throws Exception {
            List<WriteRequest> writes = new ArrayList<>();
            for (int i = 0; i < size; i++) {
                int number = i;
                writes.add(WriteRequest.builder()
                        .putRequest(PutRequest.builder().item(item(number)).build())
                        .build());
            }
            List<Future<?>> batches = new ArrayList<>();
            try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
                for (int from = 0; from < size; from += BATCH) {
                    List<WriteRequest> batch = writes.subList(from, Math.min(size, from + BATCH));
                    batches.add(threads.submit(
                            () -> dynamo.batchWriteItem(request -> request.requestItems(Map.of(name, batch)))));
                }
            }
            for (Future<?> batch : batches) {
                batch.get();
            }
        }

        private Map<String, AttributeValue> item(int i) {
            TaskId id = new TaskId("task-%024d".formatted(i));
            boolean ended = i >= OVERDUE && i % 2 == 0;
            Map<String, AttributeValue> item = new HashMap<>(Map.of(
                    "task_id", AttributeValue.fromS(id.value()),
                    "user_id", AttributeValue.fromS(ALICE.value()),
                    "model", AttributeValue.fromS("gpt-image-2"),
                    "request", AttributeValue.fromS("{\"prompt\":\"" + "x".repeat(200) + "\"}"),
                    "credits", AttributeValue.fromN("1"),
                    "resolution", AttributeValue.fromS("1K"),
                    "state", AttributeValue.fromS(ended ? "finished" : "accepted"),
                    "created_at", AttributeValue.fromN(Long.toString(now.toEpochMilli() - i)),
                    "updated_at", AttributeValue.fromN(Long.toString(now.toEpochMilli() - i)),
                    "version", AttributeValue.fromN("1")));
            if (!ended) {
                Instant dueAt = i < OVERDUE ? now.minusSeconds(i) : now.plus(Duration.ofDays(365));
                item.put("due_at", AttributeValue.fromN(Long.toString(dueAt.toEpochMilli())));
                item.put("due_shard", AttributeValue.fromN(Integer.toString(Due.shard(id))));
            }
            return item;
        }

        /** Moves the time on, so that the tasks that the last sweep woke are overdue again, and sweeps. */
        void sweep() {
            now = now.plus(Due.GRACE).plusSeconds(1);
            InstantSource clock = InstantSource.fixed(now);
            Log silent =
                    new Log(new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8), clock);
            Sweep.Swept swept = new Sweep(store, clock, silent).run(now.plusSeconds(50));
            if (swept.woken() != OVERDUE) {
                throw new IllegalStateException("woken: " + swept);
            }
        }

        void page() {
            if (store.page(ALICE, null, PAGE).tasks().size() != PAGE) {
                throw new IllegalStateException("no full page");
            }
        }

        /** Returns the calls of one run of the operation, and the items that they read. */
        String calls(Operation operation) throws Exception {
            Map<String, Long> before = server.calls();
            long read = itemsRead.count();
            operation.run();
            Map<String, Long> calls = new java.util.TreeMap<>(server.calls());
            before.forEach((name, count) -> calls.merge(name, -count, Long::sum));
            calls.values().removeIf(count -> count == 0);
            return calls + ", " + (itemsRead.count() - read) + " items";
        }

        @Override
        public void close() {
            server.close();
        }
    }
}
