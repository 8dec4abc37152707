package dev.darkroom.local.event;

import dev.darkroom.json.Json;
import dev.darkroom.local.function.LocalFunction;
import dev.darkroom.local.template.Template.EventSource.NewObjects;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor.DiscardPolicy;
import java.util.concurrent.TimeUnit;

/**
 * Passes the buckets' new objects to the functions that want them. It does not repeat a failed call, and drops waiting events at the end. The
 * stack announces the latest objects again at its next start. Thread-safe.
 */
public final class Notifications implements AutoCloseable {
    /** A burst of large images must use up neither this process's memory nor its processors. */
    private static final int CALLS_AT_ONCE = 1;

    private final List<Target> targets = new CopyOnWriteArrayList<>();
    private final ThreadPoolExecutor calls = new ThreadPoolExecutor(
            CALLS_AT_ONCE,
            CALLS_AT_ONCE,
            0,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            Thread.ofPlatform().daemon().name("event-", 0).factory(),
            new DiscardPolicy());

    private record Target(LocalFunction function, NewObjects wanted) {}

    /** Calls the function with what it wants from now on. */
    public void add(NewObjects wanted, LocalFunction function) {
        targets.add(new Target(function, wanted));
    }

    /** Returns at once; other threads call the functions. */
    public void created(String bucket, String key, long size) {
        Json.Obj event = AwsEvent.created(bucket, key, size);
        for (Target target : targets) {
            if (target.wanted().bucket().equals(bucket)
                    && key.startsWith(target.wanted().prefix())) {
                calls.execute(() -> target.function().handle(event));
            }
        }
    }

    @Override
    public void close() {
        calls.shutdownNow();
    }
}
