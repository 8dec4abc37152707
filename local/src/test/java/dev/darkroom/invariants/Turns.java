package dev.darkroom.invariants;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.IntUnaryOperator;

/**
 * Actors that run on threads of their own, but one at a time: each waits before every call to the outside until it is its turn, and
 * whose turn it is, somebody draws. Thread-safe.
 */
final class Turns {

    /**
     * Somebody who works on the task.
     *
     * @param mayStart whether there is a reason for it yet
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

    /** An actor's thread, before a call. */
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
     * Lets all come to their end.
     *
     * @param draw one of so many
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
                    // It runs from now on, whenever its thread comes to know.
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
