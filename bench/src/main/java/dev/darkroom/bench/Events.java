package dev.darkroom.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.darkroom.apidot.CallbackSignature;
import dev.darkroom.deployed.FunctionZip;
import dev.darkroom.task.TaskId;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.regex.Matcher;

/** The first event of each function: the sample events, adapted to a function that has only a stub of the cloud. */
final class Events {
    private Events() {}

    static byte[] of(FunctionZip function) throws IOException {
        String sample = Files.readString(function.sampleEvent());
        String event = switch (function.word()) {
            case "callback" -> webhook(sample);
            case "submit" -> submit(sample);
            default -> sample;
        };
        return event.getBytes(UTF_8);
    }

    /** The webhook of a task that ended, with a valid signature. */
    private static String webhook(String sample) {
        String signature = new CallbackSignature(List.of(Surroundings.SIGNING_KEY))
                .of(TaskId.parse(StubCloud.TASK).orElseThrow());
        String body = """
            {"code": 200, "data": {"task_id": "%s", "status": "finished"}}\
            """.formatted(StubCloud.UPSTREAM_TASK);
        return sample.replaceAll("\"signature\": \"[^\"]*\"", "\"signature\": \"" + signature + "\"")
                .replaceAll("\"task_id\": \"[^\"]*\"", "\"task_id\": \"" + StubCloud.TASK + "\"")
                .replaceAll(
                        "\"body\": .*,", Matcher.quoteReplacement("\"body\": \"" + body.replace("\"", "\\\"") + "\","));
    }

    /** A submit without a callback URL. The stub has the task of the sample's idempotency key, so another key is used. */
    private static String submit(String sample) {
        return sample.replaceAll("\\\\\"callback_url\\\\\": \\\\\"[^\"]*\", ", "")
                .replaceAll("(\"idempotency-key\": \")[^\"]*", "$1a-new-one");
    }
}
