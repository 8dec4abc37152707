package dev.darkroom.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.darkroom.apidot.CallbackSignature;
import dev.darkroom.local.deployed.FirstEvents;
import dev.darkroom.local.deployed.FunctionZip;
import dev.darkroom.task.TaskId;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;

/** The first event of each function: the sample events, the webhook with a valid signature. */
final class Events {
    private Events() {}

    static byte[] of(FunctionZip function) throws IOException {
        return switch (function) {
            case CALLBACK ->
                FirstEvents.webhook(
                        StubCloud.TASK,
                        new CallbackSignature(List.of(Surroundings.SIGNING_KEY))
                                .of(TaskId.parse(StubCloud.TASK).orElseThrow()),
                        StubCloud.UPSTREAM_TASK);
            // The sample's idempotency key belongs to a task that the stub has, so another key is used.
            case SUBMIT ->
                new String(FirstEvents.submit(), UTF_8)
                        .replaceAll("(\"idempotency-key\": \")[^\"]*", "$1a-new-one")
                        .getBytes(UTF_8);
            case TASKS, SETTLE, SWEEP, NOTIFY, PAGE, PREVIEW -> Files.readAllBytes(function.sampleEvent());
        };
    }
}
