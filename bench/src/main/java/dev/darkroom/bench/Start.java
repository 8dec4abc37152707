package dev.darkroom.bench;

import dev.darkroom.deployed.LambdaRuntime;
import java.io.IOException;

@FunctionalInterface
interface Start {
    LambdaRuntime start(Surroundings surroundings) throws IOException;

    /** Returns the milliseconds from the process's start to its answer to an event that was already waiting. */
    default double first(byte[] event, Surroundings surroundings) throws IOException, InterruptedException {
        long start = System.nanoTime();
        try (LambdaRuntime runtime = start(surroundings)) {
            Answers.good(runtime, event);
            return (System.nanoTime() - start) / 1e6;
        }
    }
}
