package dev.darkroom.invariants;

import dev.darkroom.apidot.HandClock;
import dev.darkroom.json.Json;
import dev.darkroom.local.apidot.Settings;
import dev.darkroom.local.apidot.SimulatedApiDot;
import dev.darkroom.log.Log;
import dev.darkroom.task.Budget;
import dev.darkroom.task.Item;
import dev.darkroom.task.Task;
import dev.darkroom.task.TaskId;
import dev.darkroom.task.TaskStore;
import dev.darkroom.task.UserId;
import dev.darkroom.tasks.TasksHandler;
import dev.darkroom.testing.Stores;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Plays Lambda, with every call of the functions passing a {@link Gate}. Keeps warm instances of the functions and never reuses a dead one.
 */
final class Cloud implements AutoCloseable {
    private final Stores stores = new Stores();
    private final SimulatedApiDot apiDot;
    private final Gate gate;
    private final HandClock clock = new HandClock(Instant.now());
    private final ByteArrayOutputStream logged = new ByteArrayOutputStream();
    private final Log log = new Log(new PrintStream(logged, true, StandardCharsets.UTF_8), clock);
    private final Map<Sandbox.Function, Sandbox> warm = new EnumMap<>(Sandbox.Function.class);
    private final Watch watch = new Watch(this::item, this::awaitTurn, this::overwrite);
    private Tampering tampering = Tampering.NONE;
    private final TasksHandler tasks;
    private int sandboxes;

    private final Map<Place, Sandbox> crew = new HashMap<>();
    private final Map<InetAddress, Integer> actors = new ConcurrentHashMap<>();
    private volatile @Nullable Turns turns;
    private volatile @Nullable MemoryTaskStore memory;

    /** The key of a warm instance: scenarios differ in their actors, and each actor has its own instances. */
    private record Place(int actor, Sandbox.Function function) {}

    private Cloud() throws Exception {
        this.gate = new Gate(watch);
        // Every upstream task ends at once. The test decides which webhooks arrive, and when.
        this.apiDot = SimulatedApiDot.start(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                Settings.quick(Sandbox.API_KEY)
                        .withPace(Duration.ZERO, Duration.ZERO)
                        .withPublicUrl("http://" + Sandbox.MEDIA_HOST + ":" + gate.port(Gate.Target.APIDOT))
                        .withReceiverSecrets(List.of(Sandbox.WEBHOOK_SECRET)));
        gate.lead(Gate.Target.DYNAMODB, Stores.TABLES.getPort());
        gate.lead(Gate.Target.S3, Stores.BUCKETS.getPort());
        gate.lead(Gate.Target.APIDOT, apiDot.port());
        this.tasks = TasksHandler.of(stores.environment(Map.of()), Log.toStandardOutput());
    }

    static Cloud start() throws Exception {
        return new Cloud();
    }

    /** Applies this fault to new instances of the functions, which know no earlier task. */
    synchronized void tamper(Tampering other) {
        tampering = other;
        warm.clear();
        stores.emptyTable();
    }

    Stores stores() {
        return stores;
    }

    SimulatedApiDot apiDot() {
        return apiDot;
    }

    HandClock clock() {
        return clock;
    }

    /** Returns the table itself, without the gate. */
    TaskStore table() {
        TaskStore store = memory;
        return store == null ? stores.own : store;
    }

    boolean isReal() {
        return memory == null;
    }

    /** Keeps tasks in this store from now on, or in DynamoDB for null. */
    void keepIn(@Nullable MemoryTaskStore store) {
        memory = store;
    }

    long credits(Budget budget) {
        MemoryTaskStore store = memory;
        return store == null ? stores.credits(budget) : store.credits(budget);
    }

    Item item(TaskId task) {
        return table().read(task).map(Task::item).orElse(Item.ABSENT);
    }

    String outside(String host, String path) {
        return "http://" + host + ":" + gate.port(Gate.Target.APIDOT) + path;
    }

    /** Starts counting calls, and plans these faults by the calls' numbers. */
    void begin(Map<Integer, Gate.Fate> faults) {
        logged.reset();
        watch.begin(faults);
    }

    Watch watch() {
        return watch;
    }

    String logged() {
        return logged.toString(StandardCharsets.UTF_8);
    }

    /** Invokes a function, in a warm instance if there is one. */
    Sandbox.Outcome invoke(Sandbox.Function function, Json.Obj event) {
        Sandbox sandbox = warm.computeIfAbsent(function, this::sandbox);
        Sandbox.Outcome outcome = sandbox.invoke(event);
        if (sandbox.isDead()) {
            gate.kill(sandbox.address());
            warm.remove(function);
        }
        watch.requireNothingBroken();
        return outcome;
    }

    /** Work during which calls are made in turns. */
    @FunctionalInterface
    interface InTurns<T> {
        T run() throws InterruptedException;
    }

    /** Runs the work. Every call to the outside by functions {@link #invokeAs invoked as} an actor waits for its turn meanwhile. */
    <T> T inTurns(Turns given, InTurns<T> work) throws InterruptedException {
        turns = given;
        try {
            return work.run();
        } finally {
            turns = null;
            watch.requireNothingBroken();
        }
    }

    /** Invokes a function in an instance of this actor's own. */
    void invokeAs(int actor, Sandbox.Function function, Json.Obj event) {
        Sandbox sandbox;
        synchronized (this) {
            sandbox = crew.computeIfAbsent(new Place(actor, function), place -> sandbox(place.function()));
        }
        actors.put(sandbox.address(), actor);
        try {
            sandbox.invokeHeldUp(event);
        } finally {
            actors.remove(sandbox.address());
        }
    }

    private void awaitTurn(InetAddress caller, String call) {
        Turns now = turns;
        Integer actor = actors.get(caller);
        if (now != null && actor != null) {
            try {
                now.await(actor, call);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("interrupted", e);
            }
        }
    }

    private TaskStore store(InetAddress caller, TaskStore real) {
        TaskStore inTurn = new TurnStore(
                () -> {
                    TaskStore kept = memory;
                    return kept == null ? real : kept;
                },
                new TurnStore.Turn() {
                    @Override
                    public void await(String call) {
                        awaitTurn(caller, call);
                    }

                    @Override
                    public boolean matters(int shard) {
                        return watch.isWhereItLives(shard);
                    }

                    @Override
                    public void written() {
                        if (memory != null) {
                            watch.look();
                        }
                    }
                });
        return new TamperedStore(inTurn, tampering);
    }

    /** Returns the answer to this user's status request for a task. */
    Json.Obj status(TaskId task, UserId user) {
        return Sandbox.call(
                tasks,
                Events.http(
                        "GET",
                        "/api/generate/status/{task_id}",
                        Map.of("task_id", task.value()),
                        Map.of(),
                        user.value(),
                        ""));
    }

    Json.Obj list(UserId user) {
        return Sandbox.call(tasks, Events.http("GET", "/api/generate/tasks", Map.of(), Map.of(), user.value(), ""));
    }

    /** Deletes the object before it is written. If-None-Match is signed and can't be removed, but without the object it has no effect. */
    private void overwrite(String target) {
        if (tampering == Tampering.OBJECTS_OVERWRITTEN) {
            String key = target.replaceFirst("^/" + stores.name() + "/", "").replaceFirst("\\?.*", "");
            stores.s3.deleteObject(request -> request.bucket(stores.name()).key(key));
        }
    }

    private synchronized Sandbox sandbox(Sandbox.Function function) {
        int number = ++sandboxes;
        InetAddress address;
        try {
            address = InetAddress.getByAddress(new byte[] {127, 1, (byte) (number / 250), (byte) (number % 250 + 1)});
        } catch (UnknownHostException e) {
            throw new IllegalStateException("four bytes are an address", e);
        }
        Sandbox sandbox =
                new Sandbox(function, address, gate, stores.name(), clock, log, store -> store(address, store));
        watch.over(address, function, sandbox);
        return sandbox;
    }

    @Override
    public void close() {
        gate.close();
        apiDot.close();
    }
}
