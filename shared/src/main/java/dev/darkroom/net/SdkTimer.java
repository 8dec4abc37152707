package dev.darkroom.net;

import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;

/**
 * Ends calls of the SDK's that take too long. One for all clients of the process: a client that is given none makes five threads
 * of its own, which outlive it and keep what it kept.
 */
public final class SdkTimer {
    private static final ScheduledExecutorService SHARED = start();

    private SdkTimer() {}

    /** Nobody shuts it down; its threads do not keep the JVM alive. */
    public static ScheduledExecutorService shared() {
        return SHARED;
    }

    private static ScheduledExecutorService start() {
        ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(
                2, task -> Thread.ofPlatform().daemon().name("sdk-timer").unstarted(task));
        // Most calls end in time, and what they hold would stay until the limit.
        timer.setRemoveOnCancelPolicy(true);
        return timer;
    }
}
