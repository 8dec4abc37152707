package dev.darkroom.apidot;

import java.time.Duration;

/** Waits between two attempts. Tests move a clock instead. */
@FunctionalInterface
public interface Pause {
    void wait(Duration time) throws InterruptedException;
}
