package dev.darkroom.local.deployed;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.util.regex.Matcher;

/** The sample events, adapted to a function that has only a store. */
public final class FirstEvents {
    private FirstEvents() {}

    /** The webhook of a task that ended. */
    public static byte[] webhook(String task, String signature, String upstreamTask) throws IOException {
        String body = """
            {"code": 200, "data": {"task_id": "%s", "status": "finished"}}\
            """.formatted(upstreamTask);
        return Files.readString(FunctionZip.CALLBACK.sampleEvent())
                .replaceAll("\"signature\": \"[^\"]*\"", "\"signature\": \"" + signature + "\"")
                .replaceAll("\"task_id\": \"[^\"]*\"", "\"task_id\": \"" + task + "\"")
                .replaceAll(
                        "\"body\": .*,", Matcher.quoteReplacement("\"body\": \"" + body.replace("\"", "\\\"") + "\","))
                .getBytes(UTF_8);
    }

    /** A submit without a callback URL. */
    public static byte[] submit() throws IOException {
        return Files.readString(FunctionZip.SUBMIT.sampleEvent())
                .replaceAll("\\\\\"callback_url\\\\\": \\\\\"[^\"]*\", ", "")
                .getBytes(UTF_8);
    }
}
