package dev.darkroom.invariants;

import dev.darkroom.json.Json;
import dev.darkroom.local.apidot.Callback;
import dev.darkroom.local.apidot.SimulatedTask;
import dev.darkroom.task.Attribute;
import dev.darkroom.task.Budget;
import dev.darkroom.task.CallbackStatus;
import dev.darkroom.task.ErrorType;
import dev.darkroom.task.StoredImage;
import dev.darkroom.task.Task;
import dev.darkroom.task.TaskId;
import dev.darkroom.task.TaskState;
import dev.darkroom.task.UserId;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.LocalDate;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;

/** The invariants of a {@link Life} after its end. {@link Watch} checks those of single moments while it runs. */
final class LifeInvariants {
    private static final TaskId UNKNOWN = new TaskId("task-unknown-unknown-unknown");

    private final Cloud cloud;
    private final Life life;

    private LifeInvariants(Cloud cloud, Life life) {
        this.cloud = cloud;
        this.life = life;
    }

    /** @param hurried whether the submit deadline may have passed while the submit was still running */
    static void check(Cloud cloud, Life life, boolean hurried) {
        cloud.watch().requireNothingBroken();
        LifeInvariants invariants = new LifeInvariants(cloud, life);
        invariants.onePaidSubmit();
        invariants.finishedIsInTheBucket();
        invariants.deletedLeavesNothing();
        invariants.endsAsItShould(hurried);
        invariants.budgetIsWhatTasksCost();
        invariants.onlyOwnTasksAreSeen();
        invariants.clientWasTold(hurried);
        invariants.nothingLeaks();
    }

    private Optional<Task> task() {
        return life.item().exists() ? Optional.of(new Task(life.item())) : Optional.empty();
    }

    private boolean is(TaskState state) {
        return task().filter(task -> task.state() == state).isPresent();
    }

    private boolean isGone() {
        return WorldInvariants.isGone(life.item());
    }

    /** A deletion leaves the tombstone and nothing in the bucket. */
    private void deletedLeavesNothing() {
        boolean hadEnded = life.ended().exists();
        Invariant.DELETED_IS_GONE.require(
                isGone() == (hadEnded && life.story().after().isDeletion()), "it is " + life.describe());
        if (isGone()) {
            Invariant.DELETED_IS_GONE.require(is(TaskState.DELETED), "it is " + life.describe());
            for (String root : List.of("images/", "previews/images/")) {
                List<String> left = cloud.stores().keys(root + life.user().keySegment() + "/");
                Invariant.DELETED_IS_GONE.require(left.isEmpty(), left.size() + " objects are left under " + root);
            }
        }
    }

    private void onePaidSubmit() {
        long accepted = cloud.apiDot().stats(life.prompt()).tasksAccepted();
        Invariant.ONE_PAID_SUBMIT.require(accepted <= 1, "upstream made " + accepted + " tasks");
        Invariant.ONE_PAID_SUBMIT.require(
                cloud.table().page(life.user(), null, 10).tasks().size() <= 1, "one submit made two records");
    }

    private void finishedIsInTheBucket() {
        List<StoredImage> files = task().map(Task::files).orElse(List.of());
        List<String> objects = cloud.stores().keys("images/" + life.user().keySegment() + "/");
        for (StoredImage file : files) {
            byte[] bytes = cloud.stores()
                    .s3
                    .getObjectAsBytes(
                            request -> request.bucket(cloud.stores().name()).key(file.key()))
                    .asByteArray();
            Invariant.FINISHED_IS_IN_THE_BUCKET.require(
                    bytes.length == file.bytes() && sha256(bytes).equals(file.sha256()), "another object is there");
        }
        if (is(TaskState.FINISHED)) {
            Invariant.FINISHED_IS_IN_THE_BUCKET.require(
                    objects.equals(files.stream().map(StoredImage::key).toList()), "other files than recorded");
            Invariant.FINISHED_IS_IN_THE_BUCKET.require(
                    files.size() == life.story().files(), "not every file");
        }
        if (isGone()) {
            // An overtaken worker may have copied a file again after its removal.
            return;
        }
        cloud.watch()
                .written()
                .forEach((key, times) -> Invariant.FINISHED_IS_IN_THE_BUCKET.require(
                        times == 1, "an object was written " + times + " times"));
    }

    private static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    /** A task that upstream has ends as upstream reports, provided its upstream id became known. */
    private void endsAsItShould(boolean hurried) {
        if (isGone()) {
            return;
        }
        Optional<SimulatedTask> upstream = life.upstream();
        boolean known = life.item().get(Attribute.UPSTREAM_TASK_ID) != null;
        boolean givenUp = ErrorType.SUBMIT_UNCONFIRMED.text().equals(life.item().text(Attribute.ERROR_TYPE));
        if (upstream.isPresent() && (known || life.story().webhook()) && !(hurried && givenUp)) {
            Invariant.EVERY_TASK_ENDS.require(
                    is(life.story().files() > 0 ? TaskState.FINISHED : TaskState.FAILED), "it is " + life.describe());
        } else {
            Invariant.EVERY_TASK_ENDS.require(
                    task().isEmpty() || is(TaskState.FAILED), "nobody has it, but it is " + life.describe());
        }
    }

    private void budgetIsWhatTasksCost() {
        // A deleted task stays counted.
        Optional<Task> task = isGone() ? Optional.of(new Task(life.ended())) : task();
        long cost = task.filter(counted -> counted.state() != TaskState.FAILED)
                .map(Task::credits)
                .orElse(0L);
        long held = task.isPresent() && task.get().budgetDay() != null
                ? cloud.credits(new Budget(
                        life.user(), LocalDate.parse(String.valueOf(task.get().budgetDay()))))
                : cloud.credits(Budget.of(life.user(), cloud.clock().instant()));
        Invariant.BUDGET_IS_WHAT_TASKS_COST.require(held == cost, "holds " + held + ", tasks cost " + cost);
    }

    private void clientWasTold(boolean hurried) {
        List<Callback> callbacks = cloud.apiDot().receiver().callbacks(life.receiver());
        if (task().isEmpty()) {
            Invariant.CLIENT_IS_TOLD_AFTER_THE_END.require(callbacks.isEmpty(), "told of a task that is not there");
            return;
        }
        int owed = switch (life.story().after()) {
            case NOTHING -> 1;
            // In hurried runs the user may delete the task before the callback is sent.
            case DELETES -> hurried ? 0 : 1;
            case SENDS_AGAIN -> 2;
            case DELETES_AT_ONCE -> 0;
        };
        Invariant.CLIENT_IS_TOLD_AFTER_THE_END.require(
                (isGone() || task().get().callbackStatus() == CallbackStatus.DELIVERED) && callbacks.size() >= owed,
                "the client was told " + callbacks.size() + " times: " + life.describe());
        String end = new Task(life.ended()).state() == TaskState.FINISHED ? "finished" : "failed";
        for (Callback callback : callbacks) {
            String said = callback.json() instanceof Json.Obj body && body.object("data") != null
                    ? String.valueOf(Objects.requireNonNull(body.object("data")).string("status"))
                    : "nothing";
            Invariant.CLIENT_IS_TOLD_AFTER_THE_END.require(said.equals(end), "was told " + said);
        }
    }

    /** The log must not contain prompts, URLs, signatures or keys. */
    private void nothingLeaks() {
        String logged = cloud.logged();
        List<String> secrets = List.of(
                life.prompt(),
                Sandbox.API_KEY,
                "http://",
                "https://",
                Sandbox.CLIENT_HOST,
                Sandbox.MEDIA_HOST,
                Sandbox.WEBHOOK_SECRET.replace("whsec_", ""),
                life.upstream()
                        .map(task -> task.callbackUrl().replaceFirst(".*/", ""))
                        .orElse("https://"));
        List<String> leaked = secrets.stream().filter(logged::contains).collect(Collectors.toList());
        Invariant.NOTHING_LEAKS.require(leaked.isEmpty(), leaked.size() + " secrets in the log");
        Invariant.NOTHING_LEAKS.require(
                task().isEmpty() || !logged.isEmpty(), "nothing was logged, so nothing was looked at");
    }

    /** A deleted task gets the same answers as an unknown one, and is in no list. */
    static void requireUnseen(Cloud cloud, Life life) {
        if (cloud.isReal()) {
            TaskId task = life.task().orElseThrow();
            Invariant.DELETED_IS_GONE.require(
                    cloud.status(task, life.user()).equals(cloud.status(UNKNOWN, life.user())), "shown to its owner");
            Invariant.DELETED_IS_GONE.require(
                    !cloud.list(life.user()).text().contains(task.value()), "in its owner's list");
        }
    }

    private void onlyOwnTasksAreSeen() {
        if (life.task().isEmpty() || !cloud.isReal()) {
            return;
        }
        TaskId task = life.task().get();
        UserId stranger = new UserId("stranger");
        Json.Obj strangers = cloud.status(task, stranger);
        Json.Obj unknown = cloud.status(UNKNOWN, stranger);
        Invariant.OWN_TASKS_ONLY.require(strangers.equals(unknown), "a stranger can tell it from an unknown one");
        if (isGone()) {
            requireUnseen(cloud, life);
            return;
        }
        Json.Obj own = cloud.status(task, life.user());
        Invariant.OWN_TASKS_ONLY.require(
                Long.valueOf(task().isPresent() ? 200 : 404).equals(own.integer("statusCode")),
                "not shown to its owner");
        Invariant.OWN_TASKS_ONLY.require(
                cloud.list(life.user()).text().contains(task.value()) == task().isPresent(), "not in its owner's list");
        Invariant.OWN_TASKS_ONLY.require(!cloud.list(stranger).text().contains(task.value()), "in a stranger's list");
    }
}
