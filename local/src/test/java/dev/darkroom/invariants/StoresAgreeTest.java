package dev.darkroom.invariants;

import static org.assertj.core.api.Assertions.assertThat;

import dev.darkroom.store.DynamoTaskStore;
import dev.darkroom.store.Writes;
import dev.darkroom.task.Budget;
import dev.darkroom.task.Due;
import dev.darkroom.task.Item;
import dev.darkroom.task.Recorded;
import dev.darkroom.task.Task;
import dev.darkroom.task.TaskId;
import dev.darkroom.task.TaskStore;
import dev.darkroom.task.UserId;
import dev.darkroom.task.Waking;
import dev.darkroom.task.Write;
import dev.darkroom.task.Written;
import dev.darkroom.testing.Stores;
import dev.darkroom.testing.TestSize;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** The conditions and changes that the rules make must mean the same in Java and in DynamoDB. */
@Order(1)
class StoresAgreeTest {
    private static final Instant START = Instant.parse("2026-11-22T23:50:00Z");

    /** A budget's limits: one that is soon used up, one that is never reached, less than one task costs. */
    private static final List<Long> LIMITS = List.of(60L, 1000L, 10L);

    private static final Stores STORES = new Stores();
    private static final DynamoTaskStore DYNAMO = new DynamoTaskStore(STORES.dynamoDb, STORES.name());

    @Test
    void every_kind_of_write_does_the_same_in_memory_and_in_dynamodb() {
        long seed = Long.getLong("darkroom.seed", System.nanoTime());
        int writes = TestSize.isFull() ? 8_000 : 1_000;
        System.out.println("Stores agree: seed " + seed + ", " + writes + " writes");
        SplittableRandom random = new SplittableRandom(seed);
        Map<RandomWrites.Kind, Integer> applied = new EnumMap<>(RandomWrites.Kind.class);
        int kinds = RandomWrites.Kind.values().length;
        // Rare kinds of writes may need a few more walks.
        for (int done = 0; done < writes || (applied.size() < kinds && done < 10 * writes); done += 200) {
            walk(random, new UserId("walker-" + seed + "-" + done), applied);
        }
        assertThat(applied.keySet())
                .as("kinds of which at least one write was applied, seed " + seed)
                .containsExactly(RandomWrites.Kind.values());
        System.out.println("Stores agree: applied " + applied);
    }

    /** Makes two hundred writes to three tasks of one user who has a budget. */
    private static void walk(SplittableRandom random, UserId user, Map<RandomWrites.Kind, Integer> applied) {
        MemoryTaskStore memory = new MemoryTaskStore();
        List<TaskId> tasks = List.of(id(random), id(random), id(random));
        List<RandomWrites> writers =
                tasks.stream().map(task -> new RandomWrites(random, task, user)).toList();
        Instant now = START;
        for (int i = 0; i < 200; i++) {
            int which = random.nextInt(tasks.size());
            // Records differ by at least a millisecond, because the index does not order equal times. Sometimes days
            // pass, so that items expire.
            now = now.plusMillis(1 + random.nextInt(random.nextInt(20) == 0 ? 900_000_000 : 90_000));
            RandomWrites.Kind kind = writers.get(which).kind();
            Optional<Write> write = writers.get(which).next(kind, now);
            if (write.isPresent()) {
                long limit = LIMITS.get(random.nextInt(LIMITS.size()));
                Recorded inMemory = Writes.make(memory, write.get(), limit);
                assertThat(Writes.make(DYNAMO, write.get(), limit))
                        .as("%s at %s", kind, now)
                        .isEqualTo(inMemory);
                Item after = memory.item(tasks.get(which));
                assertThat(DYNAMO.read(tasks.get(which)).map(Task::item).orElse(Item.ABSENT))
                        .as("after %s", kind)
                        .isEqualTo(after);
                writers.get(which).learn(after);
                if (inMemory instanceof Written.Applied) {
                    applied.merge(kind, 1, Integer::sum);
                }
            }
        }
        queriesAgree(memory, tasks, user, now);
    }

    private static void queriesAgree(MemoryTaskStore memory, List<TaskId> tasks, UserId user, Instant now) {
        assertThat(pages(DYNAMO, user)).isEqualTo(pages(memory, user));
        for (int shard : new TreeSet<>(tasks.stream().map(Due::shard).toList())) {
            List<Waking.Overdue> expected = overdue(memory, shard, now, tasks);
            assertThat(overdue(DYNAMO, shard, now, tasks)).isEqualTo(expected);
        }
        for (Budget budget : memory.budgets()) {
            assertThat(STORES.credits(budget)).isEqualTo(memory.credits(budget));
        }
    }

    private static List<TaskId> pages(TaskStore store, UserId user) {
        List<TaskId> found = new ArrayList<>();
        TaskStore.Position after = null;
        do {
            TaskStore.Page page = store.page(user, after, 2);
            page.tasks().forEach(task -> found.add(task.id()));
            after = page.next();
        } while (after != null);
        return found;
    }

    private static List<Waking.Overdue> overdue(TaskStore store, int shard, Instant now, List<TaskId> of) {
        List<Waking.Overdue> found = new ArrayList<>();
        store.overdue(shard, now, overdue -> {
            if (of.contains(overdue.task())) {
                found.add(overdue);
            }
        });
        return found;
    }

    private static TaskId id(SplittableRandom random) {
        return new TaskId("task-%024x".formatted(random.nextLong() & Long.MAX_VALUE));
    }

    @Test
    void orders_of_calls_end_alike_in_dynamodb() {
        long seed = Long.getLong("darkroom.seed", System.nanoTime());
        List<Scenario> scenarios = Stream.of(Scenario.all(), Scenario.deletions(), Scenario.sentAgain())
                .flatMap(List::stream)
                .toList();
        int orders = TestSize.isFull() ? 500 : 40;
        SplittableRandom random = new SplittableRandom(seed);
        int steps = 0;
        for (int order = 0; order < orders; order++) {
            // 37 and the number of scenarios have no common factor, so the steps reach every scenario.
            steps += replay(scenarios.get(order * 37 % scenarios.size()), random, seed);
        }
        System.out.println("Orders on DynamoDB: seed " + seed + ", " + orders + " orders, " + steps + " steps");
    }

    /** Plays one order at random, and makes each write in DynamoDB as well. */
    private static int replay(Scenario scenario, SplittableRandom random, long seed) {
        for (String key :
                List.of(Play.TASK.value(), Budget.of(Play.USER, Play.START).key())) {
            STORES.dynamoDb.deleteItem(
                    request -> request.tableName(STORES.name()).key(Map.of("task_id", AttributeValue.fromS(key))));
        }
        Play play = new Play(scenario, Tampering.NONE, (write, written, after) -> {
            Recorded inDynamo = Writes.make(DYNAMO, write, Play.DAILY_LIMIT);
            assertThat(inDynamo.getClass()).as("%s, seed %d", scenario, seed).isEqualTo(written.getClass());
            assertThat(DYNAMO.read(Play.TASK).map(Task::item).orElse(Item.ABSENT))
                    .as("%s, seed %d", scenario, seed)
                    .isEqualTo(after);
        });
        Scenario.Start start = scenario.start(play);
        World world = start.world();
        List<Step> next = new ArrayList<>(start.next());
        int steps = 0;
        while (true) {
            World now = world;
            List<Integer> ready = IntStream.range(0, next.size())
                    .filter(actor -> Play.isReady(now, next.get(actor)))
                    .boxed()
                    .toList();
            if (ready.isEmpty()) {
                return steps;
            }
            int actor = ready.get(random.nextInt(ready.size()));
            Orders.Taken<World, Step> taken = play.take(now, next.get(actor));
            world = taken.world();
            next.set(actor, taken.next());
            steps++;
        }
    }
}
