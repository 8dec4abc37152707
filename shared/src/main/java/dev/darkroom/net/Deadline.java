package dev.darkroom.net;

import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.apache.hc.core5.concurrent.Cancellable;
import org.jspecify.annotations.Nullable;

/**
 * The end of one exchange with a host that is not AWS, redirects included. It cuts off the running request, because a host that
 * sends a byte a second never reaches a read time-out. It uses the JVM's monotonic clock.
 */
public final class Deadline implements AutoCloseable {
    private static final ScheduledThreadPoolExecutor TIMER = timer();

    private final long end;
    private final Future<?> alarm;
    private @Nullable Cancellable request;
    private boolean over;

    public Deadline(Duration limit) {
        long nanos = Math.max(0, limit.toNanos());
        end = System.nanoTime() + nanos;
        // Closing a TLS socket may block for a moment; the timer must not wait for it.
        alarm = TIMER.schedule(() -> Thread.startVirtualThread(this::cutOff), nanos, TimeUnit.NANOSECONDS);
    }

    /** Sets the request to cut off. If the time is over, this cuts it off at once. */
    void watch(Cancellable next) {
        boolean late;
        synchronized (this) {
            request = next;
            late = over;
        }
        if (late) {
            next.cancel();
        }
    }

    public synchronized boolean isOver() {
        return over || remaining().isZero();
    }

    /** Zero if the time is over, never negative. */
    public Duration remaining() {
        return Duration.ofNanos(Math.max(0, end - System.nanoTime()));
    }

    @Override
    public void close() {
        alarm.cancel(false);
    }

    private void cutOff() {
        Cancellable target;
        synchronized (this) {
            over = true;
            target = request;
        }
        if (target != null) {
            target.cancel();
        }
    }

    private static ScheduledThreadPoolExecutor timer() {
        ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(
                1, Thread.ofPlatform().name("deadlines").daemon().factory());
        timer.setRemoveOnCancelPolicy(true);
        return timer;
    }
}
