package dev.darkroom.bench;

import dev.darkroom.apidot.CallbackSignature;
import dev.darkroom.local.deployed.FunctionZip;
import dev.darkroom.task.TaskId;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.List;

/** What a function is called with first: the sample events, the webhook with a good signature. */
final class Events {
    private Events() {}

    static byte[] of(FunctionZip function) throws IOException {
        byte[] sample = Files.readAllBytes(function.sampleEvent());
        if (function != FunctionZip.CALLBACK) {
            return sample;
        }
        String signature = new CallbackSignature(List.of(Surroundings.SIGNING_KEY))
                .of(TaskId.parse(StubCloud.TASK).orElseThrow());
        return new String(sample, StandardCharsets.UTF_8)
                .replace("forged", signature)
                .getBytes(StandardCharsets.UTF_8);
    }
}
