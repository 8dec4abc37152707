package dev.darkroom.local.apidot;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Waits, but not longer than the server runs. Thread-safe. */
final class Waits {
    private final CountDownLatch over = new CountDownLatch(1);

    /** Waits this long; false if the server ended meanwhile. */
    boolean lasting(Duration time) {
        try {
            return !over.await(time.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    boolean isOver() {
        return over.getCount() == 0;
    }

    void end() {
        over.countDown();
    }
}
