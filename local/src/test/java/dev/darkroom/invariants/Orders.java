package dev.darkroom.invariants;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Goes through every order in which some actors can take their steps, with a crash or a repeated call at any step. A moment is a world and
 * the next step of each actor. Equal moments have equal futures, so each is explored once.
 *
 * <p>Millions of moments consist of few different worlds and steps. Each of these gets a number, and what a step does to a world is worked
 * out once.
 *
 * @param <W> a world, without the actors; equal worlds are alike for every step
 * @param <S> a step; equal steps do the same to equal worlds
 */
final class Orders<W, S> {
    private static final long NOT_READY = -1;

    private final Rules<W, S> rules;
    private final Numbers<W> worlds = new Numbers<>();
    private final Numbers<S> steps = new Numbers<>();

    /** What each step does to each world: the numbers of the new world and of the actor's next step, as one. */
    private final Map<Long, Long> taken = new HashMap<>();

    /** The same where the step is ready, and {@link #NOT_READY} elsewhere. */
    private final Map<Long, Long> ready = new HashMap<>();

    private final Set<Moment> met = new HashSet<>();
    private final Deque<Happened<S>> trace = new ArrayDeque<>();
    private final int faults;
    private final int over;

    /** What steps do. */
    interface Rules<W, S> {
        /** Returns whether the step can be taken in this world. */
        boolean isReady(W world, S step);

        /**
         * Returns what the step leads to.
         *
         * @throws Invariant.Broken if the step breaks an invariant
         */
        Taken<W, S> take(W world, S step);

        /** Returns whether the step is a call of a function of ours, which can crash and whose answer can be lost. */
        boolean isCall(S step);

        /** Returns the world in which the actor died before this step. */
        default W crash(W world, S step) {
            return world;
        }

        /** Returns the step of an actor that has nothing left to do. */
        S over();

        /** Takes one actor's steps until it is not ready any more, and adds them to the list. */
        default Taken<W, S> run(W world, S step, List<S> steps) {
            Taken<W, S> now = new Taken<>(world, step);
            while (isReady(now.world(), now.next())) {
                steps.add(now.next());
                now = take(now.world(), now.next());
            }
            return now;
        }

        /**
         * Called when no actor can take a step any more.
         *
         * @param left each actor's next step
         * @param faultless whether every call was made, and its answer arrived
         */
        void conclude(W world, List<S> left, boolean faultless);
    }

    /** The world after a step, and the actor's next step. */
    record Taken<W, S>(W world, S next) {}

    private record Happened<S>(int actor, S step, String how) {
        @Override
        public String toString() {
            return actor + ":" + step.getClass().getSimpleName() + how;
        }
    }

    /** Returns the kinds of the steps: all of a step would be too much to read. */
    static String names(List<?> steps) {
        return steps.stream().map(step -> step.getClass().getSimpleName()).collect(Collectors.joining(" "));
    }

    /** A world, how many faults may still happen, and each actor's next step. */
    private static final class Moment {
        private static final int FIRST_ACTOR = 2;

        private final int[] numbers;
        private final int hash;

        Moment(int[] numbers) {
            this.numbers = numbers;
            this.hash = Arrays.hashCode(numbers);
        }

        int world() {
            return numbers[0];
        }

        int faults() {
            return numbers[1];
        }

        int actors() {
            return numbers.length - FIRST_ACTOR;
        }

        int step(int actor) {
            return numbers[FIRST_ACTOR + actor];
        }

        Moment with(int world, int faults, int actor, int step) {
            int[] other = numbers.clone();
            other[0] = world;
            other[1] = faults;
            other[FIRST_ACTOR + actor] = step;
            return new Moment(other);
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Moment moment && hash == moment.hash && Arrays.equals(numbers, moment.numbers);
        }

        @Override
        public int hashCode() {
            return hash;
        }
    }

    /** Numbers for things: equal ones have the same. */
    private static final class Numbers<T> {
        private final Map<T, Integer> numbers = new HashMap<>();
        private final List<T> things = new ArrayList<>();

        int of(T thing) {
            Integer known = numbers.putIfAbsent(thing, things.size());
            if (known != null) {
                return known;
            }
            things.add(thing);
            return things.size() - 1;
        }

        T get(int number) {
            return things.get(number);
        }
    }

    private Orders(Rules<W, S> rules, int faults) {
        this.rules = rules;
        this.faults = faults;
        this.over = steps.of(rules.over());
    }

    /**
     * Returns the number of different moments.
     *
     * @param faults the most crashes and repeated calls in one order
     * @throws Invariant.Broken with the order of steps that broke it
     */
    static <W, S> long explore(Rules<W, S> rules, W world, List<S> actors, int faults) {
        Orders<W, S> orders = new Orders<>(rules, faults);
        int[] numbers = new int[Moment.FIRST_ACTOR + actors.size()];
        numbers[0] = orders.worlds.of(world);
        numbers[1] = faults;
        for (int actor = 0; actor < actors.size(); actor++) {
            numbers[Moment.FIRST_ACTOR + actor] = orders.steps.of(actors.get(actor));
        }
        try {
            orders.enter(new Moment(numbers));
        } catch (Invariant.Broken e) {
            throw e.with(
                    "steps: " + orders.trace.stream().map(Happened::toString).collect(Collectors.joining(" ")));
        }
        return orders.met.size();
    }

    private void enter(Moment moment) {
        if (!met.add(moment)) {
            return;
        }
        boolean isOver = true;
        for (int actor = 0; actor < moment.actors(); actor++) {
            isOver &= !step(moment, actor);
        }
        if (isOver) {
            rules.conclude(
                    worlds.get(moment.world()),
                    IntStream.range(0, moment.actors())
                            .mapToObj(actor -> steps.get(moment.step(actor)))
                            .toList(),
                    moment.faults() == faults);
        }
    }

    private long ready(int world, int step) {
        Long known = ready.get(pair(world, step));
        if (known == null) {
            known = rules.isReady(worlds.get(world), steps.get(step)) ? take(world, step) : NOT_READY;
            ready.put(pair(world, step), known);
        }
        return known;
    }

    private long take(int world, int step) {
        Long known = taken.get(pair(world, step));
        if (known == null) {
            Taken<W, S> after = rules.take(worlds.get(world), steps.get(step));
            known = pair(worlds.of(after.world()), steps.of(after.next()));
            taken.put(pair(world, step), known);
        }
        return known;
    }

    private static long pair(int world, int step) {
        return (long) world << 32 | step;
    }

    /** Returns whether the actor could take its step. */
    private boolean step(Moment moment, int actor) {
        S step = steps.get(moment.step(actor));
        trace.addLast(new Happened<>(actor, step, ""));
        long after = ready(moment.world(), moment.step(actor));
        if (after == NOT_READY) {
            trace.removeLast();
            return false;
        }
        int world = (int) (after >> 32);
        enter(moment.with(world, moment.faults(), actor, (int) after));
        trace.removeLast();
        if (moment.faults() > 0 && rules.isCall(step)) {
            int fewer = moment.faults() - 1;
            trace.addLast(new Happened<>(actor, step, "!crashed before"));
            int crashed = worlds.of(rules.crash(worlds.get(moment.world()), step));
            enter(moment.with(crashed, fewer, actor, over));
            trace.removeLast();
            trace.addLast(new Happened<>(actor, step, "!answer lost, repeated"));
            // The first attempt took effect, and its author takes the same step again.
            long again = take(world, moment.step(actor));
            enter(moment.with((int) (again >> 32), fewer, actor, (int) again));
            trace.removeLast();
        }
        return true;
    }
}
