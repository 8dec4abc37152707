package dev.darkroom.bench;

import dev.darkroom.local.deployed.LambdaRuntime;
import dev.darkroom.local.deployed.LambdaRuntime.Outcome;
import java.io.IOException;

/** A refusal is quicker than a job done: only an event that went well is measured. */
final class Answers {
    private Answers() {}

    /**
     * Hands the function an event.
     *
     * @throws IOException unless it was answered with 2xx, or none of its records failed, or a preview was stored
     */
    static void good(LambdaRuntime runtime, byte[] event) throws IOException, InterruptedException {
        Outcome outcome = runtime.invoke(event);
        if (!(outcome instanceof Outcome.Answer(String body)) || !isGood(body.replace(" ", ""))) {
            throw new IOException("not answered as it should be: " + outcome + "\n" + runtime.output());
        }
    }

    private static boolean isGood(String body) {
        return body.contains("\"statusCode\":2")
                || body.contains("\"batchItemFailures\":[]")
                || body.contains("\"preview\":\"stored\"");
    }
}
