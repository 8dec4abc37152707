package dev.darkroom.invariants;

import static org.assertj.core.api.Assertions.assertThat;

import dev.darkroom.testing.TestSize;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Crashes a function, or loses an answer, at every single call to the outside. The task must still end correctly. */
@Order(0)
class CrashTest {
    /** Calls that every task's life contains. If one is missing, the proof no longer covers it. */
    private static final List<String> KNOWN = List.of(
            "CALLBACK UpdateItem",
            "NOTIFY UpdateItem",
            "NOTIFY client",
            "SETTLE DeleteObject",
            "SETTLE GetObject",
            "SETTLE ListObjects",
            "SETTLE PutObject",
            "SETTLE TransactWriteItems",
            "SETTLE UpdateItem",
            "SETTLE file",
            "SETTLE status",
            "SUBMIT GetItem",
            "SUBMIT TransactWriteItems",
            "SUBMIT UpdateItem",
            "SUBMIT source",
            "SUBMIT submit",
            "SWEEP Query",
            "SWEEP UpdateItem",
            "TASKS GetItem",
            "TASKS UpdateItem");

    private static final List<Gate.Fate> FAULTS =
            List.of(Gate.Fate.CRASH_BEFORE, Gate.Fate.CRASH_AFTER, Gate.Fate.ANSWER_LOST);

    /**
     * A crash before a call leaves what a crash after the call before it left. So the small proof tries it only in the random
     * combinations.
     */
    private static final List<Gate.Fate> AT_EACH_CALL =
            TestSize.isFull() ? FAULTS : List.of(Gate.Fate.CRASH_AFTER, Gate.Fate.ANSWER_LOST);

    @AutoClose
    private static Cloud cloud;

    private static int lives;

    @BeforeAll
    static void start() throws Exception {
        cloud = Cloud.start();
    }

    @Test
    void a_crash_at_any_call_breaks_no_invariant() {
        Set<String> kinds = new TreeSet<>();
        Set<String> tried = new HashSet<>();
        for (Story story : Story.ALL) {
            List<String> calls = live(story, Map.of());
            assertThat(calls).as("calls of a task %s", story).isNotEmpty();
            kinds.addAll(calls);
            for (int call = 0; call < calls.size(); call++) {
                // The small proof tries each pair of consecutive kinds of calls once.
                String point = (call == 0 ? "" : calls.get(call - 1)) + " -> " + calls.get(call);
                if (tried.add(TestSize.isFull() ? story + " " + call : point)) {
                    crash(story, calls, call);
                }
            }
            System.out.println("Crash at every point, " + story + ": " + calls.size() + " calls: " + calls);
        }
        System.out.println("Crash at every point: " + tried.size() + " points, each in " + AT_EACH_CALL.size()
                + " ways, of " + kinds.size() + " kinds: " + kinds);
        assertThat(kinds).as("kinds of calls").containsAll(KNOWN);
    }

    private static void crash(Story story, List<String> calls, int call) {
        for (Gate.Fate fault : AT_EACH_CALL) {
            List<String> happened = live(story, Map.of(call, fault));
            assertThat(happened)
                    .as("the call that %s happened to", fault)
                    .element(call)
                    .isEqualTo(calls.get(call));
        }
    }

    @Test
    void nor_do_two_or_three_in_one_life() {
        long seed = Long.getLong("darkroom.seed", System.nanoTime());
        int rounds = TestSize.isFull() ? 200 : 12;
        System.out.println("Crashes in one life: seed " + seed + ", " + rounds + " lives");
        SplittableRandom random = new SplittableRandom(seed);
        for (int round = 0; round < rounds; round++) {
            Story story = Story.ALL.get(random.nextInt(Story.ALL.size()));
            Map<Integer, Gate.Fate> faults = new TreeMap<>();
            for (int fault = 0; fault < 3; fault++) {
                faults.put(random.nextInt(18), FAULTS.get(random.nextInt(FAULTS.size())));
            }
            live(story, faults);
        }
    }

    /** The proof must fail, with the right invariant, when the product is broken on purpose. */
    @ParameterizedTest
    @CsvSource({
        "CALLBACK_UNCONDITIONAL, ENDED_STAYS_ENDED",
        "CLAIM_UNCONDITIONAL, ENDED_STAYS_ENDED",
        "RECORDED_AFTER_THE_SEND, RECORDED_BEFORE_SENT",
        "OBJECTS_OVERWRITTEN, FINISHED_IS_IN_THE_BUCKET"
    })
    void a_fault_put_in_on_purpose_is_noticed(Tampering tampering, Invariant broken) {
        cloud.tamper(tampering);
        try {
            Optional<Invariant.Broken> noticed = noticed();

            assertThat(noticed.map(Invariant.Broken::invariant))
                    .as("a proof that notices nothing proves nothing")
                    .contains(broken);
            System.out.println(tampering + " is noticed: "
                    + noticed.map(Throwable::getMessage).orElse(""));
        } finally {
            cloud.tamper(Tampering.NONE);
        }
    }

    /** Runs a task with a webhook, first without a crash and then with a crash at each call. */
    private static Optional<Invariant.Broken> noticed() {
        Story story = Story.ALL.getFirst();
        try {
            int calls = live(story, Map.of()).size();
            for (int call = 0; call < calls; call++) {
                live(story, Map.of(call, Gate.Fate.CRASH_AFTER));
            }
            return Optional.empty();
        } catch (Invariant.Broken e) {
            return Optional.of(e);
        }
    }

    private static List<String> live(Story story, Map<Integer, Gate.Fate> faults) {
        Life life = new Life(cloud, story, lives++);
        try {
            life.live(faults);
            LifeInvariants.check(cloud, life, false);
            return new ArrayList<>(cloud.watch().calls());
        } catch (Invariant.Broken e) {
            throw e.with(story + ", with " + faults + ", calls " + cloud.watch().calls());
        }
    }
}
