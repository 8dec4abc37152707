package dev.darkroom.callback;

import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import dev.darkroom.apidot.CallbackSignature;
import dev.darkroom.apidot.WebhookSignature;
import dev.darkroom.config.Environment;
import dev.darkroom.json.Json;
import dev.darkroom.log.Log;
import dev.darkroom.priming.Events;
import dev.darkroom.priming.Records;
import dev.darkroom.priming.Rehearsal;
import dev.darkroom.priming.Reply;
import dev.darkroom.priming.Scene;
import dev.darkroom.task.UpstreamTaskId;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;

/** Each line of what a webhook may mean. */
final class CallbackRehearsal implements Rehearsal {
    private static final UpstreamTaskId UPSTREAM = new UpstreamTaskId(Records.USER);
    private static final String ENDED = body("finished");
    private static final String WRITE = "UpdateItem";

    private final InstantSource clock;

    /** @param clock that of the handler: a signed webhook is good for some minutes */
    CallbackRehearsal(InstantSource clock) {
        this.clock = clock;
    }

    @Override
    public RequestStreamHandler handler(Environment environment, Log log) {
        return new CallbackHandler(environment, log);
    }

    @Override
    public List<Scene> scenes(Environment environment) {
        return List.of(
                webhook(environment, ENDED, 200).when(WRITE, Reply.written()),
                webhook(environment, ENDED, 200).when(WRITE, Reply.refused(Records.task("finished"))),
                webhook(environment, body("running"), 200).when(WRITE, Reply.written()),
                webhook(environment, ENDED, 200)
                        .when(WRITE, Reply.refused(Json.object().build())),
                webhook(environment, ENDED, 503).when(WRITE, Reply.forbidden()),
                Scene.of(
                        Events.request(path("forged"), Map.of(), Map.of("content-type", "application/json"), ENDED),
                        "\"statusCode\":404"),
                webhook(environment, ENDED, 200)
                        .when(WRITE, Reply.empty(500), Reply.written())
                        .once());
    }

    private Scene webhook(Environment environment, String body, int status) {
        String signature = CallbackSignature.of(environment).of(Records.TASK);
        Instant now = clock.instant();
        Map<String, String> headers = WebhookSignature.of(environment, clock)
                .map(key -> Map.of(
                        WebhookSignature.TIMESTAMP_HEADER,
                        Long.toString(now.getEpochSecond()),
                        WebhookSignature.SIGNATURE_HEADER,
                        key.of(UPSTREAM, Long.toString(now.getEpochSecond()))))
                .orElse(Map.of("content-type", "application/json"));
        return Scene.of(Events.request(path(signature), Map.of(), headers, body), "\"statusCode\":" + status);
    }

    private static Map<String, String> path(String signature) {
        return Map.of("task_id", Records.TASK.value(), "signature", signature);
    }

    private static String body(String status) {
        return "{\"code\":200,\"data\":{\"task_id\":\"" + UPSTREAM.value() + "\",\"status\":\"" + status
                + "\",\"progress\":50,\"output\":{\"files\":[{\"file_url\":\"https://files.example.com/0.png\"}]}}}";
    }
}
