package dev.darkroom.invariants;

import dev.darkroom.task.Attribute;
import dev.darkroom.task.CallbackResult;
import dev.darkroom.task.Deleting;
import dev.darkroom.task.ErrorType;
import dev.darkroom.task.Item;
import dev.darkroom.task.Notifying;
import dev.darkroom.task.Progress;
import dev.darkroom.task.Report;
import dev.darkroom.task.Settling;
import dev.darkroom.task.StoredImage;
import dev.darkroom.task.Submitting;
import dev.darkroom.task.Task;
import dev.darkroom.task.TaskId;
import dev.darkroom.task.TaskState;
import dev.darkroom.task.UpstreamStatus;
import dev.darkroom.task.UserId;
import dev.darkroom.task.Waking;
import dev.darkroom.task.Write;
import dev.darkroom.task.Written;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Takes one step of one actor, as the functions would: writes go through the rules of {@code dev.darkroom.task}. Checks after every step
 * the invariants that are visible here.
 */
final class Play {
    static final TaskId TASK = new TaskId("task-AAAAAAAAAAAAAAAAAAAAAAAA");
    static final UserId USER = new UserId("alice");
    static final Instant START = Instant.parse("2026-11-22T13:00:00Z");
    static final long CREDITS = 3;

    private static final Duration SUBMIT_DEADLINE = Duration.ofMinutes(15);
    private static final Duration SETTLE_DEADLINE = Duration.ofHours(1);
    private static final Duration RETENTION = Duration.ofDays(37);
    private static final Duration POLL = Duration.ofMinutes(1);
    static final long DAILY_LIMIT = 100;
    private static final CallbackResult TAKEN = new CallbackResult.Answered(204);
    private static final String FILE = "images/0.png";
    private static final String PREVIEW = "previews/images/0.png.jpg";

    /** The longest time-out of a function. No worker that has started on an object can still run after this time. */
    private static final Duration LONGEST_LIFE = Duration.ofMinutes(3);

    private final Scenario scenario;
    private final Tampering tampering;
    private final Watcher watcher;

    /** Sees every write and its result. */
    @FunctionalInterface
    interface Watcher {
        void wrote(Write write, Written written, Item after);
    }

    Play(Scenario scenario, Tampering tampering, Watcher watcher) {
        this.scenario = scenario;
        this.tampering = tampering;
        this.watcher = watcher;
    }

    /** Returns whether an actor can take this step now. */
    static boolean isReady(World world, Step step) {
        return switch (step) {
            case Step.Over _ -> false;
            case Step.Deliver _ -> world.accepted() > 0;
            case Step.UpstreamEnds _ -> world.accepted() > 0;
            // A query finds only items with a due time.
            case Step.Query _ -> world.item().number(Attribute.DUE_AT) != null;
            case Step.ReadImage _ -> world.bucket().containsKey(FILE);
            // The user cannot ask for a task that does not exist.
            case Step.Delete _, Step.SendAgain _ -> world.item().exists() && !WorldInvariants.isGone(world.item());
            case Step.Submit _,
                    Step.Send _,
                    Step.Accept _,
                    Step.AcceptAfterAll _,
                    Step.Remove _,
                    Step.Claim _,
                    Step.Look _,
                    Step.Copy _,
                    Step.Settle _,
                    Step.Conclude _,
                    Step.Wake _,
                    Step.ClaimCallback _,
                    Step.Tell _,
                    Step.MakeDueAgain _,
                    Step.ListImages _,
                    Step.NoteImage _,
                    Step.RemoveImages _,
                    Step.RemovePreviews _,
                    Step.WritePreview _ -> true;
        };
    }

    /** Returns whether the step is a call of a function of ours, which can crash and whose answer can be lost. */
    static boolean isCall(Step step) {
        // A submit to upstream is never repeated after a lost answer.
        return !(step instanceof Step.UpstreamEnds || step instanceof Step.Send);
    }

    Orders.Taken<World, Step> take(World world, Step step) {
        return switch (step) {
            case Step.Submit(String author) -> record(world, author);
            case Step.Send(Task recorded) -> send(world, recorded);
            case Step.Accept(Task recorded) -> {
                Done done = write(world, Submitting.accepted(recorded, Scenario.UPSTREAM, world.now(), POLL));
                Optional<Write.Update> second = done.written() instanceof Written.Refused(Item item)
                        ? Submitting.acceptedAfterAll(item, TASK, Scenario.UPSTREAM, world.now())
                        : Optional.empty();
                yield done.after()
                        .then(second.<Step>map(Step.AcceptAfterAll::new).orElseGet(Step.Over::new));
            }
            case Step.AcceptAfterAll(Write write) -> writeAndEnd(world, write);
            case Step.Remove(Task recorded) -> writeAndEnd(world, Submitting.refused(recorded));
            case Step.Deliver(Report report) -> writeAndEnd(world, report.write(TASK, world.now()));
            case Step.Claim(String claim) -> {
                Done done = write(world, Settling.claim(TASK, claim, world.now()));
                Optional<Step> removal = done.refusedBy()
                        .filter(refusing -> refusing.state() == TaskState.DELETING)
                        .map(Step.ListImages::new);
                yield done.after()
                        .then(done.claimed()
                                .<Step>map(Step.Look::new)
                                .or(() -> removal)
                                .orElseGet(Step.Over::new));
            }
            case Step.Look(Task task) -> world.then(look(world, task));
            case Step.Copy(Task task) -> copy(world, task);
            case Step.Settle(Task held, Write write) -> {
                Done done = write(world, write);
                // The task is still held, but for another upstream task: this worker looks again.
                Optional<Task> again = done.written() instanceof Written.Refused(Item item)
                        ? Settling.stillHeld(held, item)
                        : Optional.empty();
                yield done.after().then(again.<Step>map(Step.Look::new).orElseGet(Step.Over::new));
            }
            case Step.Conclude(Write write) -> writeAndEnd(world, write);
            case Step.Query query -> {
                Instant overdue = overdueAt(world.item(), query.late());
                yield world.at(overdue.isAfter(world.now()) ? overdue : world.now())
                        .then(new Step.Wake(Waking.Overdue.of(world.item())));
            }
            case Step.Wake(Waking.Overdue overdue) -> {
                Done done = write(world, Waking.wake(overdue.task(), world.now()));
                Long lease = world.item().number(Attribute.LEASE_UNTIL);
                Invariant.LEASE_IS_KEPT.require(
                        done.after().equals(world)
                                || lease == null
                                || lease <= world.now().toEpochMilli(),
                        "the sweep took a task from a worker");
                Optional<Write.Update> instead = done.written() instanceof Written.Refused(Item item)
                        ? Waking.instead(item, overdue.task(), world.now())
                        : Optional.empty();
                yield done.after().then(instead.<Step>map(Step.Conclude::new).orElseGet(Step.Over::new));
            }
            case Step.ClaimCallback(String claim) -> {
                Done done = write(world, Notifying.claim(TASK, claim, world.now()));
                yield done.after().then(done.claimed().<Step>map(Step.Tell::new).orElseGet(Step.Over::new));
            }
            case Step.Tell(Task task) -> {
                Invariant.CLIENT_IS_TOLD_AFTER_THE_END.require(!isOpen(world.item()), "told of an open task");
                yield world.toldOnceMore()
                        .then(new Step.Conclude(Notifying.delivered(task, TAKEN, world.now(), RETENTION)));
            }
            case Step.SendAgain(String author) -> {
                Write again = Notifying.sendAgain(new Task(world.item()), author, world.now());
                yield world.then(new Step.MakeDueAgain(again));
            }
            case Step.MakeDueAgain(Write write) -> {
                World after = write(world, write).after();
                boolean changed = !after.item().equals(world.item());
                yield (changed ? after.owedOnceMore() : after).then(new Step.Over());
            }
            case Step.Delete(String author) ->
                world.then(
                        isOpen(world.item())
                                ? new Step.Over()
                                : new Step.Conclude(Deleting.begin(new Task(world.item()), author, world.now())));
            case Step.ListImages(Task task) -> world.then(listed(world, task));
            case Step.NoteImage(Task task, Instant since, Write write) ->
                write(world, write).after().then(new Step.RemoveImages(task, since));
            case Step.RemoveImages(Task task, Instant since) -> {
                Optional<Write.Update> tombstone = tampering == Tampering.REMOVED_ONCE
                        ? Deleting.foundNone(task, world.now().plus(Deleting.QUIET), RETENTION)
                        : Optional.empty();
                yield isAlive(world, since)
                        ? without(world, FILE).then(new Step.RemovePreviews(task, since, tombstone))
                        : world.then(new Step.Over());
            }
            case Step.RemovePreviews(Task task, Instant since, Optional<Write.Update> tombstone) ->
                isAlive(world, since)
                        ? without(world, PREVIEW)
                                .then(tombstone.<Step>map(Step.Conclude::new).orElseGet(Step.Over::new))
                        : world.then(new Step.Over());
            case Step.ReadImage _ -> world.then(new Step.WritePreview(world.now()));
            case Step.WritePreview(Instant since) -> {
                World after = isAlive(world, since) ? with(world, PREVIEW, "preview", false) : world;
                yield after.then(new Step.Over());
            }
            case Step.UpstreamEnds _ -> world.upstream(world.accepted(), true).then(new Step.Over());
            case Step.Over _ -> throw new IllegalStateException("nothing left to do");
        };
    }

    /** Returns when the sweep finds the item: when it is overdue, or, for {@code late}, when its lease has ended as well. */
    static Instant overdueAt(Item item, boolean late) {
        long due = Optional.ofNullable(item.number(Attribute.DUE_AT)).orElseThrow();
        Long lease = item.number(Attribute.LEASE_UNTIL);
        return Instant.ofEpochMilli(late && lease != null ? Math.max(due, lease) : due);
    }

    private Orders.Taken<World, Step> record(World world, String author) {
        Submitting.NewTask task = new Submitting.NewTask(
                TASK, USER, "gpt-image-2", "{}", CREDITS, "1K", "https://client.example/told", author);
        Write.Update record = Submitting.record(task, world.now(), POLL, SUBMIT_DEADLINE, true);
        if (tampering == Tampering.RECORDED_AFTER_THE_SEND) {
            return world.then(new Step.Send(new Task(record.apply(Item.ABSENT))));
        }
        Done done = write(world, record);
        return done.after()
                .then(
                        done.written() instanceof Written.Applied
                                ? new Step.Send(new Task(record.apply(Item.ABSENT)))
                                : new Step.Over());
    }

    private Orders.Taken<World, Step> send(World world, Task recorded) {
        Invariant.RECORDED_BEFORE_SENT.require(world.item().exists(), "sent without a record");
        boolean first = "author-1".equals(recorded.claimId());
        Scenario.Submit outcome = first ? scenario.submit() : Scenario.Submit.ACCEPTED;
        World accepted = world.upstream(world.accepted() + 1, world.ended());
        Orders.Taken<World, Step> after = switch (outcome) {
            case ACCEPTED -> accepted.then(new Step.Accept(recorded));
            case TAKEN_UNSAID -> accepted.then(new Step.Over());
            case LOST -> world.then(new Step.Over());
            case REFUSED -> world.then(new Step.Remove(recorded));
        };
        Invariant.ONE_PAID_SUBMIT.require(after.world().accepted() <= 1, "upstream made two tasks");
        return after;
    }

    private Step look(World world, Task task) {
        Instant now = world.now();
        if (task.upstreamTaskId() == null) {
            return now.isBefore(task.createdAt().plus(SUBMIT_DEADLINE))
                    ? later(task, Progress.NONE, now)
                    : failed(task, ErrorType.SUBMIT_UNCONFIRMED, now);
        }
        boolean known = Scenario.UPSTREAM.equals(task.upstreamTaskId());
        if (known && world.ended()) {
            return scenario.succeeds() ? new Step.Copy(task) : failed(task, ErrorType.UPSTREAM_FAILED, now);
        }
        if (!now.isBefore(task.createdAt().plus(SETTLE_DEADLINE))) {
            return failed(task, ErrorType.SETTLE_DEADLINE, now);
        }
        return later(task, known ? new Progress(UpstreamStatus.RUNNING, 50) : Progress.NONE, now);
    }

    private static Step later(Task task, Progress progress, Instant now) {
        return new Step.Settle(task, Settling.later(task, Settling.Why.NOT_ENDED, progress, now.plus(POLL), now));
    }

    private static Step failed(Task task, ErrorType type, Instant now) {
        return new Step.Settle(task, Settling.failed(task, type, "it failed", now, RETENTION));
    }

    /** Objects are never overwritten: a later writer records the facts of the first object. Here those facts are the first author. */
    private Orders.Taken<World, Step> copy(World world, Task task) {
        if (WorldInvariants.isGone(world.item()) && !isAlive(world, task.updatedAt())) {
            return world.then(new Step.Over());
        }
        String author = Optional.ofNullable(task.claimId()).orElse("nobody");
        World copied = with(world, FILE, author, tampering == Tampering.OBJECTS_OVERWRITTEN);
        String stored = copied.bucket().getOrDefault(FILE, "");
        List<StoredImage> files = List.of(new StoredImage(FILE, "image/png", 1, stored, 1, 1));
        return checked(world, copied)
                .then(new Step.Settle(task, Settling.finished(task, files, world.now(), RETENTION)));
    }

    /** Returns whether a function that started then can still run: it ends with its time-out. */
    private static boolean isAlive(World world, Instant since) {
        return !world.now().isAfter(since.plus(LONGEST_LIFE));
    }

    private static World with(World world, String key, String author, boolean overwriting) {
        Map<String, String> bucket = new HashMap<>(world.bucket());
        if (overwriting) {
            bucket.put(key, author);
        } else {
            bucket.putIfAbsent(key, author);
        }
        return world.withBucket(bucket);
    }

    private static World without(World world, String key) {
        Map<String, String> bucket = new HashMap<>(world.bucket());
        bucket.remove(key);
        return checked(world, world.withBucket(bucket));
    }

    private static Step listed(World world, Task task) {
        Instant now = world.now();
        if (!world.bucket().containsKey(FILE)) {
            return new Step.RemovePreviews(task, now, Deleting.foundNone(task, now, RETENTION));
        }
        return Deleting.foundImage(task, now)
                .<Step>map(write -> new Step.NoteImage(task, now, write))
                .orElseGet(() -> new Step.RemoveImages(task, now));
    }

    private record Done(World after, Written written) {
        Optional<Task> refusedBy() {
            return written instanceof Written.Refused(Item item) && item.exists()
                    ? Optional.of(new Task(item))
                    : Optional.empty();
        }

        Optional<Task> claimed() {
            return written instanceof Written.Applied(Item item) ? Optional.of(new Task(item)) : Optional.empty();
        }
    }

    private Orders.Taken<World, Step> writeAndEnd(World world, Write write) {
        return write(world, write).after().then(new Step.Over());
    }

    private Done write(World world, Write intended) {
        Write write = tampering.with(intended);
        Item before = world.item();
        if (!write.condition().holds(before)) {
            Written refused = write.refusedBy(before);
            watcher.wrote(write, refused, before);
            return new Done(world, refused);
        }
        Item after = write.apply(before);
        watcher.wrote(write, new Written.Applied(after), after);
        World changed = world.with(after, world.held() + moved(write));
        return new Done(checked(world, changed), new Written.Applied(after));
    }

    private static long moved(Write write) {
        return write.credits() == null ? 0 : write.credits().credits();
    }

    private static World checked(World before, World after) {
        WorldInvariants.check(before, after);
        return after;
    }

    static boolean isOpen(Item item) {
        return item.exists() && new Task(item).state().isOpen();
    }
}
