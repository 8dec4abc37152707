package dev.darkroom.invariants;

import dev.darkroom.json.Json;
import dev.darkroom.local.apidot.Fault;
import dev.darkroom.local.apidot.SimulatedTask;
import dev.darkroom.local.apidot.WebhookFault;
import dev.darkroom.task.Attribute;
import dev.darkroom.task.CallbackStatus;
import dev.darkroom.task.Item;
import dev.darkroom.task.Task;
import dev.darkroom.task.TaskId;
import dev.darkroom.task.TaskState;
import dev.darkroom.task.UserId;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One task from its submit to its end and past it, driven as AWS, upstream and a client would: a stream record whose function died is
 * delivered again, a webhook without an answer is sent again, the sweep comes by when something is due, a client with an idempotency
 * key repeats its submit.
 */
final class Life {
    /** More than the looks of a day at the longest pace. */
    private static final int MOST_ROUNDS = 1000;

    private final Cloud cloud;
    private final Story story;
    private final UserId user;
    private final String prompt;
    private final String receiver;
    private final boolean wrapped;
    private final Map<String, Integer> delivered = new HashMap<>();
    private Optional<TaskId> task = Optional.empty();
    private Item last = Item.ABSENT;
    private Item ended = Item.ABSENT;
    private int strays;

    Life(Cloud cloud, Story story, int number) {
        this.cloud = cloud;
        this.story = story;
        this.user = new UserId("user-" + number);
        this.prompt = "a darkroom, take " + number + ".";
        this.receiver = "client-" + number;
        this.wrapped = number % 2 == 0;
    }

    UserId user() {
        return user;
    }

    String prompt() {
        return prompt;
    }

    String receiver() {
        return receiver;
    }

    Story story() {
        return story;
    }

    Optional<TaskId> task() {
        return task;
    }

    /** The task as it stood at last; absent when none is left. */
    Item item() {
        return last;
    }

    /** The task as it stood when it had ended, before it was deleted; absent when it never ended. */
    Item ended() {
        return ended;
    }

    Optional<SimulatedTask> upstream() {
        return cloud.apiDot().tasks(prompt).stream().findFirst();
    }

    /** @throws Invariant.Broken as soon as one is seen to be */
    void live(Map<Integer, Gate.Fate> faults) {
        prepare(faults);
        submit();
        if (task.isPresent() && story.webhook()) {
            report("finished");
        }
        liveOn();
    }

    /** Upstream is as the story has it, and the calls are counted from now on. */
    void prepare(Map<Integer, Gate.Fate> faults) {
        cloud.apiDot().faults().clear();
        cloud.apiDot().faults().always(new WebhookFault.Drops(), "");
        for (Fault fault : story.upstream()) {
            cloud.apiDot().faults().add(fault, 1, prompt);
        }
        cloud.begin(faults);
    }

    /** Goes on to the end, and past it. */
    void liveOn() {
        if (task.isPresent()) {
            comeToAnEnd();
            switch (story.after()) {
                case NOTHING, DELETES_AT_ONCE -> {}
                case SENDS_AGAIN -> sendAgain();
                case DELETES -> delete();
            }
            comeToAnEnd();
            cloud.watch().calm();
            storm();
        }
        cloud.watch().calm();
    }

    /** The client's request. */
    Json.Obj submitEvent() {
        Map<String, String> headers = new HashMap<>(Map.of("content-type", "application/json"));
        if (story.key()) {
            headers.put("idempotency-key", "key-of-" + user.value());
        }
        return Events.http(
                "POST",
                "/api/generate/submit",
                Map.of(),
                headers,
                user.value(),
                story.body(
                                prompt,
                                cloud.outside(Sandbox.CLIENT_HOST, "/receiver/" + receiver),
                                cloud.outside(Sandbox.MEDIA_HOST, "/samples/source.png"))
                        .text());
    }

    /** The stream's record that the task is due. */
    Json.Obj streamEvent() {
        return Events.stream(task.orElseThrow());
    }

    /** Upstream's report; it must have the task. */
    Json.Obj webhook(String word) {
        return webhook(upstream().orElseThrow(), word);
    }

    /** The user's request to delete it. */
    Json.Obj deleteEvent() {
        return tasksEvent("DELETE", "/api/generate/tasks/{task_id}");
    }

    private Json.Obj tasksEvent(String method, String path) {
        return Events.http(method, path, Map.of("task_id", task.orElseThrow().value()), Map.of(), user.value(), "");
    }

    /** The user deletes it, and from the answer on nobody sees it. */
    private void delete() {
        if (WorldInvariants.isEnded(last)) {
            persist(deleteEvent());
            Invariant.DELETED_IS_GONE.require(WorldInvariants.isGone(last), "deleted, and it is " + describe());
            LifeInvariants.requireUnseen(cloud, this);
        }
    }

    /** The user has the callback sent again. One whose first answer was lost may meet its own effect. */
    private void sendAgain() {
        if (last.exists()) {
            persist(tasksEvent("POST", "/api/generate/tasks/{task_id}/callback"));
        }
    }

    /** Asks again until there is an answer. */
    private void persist(Json.Obj event) {
        int status = 0;
        for (int attempt = 0; attempt < 6 && (status == 0 || status >= 500); attempt++) {
            status = invoke(Sandbox.Function.TASKS, event);
        }
        Invariant.EVERY_TASK_ENDS.require(status != 0 && status < 500, "no answer to a request");
    }

    /**
     * What comes late: the copy of a worker that was overtaken, within the time that it may live, and a preview of a picture that was still
     * there; after the second removal, a preview of that copy.
     */
    private void straggle() {
        Task deleted = new Task(last);
        String image = "images/" + user.keySegment() + "/" + deleted.id().value() + "/0.png";
        boolean isAlive = cloud.clock().instant().isBefore(deleted.updatedAt().plusSeconds(180));
        if (strays == 0 && isAlive && story.files() > 0) {
            cloud.servers().put(image);
        }
        if (strays < 2 && isAlive) {
            cloud.servers().put("previews/" + image + ".jpg");
        }
        strays++;
    }

    private void submit() {
        Json.Obj event = submitEvent();
        int status = 0;
        for (int attempt = 0; attempt < 6 && !isFinal(status); attempt++) {
            status = invoke(Sandbox.Function.SUBMIT, event);
            if (!isFinal(status)) {
                // The gateway gives up after 30 s, and no client is quicker to repeat.
                cloud.clock().move(Duration.ofSeconds(31));
                if (!story.key()) {
                    return;
                }
            }
        }
    }

    /** Neither "later" nor no answer at all. */
    private static boolean isFinal(int status) {
        return status != 0 && status != 409 && status < 500;
    }

    /** Upstream reports the end, if it has the task; again until it is taken. */
    private void report(String word) {
        Optional<SimulatedTask> upstream = upstream();
        if (upstream.isEmpty()) {
            return;
        }
        int status = 0;
        for (int attempt = 0; attempt < 4 && (status == 0 || status >= 500); attempt++) {
            status = invoke(Sandbox.Function.CALLBACK, webhook(upstream.get(), word));
            cloud.clock().move(Duration.ofSeconds(1L << attempt));
            stream();
        }
    }

    private Json.Obj webhook(SimulatedTask upstream, String word) {
        Json.Obj flat = Json.object()
                .put("task_id", upstream.id())
                .put("status", word)
                .put("files", Json.array(List.of()))
                .build();
        Json.Obj body =
                wrapped ? Json.object().put("code", 200).put("data", flat).build() : flat;
        String[] path = upstream.callbackUrl().split("/", -1);
        return Events.http(
                "POST",
                "/callbacks/apidot/x/y",
                Map.of("task_id", path[path.length - 2], "signature", path[path.length - 1]),
                Map.of("content-type", "application/json"),
                "",
                body.text());
    }

    private void comeToAnEnd() {
        for (int round = 0; !isOver(); round++) {
            Invariant.EVERY_TASK_ENDS.require(
                    round < MOST_ROUNDS, "not over after " + round + " rounds: " + describe());
            stream();
            if (last.exists() && new Task(last).state() == TaskState.DELETING) {
                straggle();
            }
            if (!isOver()) {
                cloud.clock().moveTo(Play.overdueAt(last, true).plusSeconds(1));
                sweep();
            }
        }
    }

    private boolean isOver() {
        return !last.exists() || (!Play.isOpen(last) && last.number(Attribute.DUE_AT) == null);
    }

    /** Wakes a function for what the stream tells, twice if it dies. */
    private void stream() {
        for (Optional<Sandbox.Function> woken = woken(); woken.isPresent(); woken = woken()) {
            if (story.after() == Story.After.DELETES_AT_ONCE && woken.get() == Sandbox.Function.NOTIFY) {
                delete();
                continue;
            }
            String record = woken.get() + " " + last.number(Attribute.VERSION);
            if (delivered.merge(record, 1, Integer::sum) > 2) {
                return;
            }
            Sandbox.Outcome outcome = cloud.invoke(woken.get(), streamEvent());
            boolean done = outcome instanceof Sandbox.Outcome.Answered(Json.Obj answer)
                    && answer.items("batchItemFailures").isEmpty();
            if (done) {
                delivered.put(record, 2);
            }
            look();
        }
    }

    private Optional<Sandbox.Function> woken() {
        if (!last.exists()) {
            return Optional.empty();
        }
        Task now = new Task(last);
        return now.state() == TaskState.DUE || now.state() == TaskState.DELETING
                ? Optional.of(Sandbox.Function.SETTLE)
                : now.callbackStatus() == CallbackStatus.DUE ? Optional.of(Sandbox.Function.NOTIFY) : Optional.empty();
    }

    private void sweep() {
        if (cloud.invoke(Sandbox.Function.SWEEP, Events.schedule()) instanceof Sandbox.Outcome.Crashed) {
            cloud.clock().move(Duration.ofMinutes(1));
        }
        look();
    }

    /** Everything that may still come, comes, and changes nothing. */
    private void storm() {
        report("finished");
        report("failed");
        if (WorldInvariants.isGone(last) && story.key()) {
            Invariant.DELETED_IS_GONE.require(
                    invoke(Sandbox.Function.SUBMIT, submitEvent()) == 409, "its key can be used again");
        }
        if (last.exists()) {
            cloud.invoke(Sandbox.Function.SETTLE, Events.stream(task.orElseThrow()));
            look();
            cloud.invoke(Sandbox.Function.NOTIFY, Events.stream(task.orElseThrow()));
            look();
        }
        cloud.clock().move(Duration.ofDays(1));
        sweep();
        stream();
    }

    /** The HTTP status of the answer; 0 when there is none. */
    private int invoke(Sandbox.Function function, Json.Obj event) {
        Sandbox.Outcome outcome = cloud.invoke(function, event);
        look();
        return switch (outcome) {
            case Sandbox.Outcome.Answered(Json.Obj answer) -> {
                Long status = answer.integer("statusCode");
                yield status == null ? 0 : status.intValue();
            }
            case Sandbox.Outcome.Crashed() -> 0;
        };
    }

    /** How the task stands now. */
    void look() {
        if (task.isEmpty()) {
            task = cloud.table().page(user, null, 10).tasks().stream()
                    .map(Task::id)
                    .findFirst();
            task.ifPresent(cloud.watch()::lives);
        }
        last = cloud.watch().seen();
        if (WorldInvariants.isEnded(last)) {
            ended = last;
        }
    }

    String describe() {
        return last.exists()
                ? new Task(last).state() + ", error " + last.text(Attribute.ERROR_TYPE) + ", callback "
                        + new Task(last).callbackStatus()
                : "no task";
    }
}
