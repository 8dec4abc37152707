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
 * One task from its submit to its end and beyond. Plays AWS, upstream and the client: repeats a stream record after a crash, repeats a
 * webhook without an answer, runs the sweep when the task is due, and repeats a submit that has an idempotency key.
 */
final class Life {
    /** More than one look at the longest polling interval for a whole day. */
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

    /** Returns the task's last item; an absent one if no task is left. */
    Item item() {
        return last;
    }

    /** Returns the task's item at its end, before a deletion; an absent one if it never ended. */
    Item ended() {
        return ended;
    }

    Optional<SimulatedTask> upstream() {
        return cloud.apiDot().tasks(prompt).stream().findFirst();
    }

    /** @throws Invariant.Broken as soon as an invariant is broken */
    void live(Map<Integer, Gate.Fate> faults) {
        prepare(faults);
        submit();
        if (task.isPresent() && story.leftover()) {
            cloud.stores().leave(image(task.get()));
        }
        if (task.isPresent() && story.webhook()) {
            report("finished");
        }
        liveOn();
    }

    /** Sets upstream's faults from the story, and starts counting calls. */
    void prepare(Map<Integer, Gate.Fate> faults) {
        cloud.apiDot().faults().clear();
        cloud.apiDot().faults().always(new WebhookFault.Drops(), "");
        for (Fault fault : story.upstream()) {
            cloud.apiDot().faults().add(fault, 1, prompt);
        }
        cloud.begin(faults);
    }

    /** Runs the task to its end and the story's remaining events. */
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

    /** Returns the stream's record of the due task. */
    Json.Obj streamEvent() {
        return Events.stream(task.orElseThrow());
    }

    /** Returns upstream's webhook; upstream must have the task. */
    Json.Obj webhook(String word) {
        return webhook(upstream().orElseThrow(), word);
    }

    /** Returns the user's request to delete the task. */
    Json.Obj deleteEvent() {
        return tasksEvent("DELETE", "/api/generate/tasks/{task_id}");
    }

    private Json.Obj tasksEvent(String method, String path) {
        return Events.http(method, path, Map.of("task_id", task.orElseThrow().value()), Map.of(), user.value(), "");
    }

    /** Deletes the task and checks that no answer shows it any more. */
    private void delete() {
        if (WorldInvariants.isEnded(last)) {
            persist(deleteEvent());
            Invariant.DELETED_IS_GONE.require(WorldInvariants.isGone(last), "deleted, and it is " + describe());
            LifeInvariants.requireUnseen(cloud, this);
        }
    }

    /** Has the callback sent again. If the first answer is lost, the repeated request may get 404 or 409. */
    private void sendAgain() {
        if (last.exists()) {
            persist(tasksEvent("POST", "/api/generate/tasks/{task_id}/callback"));
        }
    }

    /** Repeats a request until it has an answer. */
    private void persist(Json.Obj event) {
        int status = 0;
        for (int attempt = 0; attempt < 6 && (status == 0 || status >= 500); attempt++) {
            status = invoke(Sandbox.Function.TASKS, event);
        }
        Invariant.EVERY_TASK_ENDS.require(status != 0 && status < 500, "no answer to a request");
    }

    /**
     * Writes what late workers may write after a deletion: an overtaken worker's copy within its lifetime, and a preview of an existing
     * picture. After the second removal it writes a preview of that copy.
     */
    private void straggle() {
        Task deleted = new Task(last);
        String image = image(deleted.id());
        boolean isAlive = cloud.clock().instant().isBefore(deleted.updatedAt().plusSeconds(180));
        if (strays == 0 && isAlive && story.files() > 0) {
            cloud.stores().put(image, new byte[1]);
        }
        if (strays < 2 && isAlive) {
            cloud.stores().put("previews/" + image + ".jpg", new byte[1]);
        }
        strays++;
    }

    private String image(TaskId id) {
        return "images/" + user.keySegment() + "/" + id.value() + "/0.png";
    }

    private void submit() {
        Json.Obj event = submitEvent();
        int status = 0;
        for (int attempt = 0; attempt < 6 && !isFinal(status); attempt++) {
            status = invoke(Sandbox.Function.SUBMIT, event);
            if (!isFinal(status)) {
                // The gateway gives up after 30 s, and clients do not repeat earlier.
                cloud.clock().move(Duration.ofSeconds(31));
                if (!story.key()) {
                    return;
                }
            }
        }
    }

    /** Returns whether the submit's answer ends the client's attempts. */
    private static boolean isFinal(int status) {
        return status != 0 && status != 409 && status < 500;
    }

    /** Sends upstream's webhook about the end, if upstream has the task; repeats it until it is accepted. */
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

    /** Delivers the stream's record to the functions, and a second time after a crash. */
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

    /** Repeats every event that could still arrive, and checks that nothing changes. */
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

    /** Returns the HTTP status of the answer, or 0 without an answer. */
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

    /** Reads the task's present item. */
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
