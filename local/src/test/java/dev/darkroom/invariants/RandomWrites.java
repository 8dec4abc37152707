package dev.darkroom.invariants;

import dev.darkroom.task.CallbackResult;
import dev.darkroom.task.Deleting;
import dev.darkroom.task.ErrorType;
import dev.darkroom.task.Item;
import dev.darkroom.task.Notifying;
import dev.darkroom.task.OperatorsWrites;
import dev.darkroom.task.Progress;
import dev.darkroom.task.Report;
import dev.darkroom.task.Settling;
import dev.darkroom.task.StoredImage;
import dev.darkroom.task.Submitting;
import dev.darkroom.task.Task;
import dev.darkroom.task.TaskId;
import dev.darkroom.task.UpstreamStatus;
import dev.darkroom.task.UpstreamTaskId;
import dev.darkroom.task.UserId;
import dev.darkroom.task.Waking;
import dev.darkroom.task.Write;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;

/** Random sequences of every kind of write that the rules make, by authors with present or outdated knowledge of the task. */
final class RandomWrites {
    /** The kinds of writes. A test can check that it has met all of them. */
    enum Kind {
        RECORD,
        ACCEPTED,
        ACCEPTED_AFTER_ALL,
        REFUSED,
        ENDED,
        NOT_ENDED,
        UNREADABLE,
        CLAIM,
        LATER,
        FINISHED,
        FAILED,
        WAKE,
        WAKE_CALLBACK,
        WAKE_DELETION,
        WAKE_SEEN,
        CLAIM_CALLBACK,
        DELIVERED,
        GIVEN_UP,
        AGAIN,
        SEND_AGAIN,
        DELETE,
        DELETE_WITH_USER,
        FOUND_IMAGE,
        FOUND_NONE
    }

    private static final List<ErrorType> ERRORS = List.of(ErrorType.values());
    private static final List<CallbackResult> UNANSWERED = List.of(CallbackResult.Unanswered.values());
    private static final Duration RETENTION = Duration.ofDays(8);

    private final SplittableRandom random;
    private final TaskId task;
    private final UserId user;
    private final List<Item> known = new ArrayList<>();
    private boolean isThere;

    RandomWrites(SplittableRandom random, TaskId task, UserId user) {
        this.random = random;
        this.task = task;
        this.user = user;
    }

    /** Records the item; later writes may come from an author who saw this version. */
    void learn(Item item) {
        isThere = item.exists();
        if (isThere) {
            known.add(item);
        }
    }

    /** Returns a kind that suits the task's state half of the time, and any kind otherwise. */
    Kind kind() {
        Kind[] fitting = random.nextBoolean() ? Kind.values() : fitting();
        return fitting[random.nextInt(fitting.length)];
    }

    private Kind[] fitting() {
        return isThere ? fitting(new Task(known.getLast())) : new Kind[] {Kind.RECORD};
    }

    private static Kind[] fitting(Task task) {
        return switch (task.state()) {
            case SUBMITTING -> new Kind[] {Kind.ACCEPTED, Kind.REFUSED, Kind.ENDED, Kind.NOT_ENDED};
            case ACCEPTED ->
                new Kind[] {Kind.ENDED, Kind.NOT_ENDED, Kind.UNREADABLE, Kind.ACCEPTED_AFTER_ALL, Kind.WAKE};
            case DUE -> new Kind[] {Kind.CLAIM};
            case SETTLING -> new Kind[] {Kind.LATER, Kind.FINISHED, Kind.FAILED, Kind.WAKE, Kind.WAKE_SEEN};
            case FINISHED, FAILED ->
                switch (task.callbackStatus()) {
                    // A callback is never claimed after the task's retention.
                    case DUE -> new Kind[] {Kind.CLAIM_CALLBACK, Kind.CLAIM_CALLBACK, Kind.RECORD};
                    case SENDING -> new Kind[] {Kind.DELIVERED, Kind.GIVEN_UP, Kind.AGAIN};
                    case WAITING -> new Kind[] {Kind.WAKE_CALLBACK, Kind.WAKE_SEEN};
                    case DELIVERED, FAILED -> new Kind[] {Kind.RECORD, Kind.SEND_AGAIN, Kind.DELETE};
                    case null -> new Kind[] {Kind.RECORD, Kind.DELETE};
                };
            case DELETING -> new Kind[] {Kind.FOUND_IMAGE, Kind.FOUND_NONE, Kind.WAKE_DELETION};
            case DELETED -> new Kind[] {Kind.RECORD};
        };
    }

    /** Returns a write of this kind, if an author could make it. */
    Optional<Write> next(Kind kind, Instant now) {
        // The author usually knows the present state, and sometimes an older one.
        Optional<Task> seen = known.isEmpty()
                ? Optional.empty()
                : Optional.of(
                        new Task(random.nextInt(4) > 0 ? known.getLast() : known.get(random.nextInt(known.size()))));
        Optional<Task> holder = seen.filter(held -> held.claimId() != null);
        Optional<Task> owned = seen.filter(task -> !task.state().isGone());
        Instant next = now.plusSeconds(random.nextInt(600));
        return switch (kind) {
            case RECORD -> Optional.of(record(now));
            case ACCEPTED -> holder.map(held -> Submitting.accepted(held, upstream(), now, Duration.ofMinutes(1)));
            case ACCEPTED_AFTER_ALL ->
                seen.flatMap(task -> Submitting.acceptedAfterAll(task.item(), task.id(), upstream(), now));
            case REFUSED -> holder.map(Submitting::refused);
            case ENDED -> Optional.of(new Report.Ended(upstream(), text()).write(task, now));
            case NOT_ENDED -> Optional.of(new Report.NotEnded(upstream(), progress()).write(task, now));
            case UNREADABLE -> Optional.of(new Report.Unreadable(text()).write(task, now));
            case CLAIM -> Optional.of(Settling.claim(task, author(), now));
            case LATER -> holder.map(held -> Settling.later(held, why(), progress(), next, now));
            case FINISHED -> holder.map(held -> Settling.finished(held, List.of(image()), now, RETENTION));
            case FAILED -> holder.map(held -> Settling.failed(held, errorType(), text(), now, RETENTION));
            case WAKE -> Optional.of(Waking.wake(task, now));
            case WAKE_CALLBACK, WAKE_DELETION -> seen.flatMap(ended -> Waking.instead(ended.item(), task, now));
            case WAKE_SEEN -> seen.map(task -> OperatorsWrites.wake(task, now));
            case CLAIM_CALLBACK -> Optional.of(Notifying.claim(task, author(), now));
            case DELIVERED -> holder.map(held -> Notifying.delivered(held, result(), now, RETENTION));
            case GIVEN_UP -> holder.map(held -> Notifying.givenUp(held, result(), now, RETENTION));
            case AGAIN -> holder.map(held -> Notifying.again(held, result(), next));
            case SEND_AGAIN -> owned.map(task -> Notifying.sendAgain(task, author(), now));
            case DELETE -> owned.map(task -> Deleting.begin(task, author(), now));
            case DELETE_WITH_USER -> owned.map(task -> OperatorsWrites.deleteWithUser(task, author(), now));
            case FOUND_IMAGE -> seen.flatMap(task -> Deleting.foundImage(task, now));
            case FOUND_NONE -> seen.flatMap(task -> Deleting.foundNone(task, now, RETENTION));
        };
    }

    private Write record(Instant now) {
        return Submitting.record(
                new Submitting.NewTask(
                        task,
                        user,
                        "gpt-image-2",
                        "{\"prompt\":\"" + text() + "\"}",
                        1 + random.nextInt(48),
                        "1K",
                        random.nextBoolean() ? "https://client.example/told" : null,
                        author()),
                now,
                Duration.ofMinutes(1),
                Duration.ofMinutes(15),
                random.nextInt(4) > 0);
    }

    private String author() {
        return "author-" + random.nextInt(1_000_000);
    }

    private UpstreamTaskId upstream() {
        return new UpstreamTaskId("task-unified-" + random.nextInt(2));
    }

    private String text() {
        return List.of("a", "ein Bär \uD83D\uDC3B", "\"quoted\"\n", "#v0 :v0").get(random.nextInt(4));
    }

    private CallbackResult result() {
        return random.nextBoolean()
                ? new CallbackResult.Answered(200 + random.nextInt(400))
                : UNANSWERED.get(random.nextInt(UNANSWERED.size()));
    }

    private Progress progress() {
        UpstreamStatus status = random.nextBoolean() ? UpstreamStatus.RUNNING : UpstreamStatus.NOT_STARTED;
        return new Progress(status, random.nextBoolean() ? random.nextInt(101) : null);
    }

    /** The reasons that write something of their own, and one that does not. */
    private Settling.Why why() {
        return switch (random.nextInt(3)) {
            case 0 -> Settling.Why.UPSTREAM_UNKNOWN_TASK;
            case 1 -> Settling.Why.FILES_UNUSABLE;
            default -> Settling.Why.NOT_ENDED;
        };
    }

    private ErrorType errorType() {
        return ERRORS.get(random.nextInt(ERRORS.size()));
    }

    private StoredImage image() {
        return new StoredImage("images/x/0.png", "image/png", random.nextLong(1L << 40), text(), 1024, 1024);
    }
}
