package dev.darkroom.apidot;

import java.time.Duration;

/** The wait between two attempts; tests move a clock instead. */
@FunctionalInterface
public interface Pause {
    void wait(Duration time) throws InterruptedException;
}
