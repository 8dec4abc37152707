package dev.darkroom.invariants;

import dev.darkroom.task.CallbackStatus;
import dev.darkroom.task.Item;
import dev.darkroom.task.Report;
import dev.darkroom.task.Task;
import dev.darkroom.task.TaskState;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Every order of a scenario's steps. When no actor has a step left, the sweep and the stream must bring the task to its end. After that,
 * repeated events must not change it.
 */
final class EveryOrder implements Orders.Rules<World, Step> {
    /** More than one look per minute until the last deadline. */
    private static final int MOST_ROUNDS = 200;

    private final Play play;
    private final Scenario scenario;
    private final Set<World> ends = new HashSet<>();

    /** The steps after the order, until the task's end. */
    private final List<Step> afterwards = new ArrayList<>();

    private EveryOrder(Scenario scenario, Tampering tampering) {
        this.scenario = scenario;
        this.play = new Play(scenario, tampering, (write, written, after) -> {});
    }

    /**
     * The size of a proof.
     *
     * @param moments the number of different moments
     * @param ends the number of worlds in which no actor has a step left
     */
    record Size(long moments, long ends) {
        Size plus(Size other) {
            return new Size(moments + other.moments, ends + other.ends);
        }
    }

    /** @throws Invariant.Broken with the order of steps that broke it */
    static Size of(Scenario scenario, Tampering tampering, int faults) {
        EveryOrder order = new EveryOrder(scenario, tampering);
        try {
            Scenario.Start start = scenario.start(order.play);
            return new Size(Orders.explore(order, start.world(), start.next(), faults), order.ends.size());
        } catch (Invariant.Broken e) {
            throw e.with("then " + Orders.names(order.afterwards) + "; " + scenario);
        }
    }

    @Override
    public boolean isReady(World world, Step step) {
        return Play.isReady(world, step);
    }

    @Override
    public Orders.Taken<World, Step> take(World world, Step step) {
        return play.take(world, step);
    }

    @Override
    public boolean isCall(Step step) {
        return Play.isCall(step);
    }

    @Override
    public Step over() {
        return new Step.Over();
    }

    /** Brings the task to its end by the stream and the sweep. */
    @Override
    public void conclude(World world, List<Step> left, boolean faultless) {
        World now = world.upstream(world.accepted(), world.accepted() > 0);
        if (!ends.add(now)) {
            return;
        }
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
        afterwards.clear();
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
        return run(world, step, afterwards).world();
    }
}
