package dev.darkroom.bench;

import dev.darkroom.local.deployed.LambdaRuntime;
import java.io.IOException;

/** A way to start a function's process. */
@FunctionalInterface
interface Start {
    LambdaRuntime start(Surroundings surroundings) throws IOException;

    /** Milliseconds from the process's start until the answer to an event that was there before it. */
    default double first(byte[] event, Surroundings surroundings) throws IOException, InterruptedException {
        long start = System.nanoTime();
        try (LambdaRuntime runtime = start(surroundings)) {
            Answers.good(runtime, event);
            return (System.nanoTime() - start) / 1e6;
        }
    }
}
