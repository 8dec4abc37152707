package dev.darkroom.invariants;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.IntUnaryOperator;

/**
 * Actors with a thread each, of which one runs at a time. Each waits for its turn before every call to the outside, and a random draw picks
 * the next. Thread-safe.
 */
final class Turns {

    /**
     * An actor on the task.
     *
     * @param mayStart whether the actor has a reason to start yet
     */
    record Actor(String name, BooleanSupplier mayStart, Runnable work) {}

    private enum State {
        NOT_STARTED,
        RUNNING,
        WAITING,
        OVER
    }

    private static final int NOBODY = -1;

    private final List<Actor> actors;
    private final State[] states;
    private final List<String> trace = new ArrayList<>();
    private final List<RuntimeException> failures = new ArrayList<>();
    private int turn = NOBODY;

    Turns(List<Actor> actors) {
        this.actors = List.copyOf(actors);
        this.states = new State[actors.size()];
        Arrays.fill(states, State.NOT_STARTED);
    }

    /** Waits for the actor's turn. Called on its thread before each call. */
    synchronized void await(int actor, String call) throws InterruptedException {
        states[actor] = State.WAITING;
        notifyAll();
        while (turn != actor) {
            wait();
        }
        turn = NOBODY;
        states[actor] = State.RUNNING;
        trace.add(actors.get(actor).name() + " " + call);
    }

    /**
     * Runs all actors to their end.
     *
     * @param draw returns a random number below its argument
     * @return the calls in the order in which they were made
     */
    List<String> run(IntUnaryOperator draw) throws InterruptedException {
        while (true) {
            awaitQuiet();
            List<Integer> ready = ready();
            if (ready.isEmpty()) {
                break;
            }
            int next = ready.get(draw.applyAsInt(ready.size()));
            synchronized (this) {
                if (states[next] == State.NOT_STARTED) {
                    states[next] = State.RUNNING;
                    Thread.ofVirtual().start(() -> work(next));
                } else {
                    // The actor counts as running from now on, before its thread notices.
                    states[next] = State.RUNNING;
                    turn = next;
                    notifyAll();
                }
            }
        }
        synchronized (this) {
            if (!failures.isEmpty()) {
                throw failures.getFirst();
            }
            return List.copyOf(trace);
        }
    }

    private synchronized void awaitQuiet() throws InterruptedException {
        while (List.of(states).contains(State.RUNNING)) {
            wait();
        }
    }

    private List<Integer> ready() {
        List<Integer> ready = new ArrayList<>();
        for (int actor = 0; actor < states.length; actor++) {
            State state;
            synchronized (this) {
                state = states[actor];
            }
            if (state == State.WAITING
                    || (state == State.NOT_STARTED
                            && actors.get(actor).mayStart().getAsBoolean())) {
                ready.add(actor);
            }
        }
        return ready;
    }

    private void work(int actor) {
        try {
            actors.get(actor).work().run();
        } catch (RuntimeException e) {
            synchronized (this) {
                failures.add(e);
            }
        } finally {
            synchronized (this) {
                states[actor] = State.OVER;
                notifyAll();
            }
        }
    }
}
