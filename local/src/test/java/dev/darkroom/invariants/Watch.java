package dev.darkroom.invariants;

import dev.darkroom.task.Due;
import dev.darkroom.task.Item;
import dev.darkroom.task.TaskId;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Numbers the calls that matter to the one task that lives, lets faults happen at the numbers it was told, and sees what no function
 * may be asked about. Thread-safe.
 */
final class Watch implements Gate.Judge {
    private static final Pattern TASK_IN_CALLBACK = Pattern.compile("/callbacks/apidot/(task-[A-Za-z0-9_-]+)/");
    private static final Pattern SHARD = Pattern.compile("\":shard\":\\{\"N\":\"([0-9]+)\"}");

    private final Function<TaskId, Item> items;
    private final Turn turn;
    private final Consumer<String> putting;
    private final Map<InetAddress, Owner> owners = new HashMap<>();
    private final List<String> calls = new ArrayList<>();
    private final List<Invariant.Broken> broken = new ArrayList<>();
    private final Map<String, Integer> written = new HashMap<>();
    private Map<Integer, Gate.Fate> faults = Map.of();
    private boolean counting;
    private volatile @Nullable TaskId living;
    private Item seen = Item.ABSENT;

    /** Lets a caller wait until it may go on. */
    @FunctionalInterface
    interface Turn {
        void await(InetAddress caller, String call);
    }

    private record Owner(Sandbox.Function function, Sandbox sandbox) {}

    /**
     * A watch over nobody yet.
     *
     * @param items the tasks as they stand
     * @param putting is told of an object, by its request's target, before it is written
     */
    Watch(Function<TaskId, Item> items, Turn turn, Consumer<String> putting) {
        this.items = items;
        this.turn = turn;
        this.putting = putting;
    }

    /** From now on, who calls from there is this sandbox. */
    synchronized void over(InetAddress address, Sandbox.Function function, Sandbox sandbox) {
        owners.put(address, new Owner(function, sandbox));
    }

    /** From now on calls are counted, and these faults happen at their numbers. */
    synchronized void begin(Map<Integer, Gate.Fate> planned) {
        faults = Map.copyOf(planned);
        calls.clear();
        broken.clear();
        written.clear();
        living = null;
        seen = Item.ABSENT;
        counting = true;
    }

    /** Nothing more happens to calls; what functions do is still watched. */
    synchronized void calm() {
        counting = false;
    }

    /** The calls since the beginning, each by its function and kind. */
    synchronized List<String> calls() {
        return List.copyOf(calls);
    }

    /** How often objects were written, by key. */
    synchronized Map<String, Integer> written() {
        return Map.copyOf(written);
    }

    /** @throws Invariant.Broken what the gate saw */
    synchronized void requireNothingBroken() {
        if (!broken.isEmpty()) {
            throw broken.getFirst();
        }
    }

    /** Whether the task that lives is in this shard. */
    boolean isWhereItLives(int shard) {
        TaskId task = living;
        return task != null && Due.shard(task) == shard;
    }

    @Override
    public Gate.Fate judge(Gate.Call call) {
        if (call.target() != Gate.Target.DYNAMODB) {
            turn.await(call.caller(), kind(call));
        }
        synchronized (this) {
            Owner owner = owners.get(call.caller());
            if (owner == null || owner.sandbox().isDead()) {
                return Gate.Fate.CRASH_BEFORE;
            }
            watch(call);
            if (!counting || !matters(call)) {
                return Gate.Fate.PASSES;
            }
            calls.add(owner.function() + " " + kind(call));
            return faults.getOrDefault(calls.size() - 1, Gate.Fate.PASSES);
        }
    }

    @Override
    public void answered(Gate.Call call, int status) {
        synchronized (this) {
            switch (kind(call)) {
                case "PutObject" -> {
                    if (status == 200) {
                        written.merge(call.request().target(), 1, Integer::sum);
                    }
                }
                case "UpdateItem", "PutItem", "DeleteItem", "TransactWriteItems" -> look();
                default -> {}
            }
        }
    }

    @Override
    public void died(InetAddress caller) {
        Owner owner;
        synchronized (this) {
            owner = owners.get(caller);
        }
        if (owner != null) {
            owner.sandbox().died();
        }
    }

    /** What only the gate can see. */
    private void watch(Gate.Call call) {
        try {
            switch (kind(call)) {
                case "submit" -> {
                    Matcher callback = TASK_IN_CALLBACK.matcher(call.request().text());
                    Invariant.RECORDED_BEFORE_SENT.require(
                            callback.find()
                                    && items.apply(new TaskId(callback.group(1)))
                                            .exists(),
                            "sent without a record");
                }
                case "client" -> {
                    Item item = items.apply(
                            new TaskId(call.request().header("webhook-id").orElseThrow()));
                    Invariant.CLIENT_IS_TOLD_AFTER_THE_END.require(
                            item.exists() && !Play.isOpen(item), "told of a task that is open");
                }
                case "PutObject" -> putting.accept(call.request().target());
                default -> {}
            }
        } catch (Invariant.Broken e) {
            broken.add(e);
        }
    }

    /** Of the sweep's queries only that matters which can find the task. */
    private boolean matters(Gate.Call call) {
        Matcher shard = SHARD.matcher(call.request().text());
        return !kind(call).equals("Query") || !shard.find() || isWhereItLives(Integer.parseInt(shard.group(1)));
    }

    /** The task that lives now. */
    synchronized void lives(TaskId task) {
        living = task;
        look();
    }

    /** The task that lives, as the last write of any function left it; absent before there is one. */
    synchronized Item seen() {
        return seen;
    }

    /** Every write is looked at as soon as it is done: an end that one undid, another could bring back. */
    synchronized void look() {
        TaskId task = living;
        if (task != null) {
            Item now = items.apply(task);
            try {
                WorldInvariants.endedStaysEnded(seen, now);
                WorldInvariants.deletedIsGone(seen, now);
            } catch (Invariant.Broken e) {
                broken.add(e);
            }
            seen = now;
        }
    }

    private static String kind(Gate.Call call) {
        HttpMessage request = call.request();
        return switch (call.target()) {
            case DYNAMODB -> request.header("x-amz-target").orElseThrow().replaceFirst(".*\\.", "");
            case S3 ->
                switch (request.method()) {
                    case "PUT" -> "PutObject";
                    case "DELETE" -> "DeleteObject";
                    default -> request.target().contains("list-type=2") ? "ListObjects" : "GetObject";
                };
            case APIDOT -> {
                String path = request.target();
                yield path.startsWith("/api/generate/submit")
                        ? "submit"
                        : path.startsWith("/api/generate/status")
                                ? "status"
                                : path.startsWith("/files/")
                                        ? "file"
                                        : path.startsWith("/samples/") ? "source" : "client";
            }
        };
    }
}
