package dev.darkroom.invariants;

import static org.assertj.core.api.Assertions.assertThat;

import dev.darkroom.json.Json;
import dev.darkroom.task.Attribute;
import dev.darkroom.task.Item;
import dev.darkroom.task.Value;
import dev.darkroom.testing.TestSize;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

/**
 * Runs several real functions at once on one task, with their calls to the outside in random order. Most orders use a table in memory. Some
 * are repeated on DynamoDB and must give the same result.
 */
@Order(1)
class RealOrdersTest {
    /** The attributes in which two runs of one order must agree. Ids and times differ between runs. */
    private static final List<Attribute> ALIKE = List.of(
            Attribute.STATE,
            Attribute.ERROR_TYPE,
            Attribute.UPSTREAM_STATUS,
            Attribute.PROGRESS,
            Attribute.ATTEMPTS,
            Attribute.CALLBACK_STATUS,
            Attribute.CALLBACK_ATTEMPTS,
            Attribute.VERSION);

    @AutoClose
    private static Cloud cloud;

    private static int lives;

    @BeforeAll
    static void start() throws Exception {
        cloud = Cloud.start();
    }

    /** The calls in their order, and the task's item after all of them. */
    private record Played(List<String> calls, Map<Attribute, Value> item) {}

    @Test
    void functions_that_interleave_break_no_invariant_and_do_the_same_in_dynamodb() throws InterruptedException {
        long seed = Long.getLong("darkroom.seed", System.nanoTime());
        int orders = TestSize.isFull() ? 500 : 40;
        SplittableRandom random = new SplittableRandom(seed);
        Set<List<String>> different = new HashSet<>();
        int compared = 0;
        for (int order = 0; order < orders; order++) {
            Story story = Story.ALL.get(random.nextInt(Story.ALL.size()));
            long draws = random.nextLong();
            Played inMemory = play(story, draws, new MemoryTaskStore());
            different.add(inMemory.calls());
            if (order % 5 == 0) {
                assertThat(play(story, draws, null))
                        .as("%s, in DynamoDB, seed %d", story, seed)
                        .isEqualTo(inMemory);
                compared++;
            }
        }
        System.out.println("Orders of the functions' calls: seed " + seed + ", " + orders + " drawn, "
                + different.size() + " different, " + compared + " of them on DynamoDB too");
        assertThat(different).hasSizeGreaterThan(orders / 2);
    }

    private static Played play(Story story, long draws, @Nullable MemoryTaskStore memory) throws InterruptedException {
        cloud.keepIn(memory);
        Life life = new Life(cloud, story, lives++);
        life.prepare(Map.of());
        SplittableRandom random = new SplittableRandom(draws);
        Turns turns = new Turns(actors(life));
        try {
            List<String> calls = cloud.inTurns(turns, () -> turns.run(random::nextInt));
            life.look();
            Played played = new Played(calls, alike(life.item()));
            life.liveOn();
            LifeInvariants.check(cloud, life, true);
            return played;
        } catch (Invariant.Broken e) {
            throw e.with(story + ", draws " + draws + (memory == null ? ", in DynamoDB" : ", in memory"));
        }
    }

    private static List<Turns.Actor> actors(Life life) {
        BooleanSupplier recorded = () -> {
            life.look();
            return life.item().exists();
        };
        BooleanSupplier sent = () -> life.upstream().isPresent();
        List<Turns.Actor> actors = new ArrayList<>();
        add(actors, "submit", Sandbox.Function.SUBMIT, () -> true, life::submitEvent);
        if (life.story().webhook()) {
            add(actors, "webhook 1", Sandbox.Function.CALLBACK, sent, () -> life.webhook("finished"));
            add(actors, "webhook 2", Sandbox.Function.CALLBACK, sent, () -> life.webhook("failed"));
        }
        add(actors, "worker 1", Sandbox.Function.SETTLE, recorded, life::streamEvent);
        add(actors, "worker 2", Sandbox.Function.SETTLE, recorded, life::streamEvent);
        add(actors, "sweep", Sandbox.Function.SWEEP, recorded, () -> sweep(life, false));
        add(actors, "late sweep", Sandbox.Function.SWEEP, recorded, () -> sweep(life, true));
        add(actors, "worker 3", Sandbox.Function.SETTLE, recorded, life::streamEvent);
        if (life.story().after().isDeletion()) {
            addDeletion(actors, life);
        }
        return actors;
    }

    /** Adds a deletion while workers are still busy, and a preview that is made meanwhile. */
    private static void addDeletion(List<Turns.Actor> actors, Life life) {
        BooleanSupplier ended = () -> {
            life.look();
            return WorldInvariants.isEnded(life.item());
        };
        BooleanSupplier gone = () -> {
            life.look();
            return WorldInvariants.isGone(life.item());
        };
        add(actors, "notifier", Sandbox.Function.NOTIFY, ended, life::streamEvent);
        add(actors, "user", Sandbox.Function.TASKS, ended, life::deleteEvent);
        add(actors, "remover 1", Sandbox.Function.SETTLE, gone, life::streamEvent);
        add(actors, "remover 2", Sandbox.Function.SETTLE, gone, life::streamEvent);
        BooleanSupplier hasImage = () -> !images(life).isEmpty();
        actors.add(new Turns.Actor(
                "preview",
                hasImage,
                () -> images(life).forEach(key -> cloud.stores().put("previews/" + key + ".jpg", new byte[1]))));
    }

    private static List<String> images(Life life) {
        return cloud.stores().keys("images/" + life.user().keySegment() + "/");
    }

    private static Json.Obj sweep(Life life, boolean late) {
        life.look();
        // A worker never outlives the ten minutes between a deletion and the last removal, even when this test holds it
        // up.
        if (life.item().number(Attribute.DUE_AT) != null && !WorldInvariants.isGone(life.item())) {
            cloud.clock().moveTo(Play.overdueAt(life.item(), late));
        }
        return Events.schedule();
    }

    private static void add(
            List<Turns.Actor> actors,
            String name,
            Sandbox.Function function,
            BooleanSupplier mayStart,
            Supplier<Json.Obj> event) {
        int number = actors.size();
        actors.add(new Turns.Actor(name, mayStart, () -> cloud.invokeAs(number, function, event.get())));
    }

    private static Map<Attribute, Value> alike(Item item) {
        Map<Attribute, Value> alike = new TreeMap<>();
        for (Attribute attribute : ALIKE) {
            Value value = item.get(attribute);
            if (value != null) {
                alike.put(attribute, value);
            }
        }
        return alike;
    }
}
