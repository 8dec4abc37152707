package dev.darkroom.invariants;

import dev.darkroom.task.CallbackStatus;
import dev.darkroom.task.Item;
import dev.darkroom.task.Report;
import dev.darkroom.task.Task;
import dev.darkroom.task.TaskState;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * Goes through every order in which a scenario's actors can take their steps, with a crash or a repeated write at any step. Skips worlds
 * that it has met before. When no actor has a step left, the sweep and the stream must bring the task to its end. After that, repeated
 * events must not change it.
 */
final class EveryOrder {
    /** More than one look per minute for a whole day. */
    private static final int MOST_ROUNDS = 3000;

    private final Play play;
    private final Scenario scenario;
    private final Met met = new Met();
    private final Met ends = new Met();
    private final Deque<String> trace = new ArrayDeque<>();

    private EveryOrder(Scenario scenario, Tampering tampering) {
        this.scenario = scenario;
        this.play = new Play(scenario, tampering, (write, written, after) -> {});
    }

    /**
     * The size of a proof.
     *
     * @param worlds the number of different worlds
     * @param ends the number of worlds in which no actor has a step left
     */
    record Size(long worlds, long ends) {
        Size plus(Size other) {
            return new Size(worlds + other.worlds, ends + other.ends);
        }
    }

    /** @throws Invariant.Broken with the order of steps that broke it */
    static Size of(Scenario scenario, Tampering tampering, int faults) {
        EveryOrder order = new EveryOrder(scenario, tampering);
        try {
            order.enter(scenario.start(order.play, faults));
        } catch (Invariant.Broken e) {
            throw e.with(scenario + "; steps: " + String.join(" ", order.trace));
        }
        return new Size(order.met.size(), order.ends.size());
    }

    private void enter(World world) {
        if (!met.add(world.parts())) {
            return;
        }
        boolean over = true;
        for (int actor = 0; actor < world.next().size(); actor++) {
            if (Play.isReady(world, actor)) {
                over = false;
                step(world, actor);
            }
        }
        if (over) {
            conclude(world);
        }
    }

    private void step(World world, int actor) {
        trace.addLast(Play.described(world, actor, null));
        enter(play.take(world, actor));
        trace.removeLast();
        if (world.faults() > 0 && Play.isSomebodysCall(world, actor)) {
            World fewer = world.withFaults(world.faults() - 1);
            trace.addLast(Play.described(world, actor, "crashed before"));
            enter(fewer.then(actor, new Step.Over()));
            trace.removeLast();
            trace.addLast(Play.described(world, actor, "answer lost, repeated"));
            // A repeated write: the first attempt took effect, and its author takes the same step again.
            World once = play.take(fewer, actor).then(actor, world.next().get(actor));
            enter(play.take(once, actor));
            trace.removeLast();
        }
    }

    /** Brings the task to its end by the stream and the sweep, when no actor has a step left. */
    private void conclude(World world) {
        World settled = world.upstream(world.accepted(), world.accepted() > 0);
        if (!ends.add(settled.with(List.of()).parts())) {
            return;
        }
        int length = trace.size();
        World now = settled;
        for (int round = 0; !isDone(now.item()); round++) {
            Invariant.EVERY_TASK_ENDS.require(round < MOST_ROUNDS, "still open after " + round + " rounds");
            now = run(now, next(now.item(), round));
        }
        if (WorldInvariants.isGone(now.item())) {
            Invariant.DELETED_IS_GONE.require(now.bucket().isEmpty(), "left in the bucket: " + now.bucket());
            storm(now);
        } else if (now.item().exists()) {
            Invariant.CLIENT_IS_TOLD_AFTER_THE_END.require(
                    now.told() > now.owed(), "told " + now.told() + " times, sent again " + now.owed() + " times");
            storm(now);
        }
        while (trace.size() > length) {
            trace.removeLast();
        }
    }

    private static boolean isDone(Item item) {
        return !item.exists()
                || new Task(item).callbackStatus() == CallbackStatus.DELIVERED
                || new Task(item).state() == TaskState.DELETED;
    }

    private static Step next(Item item, int round) {
        Task task = new Task(item);
        if (task.state() == TaskState.DUE) {
            return new Step.Claim("later-worker-" + round);
        }
        if (task.state() == TaskState.DELETING) {
            // Alternates between the stream's record of a write and the sweep.
            return round % 2 == 0 ? new Step.Claim("later-worker-" + round) : new Step.Query(true);
        }
        return !task.state().isOpen() && task.callbackStatus() == CallbackStatus.DUE
                ? new Step.ClaimCallback("later-notifier-" + round)
                : new Step.Query(true);
    }

    /** Repeats every event that could still arrive. */
    private void storm(World world) {
        List<Step> late = new ArrayList<>(List.of(
                new Step.Deliver(new Report.Ended(Scenario.UPSTREAM, "late")),
                new Step.Deliver(new Report.Unreadable("late")),
                new Step.Claim("late-worker"),
                new Step.ClaimCallback("late-notifier")));
        scenario.actors().stream().filter(Step.Deliver.class::isInstance).forEach(late::add);
        World now = world;
        for (Step step : late) {
            now = run(now, step);
        }
    }

    /** Runs one more actor to its end. */
    private World run(World world, Step step) {
        World now = world.with(List.of(step));
        while (Play.isReady(now, 0)) {
            trace.addLast(Play.described(now, 0, null));
            now = play.take(now, 0);
        }
        return now;
    }
}
