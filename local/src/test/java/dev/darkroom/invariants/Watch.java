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
 * Numbers the calls about the current task, causes the planned faults at their numbers, and checks the invariants of single moments.
 * Thread-safe.
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

    /** Makes a caller wait until it may go on. */
    @FunctionalInterface
    interface Turn {
        void await(InetAddress caller, String call);
    }

    private record Owner(Sandbox.Function function, Sandbox sandbox) {}

    /**
     * A watch without a task.
     *
     * @param items returns a task's present item
     * @param putting receives the request target of each object before it is written
     */
    Watch(Function<TaskId, Item> items, Turn turn, Consumer<String> putting) {
        this.items = items;
        this.turn = turn;
        this.putting = putting;
    }

    /** Attributes calls from this address to this sandbox from now on. */
    synchronized void over(InetAddress address, Sandbox.Function function, Sandbox sandbox) {
        owners.put(address, new Owner(function, sandbox));
    }

    /** Starts counting calls, and plans these faults by the calls' numbers. */
    synchronized void begin(Map<Integer, Gate.Fate> planned) {
        faults = Map.copyOf(planned);
        calls.clear();
        broken.clear();
        written.clear();
        living = null;
        seen = Item.ABSENT;
        counting = true;
    }

    /** Causes no more faults, but keeps checking calls. */
    synchronized void calm() {
        counting = false;
    }

    /** Returns the calls since the beginning, each by function and kind. */
    synchronized List<String> calls() {
        return List.copyOf(calls);
    }

    /** Returns how often each object was written, by key. */
    synchronized Map<String, Integer> written() {
        return Map.copyOf(written);
    }

    /** @throws Invariant.Broken the first error that the watch found */
    synchronized void requireNothingBroken() {
        if (!broken.isEmpty()) {
            throw broken.getFirst();
        }
    }

    /** Returns whether the current task is in this shard. */
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
                case "UpdateItem", "TransactWriteItems" -> look();
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

    /** Checks invariants that only a view on the calls can check. */
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

    /** Returns whether the call counts: of the sweep's queries, only those that can find the task. */
    private boolean matters(Gate.Call call) {
        Matcher shard = SHARD.matcher(call.request().text());
        return !kind(call).equals("Query") || !shard.find() || isWhereItLives(Integer.parseInt(shard.group(1)));
    }

    /** Sets the current task. */
    synchronized void lives(TaskId task) {
        living = task;
        look();
    }

    /** Returns the task's item after the last write of any function; an absent item before the first. */
    synchronized Item seen() {
        return seen;
    }

    /** Checks the task right after every write: a later write could hide an end that was undone. */
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
