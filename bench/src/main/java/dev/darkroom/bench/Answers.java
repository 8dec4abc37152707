package dev.darkroom.bench;

import dev.darkroom.deployed.LambdaRuntime;
import dev.darkroom.deployed.LambdaRuntime.Outcome;
import java.io.IOException;

/** Checks answers, because only successful events are measured: a refusal is faster than the job. */
final class Answers {
    private Answers() {}

    /**
     * Sends an event to the function.
     *
     * @throws IOException unless the answer is 2xx, or no record failed, or a preview was stored
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
                || body.contains("\"previews\":[\"stored\"]");
    }
}
