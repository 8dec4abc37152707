package dev.darkroom.invariants;

import dev.darkroom.task.Attribute;
import dev.darkroom.task.ErrorType;
import dev.darkroom.task.Item;
import dev.darkroom.task.Ownership;
import dev.darkroom.task.Report;
import dev.darkroom.task.Settling;
import dev.darkroom.task.StoredImage;
import dev.darkroom.task.Submitting;
import dev.darkroom.task.Task;
import dev.darkroom.task.TaskId;
import dev.darkroom.task.TaskState;
import dev.darkroom.task.UpstreamTaskId;
import dev.darkroom.task.UserId;
import dev.darkroom.task.Waking;
import dev.darkroom.task.Write;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Two tasks that claim the same upstream task. The actors are their submits' answers, webhooks, workers and sweeps. Both upstream tasks end
 * with a picture before the first write: the hardest case.
 */
final class TwoTasks implements Orders.Rules<TwoTasks.World, TwoTasks.Step> {
    /** The task of the user who pays for {@link #PICTURE}. It has the larger id, so that a tie would be decided against it. */
    static final TaskId OWNER = new TaskId("task-BBBBBBBBBBBBBBBBBBBBBBBB");

    /** The task whose webhook address has leaked; {@link #ANOTHER} is its upstream id. */
    static final TaskId THIEF = new TaskId("task-AAAAAAAAAAAAAAAAAAAAAAAA");

    static final UpstreamTaskId PICTURE = new UpstreamTaskId("task-unified-1");
    static final UpstreamTaskId ANOTHER = new UpstreamTaskId("task-unified-2");

    /** An id that upstream does not know. */
    static final UpstreamTaskId MADE_UP = new UpstreamTaskId("task-unified-3");

    private static final Instant START = Play.START;
    private static final Duration POLL = Duration.ofMinutes(1);
    private static final Duration SUBMIT_DEADLINE = Duration.ofMinutes(15);
    private static final Duration FORGOTTEN_AFTER = Duration.ofHours(1);
    private static final Duration RETENTION = Duration.ofDays(37);
    private static final int MOST_ROUNDS = 200;

    /** Which answers to the two submits arrive. */
    enum Answers {
        /** The owner's arrives, the other is lost. */
        OWNERS,
        /** Both arrive. */
        BOTH,
        /** The owner's is lost, the other arrives. */
        THIEFS,
        /** Both are lost. */
        NONE,
        /** The owner's is lost. The owner's webhook address has leaked, and a webhook to it names a made-up id. */
        FORGED
    }

    /** A rule that is left out on purpose, to check that the proof notices. */
    enum Loosened {
        NOTHING,
        NO_QUESTION,
        NOT_HELD_BACK,
        ENDED_DO_NOT_COUNT,
        EARLIER_DOES_NOT_COUNT,
        SAME_ID_NOT_CONFIRMED,
        UNKNOWN_ID_STAYS
    }

    sealed interface Step {
        /** Submit: writes the id of its own answer. */
        record Answer(Task recorded, UpstreamTaskId upstream) implements Step {}

        record AnswerAfterAll(Write write) implements Step {}

        /** A webhook to a task's address that names an upstream task. */
        record Deliver(TaskId to, UpstreamTaskId names) implements Step {}

        /** A webhook that was told to come again. */
        record Again(Deliver webhook) implements Step {}

        record Claim(TaskId task, String claim) implements Step {}

        /** Settle: asks the index which tasks have the id. */
        record Find(Task held) implements Step {}

        /** Settle: reads those tasks, and looks upstream. */
        record Look(Task held, List<TaskId> found, Instant asked) implements Step {}

        record Conclude(Task held, Write write) implements Step {}

        /** Sweep: waits until the task is overdue and has no lease. */
        record Query(TaskId task) implements Step {}

        record Wake(TaskId task) implements Step {}

        record Over() implements Step {}
    }

    /**
     * One moment.
     *
     * @param answered the tasks whose own answer is written
     * @param submitting the tasks whose submit has not ended
     */
    record World(Map<TaskId, Item> items, Set<TaskId> answered, Set<TaskId> submitting, Instant now) {
        World {
            items = Map.copyOf(items);
            answered = Set.copyOf(answered);
            submitting = Set.copyOf(submitting);
        }

        Item item(TaskId task) {
            return items.getOrDefault(task, Item.ABSENT);
        }

        Orders.Taken<World, Step> then(Step step) {
            return new Orders.Taken<>(this, step);
        }

        World at(Instant time) {
            return new World(items, answered, submitting, time.isAfter(now) ? time : now);
        }

        /** Returns this world after the end of a task's submit. */
        World submitted(TaskId task, boolean isAnswered) {
            Set<TaskId> others = new HashSet<>(submitting);
            others.remove(task);
            Set<TaskId> more = new HashSet<>(answered);
            if (isAnswered) {
                more.add(task);
            }
            return new World(items, more, others, now);
        }
    }

    private record End(World world, List<Step.Again> senders, boolean faultless) {}

    private final Answers answers;
    private final Loosened loosened;
    private final Set<End> ends = new HashSet<>();

    /** The steps after an order, until both tasks' ends. */
    private final List<Step> afterwards = new ArrayList<>();

    private TwoTasks(Answers answers, Loosened loosened) {
        this.answers = answers;
        this.loosened = loosened;
    }

    /**
     * Returns the number of different moments.
     *
     * @throws Invariant.Broken with the order of steps that broke it
     */
    static long moments(Answers answers, Loosened loosened, int faults) {
        TwoTasks orders = new TwoTasks(answers, loosened);
        Map<TaskId, Item> items = new HashMap<>();
        for (TaskId task : List.of(OWNER, THIEF)) {
            items.put(task, record(task));
        }
        List<Step> actors = new ArrayList<>();
        Set<TaskId> submitting = new HashSet<>();
        if (answers == Answers.OWNERS || answers == Answers.BOTH) {
            actors.add(new Step.Answer(new Task(record(OWNER)), PICTURE));
            submitting.add(OWNER);
        }
        if (answers == Answers.THIEFS || answers == Answers.BOTH) {
            actors.add(new Step.Answer(new Task(record(THIEF)), ANOTHER));
            submitting.add(THIEF);
        }
        actors.addAll(
                answers == Answers.FORGED
                        ? List.of(new Step.Deliver(OWNER, MADE_UP), new Step.Deliver(OWNER, MADE_UP))
                        : List.of(new Step.Deliver(THIEF, PICTURE), new Step.Deliver(THIEF, ANOTHER)));
        actors.addAll(List.of(
                new Step.Deliver(OWNER, PICTURE),
                new Step.Claim(OWNER, "owner's worker"),
                new Step.Claim(THIEF, "thief's worker"),
                new Step.Query(THIEF),
                new Step.Query(OWNER)));
        try {
            return Orders.explore(orders, new World(items, Set.of(), submitting, START), actors, faults);
        } catch (Invariant.Broken e) {
            throw e.with("then " + Orders.names(orders.afterwards) + "; answers " + answers);
        }
    }

    private static Item record(TaskId task) {
        return Submitting.record(
                        new Submitting.NewTask(
                                task,
                                new UserId(task.value()),
                                "gpt-image-2",
                                "{}",
                                1,
                                "1K",
                                null,
                                "author of " + task),
                        START,
                        POLL,
                        SUBMIT_DEADLINE,
                        false)
                .apply(Item.ABSENT);
    }

    @Override
    public boolean isReady(World world, Step step) {
        return switch (step) {
            case Step.Over _, Step.Again _ -> false;
            // By then the submits have ended, with or without their answers written.
            case Step.Query(TaskId task) ->
                world.item(task).number(Attribute.DUE_AT) != null
                        && world.submitting().isEmpty();
            default -> true;
        };
    }

    @Override
    public boolean isCall(Step step) {
        return true;
    }

    @Override
    public World crash(World world, Step step) {
        return switch (step) {
            case Step.Answer(Task recorded, UpstreamTaskId _) -> world.submitted(recorded.id(), false);
            case Step.AnswerAfterAll(Write write) -> world.submitted(write.task(), false);
            default -> world;
        };
    }

    @Override
    public Step over() {
        return new Step.Over();
    }

    @Override
    public Orders.Taken<World, Step> take(World world, Step step) {
        return switch (step) {
            case Step.Answer(Task recorded, UpstreamTaskId upstream) -> answer(world, recorded, upstream);
            case Step.AnswerAfterAll(Write write) ->
                write(world, write).submitted(write.task(), true).then(new Step.Over());
            case Step.Deliver webhook -> deliver(world, webhook);
            case Step.Claim(TaskId task, String claim) -> {
                Write write = Settling.claim(task, claim, world.now());
                World after = write(world, write);
                boolean mine = write.condition().holds(world.item(task))
                        || write.doneBefore().holds(world.item(task));
                yield after.then(mine ? look(new Task(after.item(task)), world.now()) : new Step.Over());
            }
            case Step.Find(Task held) ->
                world.then(new Step.Look(
                        held,
                        world.items().values().stream()
                                .map(Task::new)
                                .filter(task -> isHeldBy(held, task))
                                .map(Task::id)
                                .sorted((one, two) -> one.value().compareTo(two.value()))
                                .toList(),
                        world.now()));
            case Step.Look(Task held, List<TaskId> found, Instant asked) -> {
                List<Task> holders = found.stream()
                        .map(task -> new Task(world.item(task)))
                        .filter(task -> isHeldBy(held, task))
                        .toList();
                yield world.then(settle(held, ownership(held, holders, asked), world.now()));
            }
            case Step.Conclude(Task held, Write write) -> {
                Item before = world.item(held.id());
                boolean done =
                        write.condition().holds(before) || write.doneBefore().holds(before);
                Step next = done
                        ? new Step.Over()
                        : Settling.stillHeld(held, before)
                                .map(task -> look(task, world.now()))
                                .orElseGet(Step.Over::new);
                yield write(world, write).then(next);
            }
            case Step.Query(TaskId task) ->
                world.at(Play.overdueAt(world.item(task), true)).then(new Step.Wake(task));
            case Step.Wake(TaskId task) ->
                write(world, Waking.wake(task, world.now())).then(new Step.Over());
            case Step.Over _, Step.Again _ -> throw new IllegalStateException("nothing left to do");
        };
    }

    private Orders.Taken<World, Step> answer(World world, Task recorded, UpstreamTaskId upstream) {
        Write write = Submitting.accepted(recorded, upstream, world.now(), POLL);
        Item before = world.item(recorded.id());
        if (write.condition().holds(before) || write.doneBefore().holds(before)) {
            return write(world, write).submitted(write.task(), true).then(new Step.Over());
        }
        boolean skipped =
                loosened == Loosened.SAME_ID_NOT_CONFIRMED && upstream.equals(new Task(before).upstreamTaskId());
        Optional<Write.Update> second = Submitting.acceptedAfterAll(before, recorded.id(), upstream, world.now())
                .filter(_ -> !skipped);
        return second.isPresent()
                ? world.then(new Step.AnswerAfterAll(second.get()))
                : world.submitted(write.task(), true).then(new Step.Over());
    }

    private static Orders.Taken<World, Step> deliver(World world, Step.Deliver webhook) {
        Report report = new Report.Ended(webhook.names(), "{}");
        Write write = report.write(webhook.to(), world.now());
        Item before = world.item(webhook.to());
        boolean again =
                !write.condition().holds(before) && report.refusedBy(before, world.now()) == Report.Outcome.DISPUTED;
        return write(world, write).then(again ? new Step.Again(webhook) : new Step.Over());
    }

    private static boolean isHeldBy(Task held, Task task) {
        return Optional.ofNullable(held.upstreamTaskId()).equals(Optional.ofNullable(task.upstreamTaskId()));
    }

    private Step look(Task held, Instant now) {
        if (held.upstreamTaskId() == null) {
            return new Step.Conclude(
                    held,
                    now.isBefore(held.createdAt().plus(SUBMIT_DEADLINE))
                            ? Settling.later(held, Settling.Why.NOT_ENDED, now.plus(POLL), now)
                            : Settling.failed(held, ErrorType.SUBMIT_UNCONFIRMED, "not confirmed", now, RETENTION));
        }
        return Ownership.isCertain(held) ? settle(held, new Ownership.Owner(), now) : new Step.Find(held);
    }

    private Ownership ownership(Task held, List<Task> holders, Instant now) {
        return switch (loosened) {
            case NO_QUESTION -> new Ownership.Owner();
            case NOT_HELD_BACK -> {
                Ownership said = Ownership.of(held, holders, now);
                yield said instanceof Ownership.NotYet ? new Ownership.Owner() : said;
            }
            case ENDED_DO_NOT_COUNT ->
                Ownership.of(
                        held,
                        holders.stream().filter(task -> task.state().isOpen()).toList(),
                        now);
            case EARLIER_DOES_NOT_COUNT ->
                Ownership.of(held, holders.stream().filter(Ownership::isCertain).toList(), now);
            case NOTHING, SAME_ID_NOT_CONFIRMED, UNKNOWN_ID_STAYS -> Ownership.of(held, holders, now);
        };
    }

    private Step settle(Task held, Ownership ownership, Instant now) {
        UpstreamTaskId upstream = Optional.ofNullable(held.upstreamTaskId()).orElseThrow();
        String key = upstream.value();
        return new Step.Conclude(
                held,
                switch (ownership) {
                    case Ownership.Owner _ when upstream.equals(MADE_UP) -> unknown(held, now);
                    case Ownership.Owner _ ->
                        Settling.finished(
                                held, List.of(new StoredImage(key, "image/png", 1, "00", 1, 1)), now, RETENTION);
                    case Ownership.NotYet(Instant until) -> Settling.later(held, Settling.Why.NOT_ENDED, until, now);
                    case Ownership.Taken _ -> Settling.disowned(held, now.plus(POLL), now);
                });
    }

    private Write unknown(Task held, Instant now) {
        return now.isBefore(held.createdAt().plus(FORGOTTEN_AFTER))
                ? Settling.later(
                        held,
                        loosened == Loosened.UNKNOWN_ID_STAYS
                                ? Settling.Why.NOT_ENDED
                                : Settling.Why.UPSTREAM_UNKNOWN_TASK,
                        now.plus(POLL),
                        now)
                : Settling.failed(held, ErrorType.SUBMIT_UNCONFIRMED, "not confirmed", now, RETENTION);
    }

    private static World write(World world, Write write) {
        Item before = world.item(write.task());
        if (!write.condition().holds(before)) {
            return world;
        }
        Item after = write.apply(before);
        WorldInvariants.ofOneItem(before, after);
        Map<TaskId, Item> items = new HashMap<>(world.items());
        items.put(write.task(), after);
        return new World(items, world.answered(), world.submitting(), world.now());
    }

    /** Brings both tasks to their ends: senders repeat webhooks, the stream and the sweep run. */
    @Override
    public void conclude(World world, List<Step> left, boolean faultless) {
        List<Step.Again> senders = again(left);
        if (!ends.add(new End(world, senders, faultless))) {
            return;
        }
        World now = world;
        for (int round = 0; isOpen(now, OWNER) || isOpen(now, THIEF); round++) {
            Invariant.EVERY_TASK_ENDS.require(round < MOST_ROUNDS, "still open after " + round + " rounds");
            List<Step> unheard = new ArrayList<>();
            for (Step.Again sender : senders) {
                Orders.Taken<World, Step> repeated = run(now, sender.webhook(), afterwards);
                now = repeated.world();
                unheard.add(repeated.next());
            }
            senders = again(unheard);
            for (TaskId task : List.of(THIEF, OWNER)) {
                if (new Task(now.item(task)).state() == TaskState.DUE) {
                    now = run(now, new Step.Claim(task, "later worker " + round), afterwards)
                            .world();
                } else if (isOpen(now, task)) {
                    now = run(now, new Step.Query(task), afterwards).world();
                }
            }
        }
        everybodyHasTheirOwn(now, faultless);
        afterwards.clear();
    }

    private static List<Step.Again> again(List<Step> steps) {
        return steps.stream()
                .filter(Step.Again.class::isInstance)
                .map(Step.Again.class::cast)
                .toList();
    }

    private static boolean isOpen(World world, TaskId task) {
        return Play.isOpen(world.item(task));
    }

    private void everybodyHasTheirOwn(World end, boolean faultless) {
        Optional<String> owners = picture(end, OWNER);
        Optional<String> thiefs = picture(end, THIEF);
        Invariant.OWN_TASKS_ONLY.require(owners.isEmpty() || !owners.equals(thiefs), "two tasks have one picture");
        if (end.answered().contains(OWNER)) {
            Invariant.EVERY_TASK_ENDS.require(owners.equals(Optional.of(PICTURE.value())), "the owner has " + owners);
            Invariant.OWN_TASKS_ONLY.require(
                    !thiefs.equals(Optional.of(PICTURE.value())), "the thief has the owner's picture");
        }
        if (end.answered().contains(THIEF)) {
            Invariant.EVERY_TASK_ENDS.require(
                    thiefs.equals(Optional.of(ANOTHER.value())), "the other task has " + thiefs);
        }
        if (faultless) {
            // Every genuine webhook has arrived, some of them at a later attempt.
            Invariant.EVERY_TASK_ENDS.require(
                    answers != Answers.OWNERS || thiefs.equals(Optional.of(ANOTHER.value())),
                    "a lost answer was not made up for: the other task has " + thiefs);
            Invariant.EVERY_TASK_ENDS.require(
                    (answers != Answers.THIEFS && answers != Answers.FORGED)
                            || owners.equals(Optional.of(PICTURE.value())),
                    "a lost answer was not made up for: the owner has " + owners);
        }
    }

    private static Optional<String> picture(World world, TaskId task) {
        return new Task(world.item(task)).files().stream().map(StoredImage::key).findFirst();
    }
}
