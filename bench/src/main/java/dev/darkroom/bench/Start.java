package dev.darkroom.bench;

import dev.darkroom.local.deployed.LambdaRuntime;
import dev.darkroom.local.deployed.LambdaRuntime.Outcome;
import java.io.IOException;

/** A way to start a function's process. */
@FunctionalInterface
interface Start {
    LambdaRuntime start(Surroundings surroundings) throws IOException;

    /** Milliseconds from the process's start until the answer to an event that was there before it. */
    default double first(byte[] event, Surroundings surroundings) throws IOException, InterruptedException {
        long start = System.nanoTime();
        try (LambdaRuntime runtime = start(surroundings)) {
            Outcome outcome = runtime.invoke(event);
            double took = (System.nanoTime() - start) / 1e6;
            if (!(outcome instanceof Outcome.Answer(String body))
                    || !body.replace(" ", "").contains("\"statusCode\":200")) {
                throw new IOException("not answered as it should be: " + outcome + "\n" + runtime.output());
            }
            return took;
        }
    }
}
