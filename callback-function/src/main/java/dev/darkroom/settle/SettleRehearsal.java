package dev.darkroom.settle;

import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import dev.darkroom.apidot.ApiDot;
import dev.darkroom.config.Environment;
import dev.darkroom.json.Json;
import dev.darkroom.log.Log;
import dev.darkroom.priming.Events;
import dev.darkroom.priming.Pictures;
import dev.darkroom.priming.Records;
import dev.darkroom.priming.Rehearsal;
import dev.darkroom.priming.Reply;
import dev.darkroom.priming.Scene;
import dev.darkroom.task.Attribute;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;

/** Looks that find each kind of picture, no end, or an end without a picture. */
final class SettleRehearsal implements Rehearsal {
    private static final String CLAIM_AND_WRITE = "UpdateItem";
    private static final String LOOK = "GET /api/generate/status/";
    private static final String FILE = "GET /files/0";
    private static final String STORE = "PUT /rehearsal/images/";
    private static final Reply STORED = Reply.empty(200)
            .with("ETag", "\"00000000000000000000000000000000\"")
            .with("x-amz-request-id", "REHEARSAL")
            .with("x-amz-server-side-encryption", "AES256");

    private final InstantSource clock;

    /** @param clock that of the handler: a task that is too old is not looked after any more */
    SettleRehearsal(InstantSource clock) {
        this.clock = clock;
    }

    @Override
    public RequestStreamHandler handler(Environment environment, Log log) {
        return new SettleHandler(environment, log);
    }

    @Override
    public List<Scene> scenes(Environment environment) {
        Reply finished = ended(environment.required(ApiDot.BASE_URL) + "/files/0");
        Reply elsewhere = ended("https://192.0.2.1/0.png");
        Reply existing = Reply.of(
                412,
                "application/xml",
                "<Error><Code>PreconditionFailed</Code><Message>rehearsed</Message></Error>"
                        .getBytes(StandardCharsets.UTF_8));
        return List.of(
                look(finished).when(FILE, Pictures.png(Pictures.LARGE)).when(STORE, STORED),
                look(finished.inChunks()).when(FILE, Pictures.webp()).when(STORE, STORED),
                look(finished).when(FILE, Pictures.jpeg()).when(STORE, STORED),
                look(finished)
                        .when(FILE, Pictures.png(Pictures.LARGE).inChunks())
                        .when(STORE, STORED),
                look(finished)
                        .when(FILE, Pictures.png(Pictures.SMALL))
                        .when(STORE, existing)
                        .when("GET /rehearsal/images/", Pictures.png(Pictures.SMALL)),
                look(finished).when(FILE, Reply.empty(503)),
                look(finished).when(FILE, Reply.of(200, "text/html", new byte[64])),
                look(elsewhere),
                look(Reply.json(200, "{\"code\":200,\"data\":{\"task_id\":\"rehearsal\",\"status\":\"running\"}}")),
                look(Reply.json(200, """
                    {"code":200,"data":{"task_id":"rehearsal","status":"failed",\
                    "error_message":"see https://example.com"}}\
                    """)),
                look(Reply.json(500, "{}")),
                due().when(CLAIM_AND_WRITE, Reply.refused(claimed())),
                Scene.of(Events.change(claimed()), "itemIdentifier").when(CLAIM_AND_WRITE, Reply.forbidden()),
                due().when(CLAIM_AND_WRITE, Reply.empty(500), Reply.refused(claimed()))
                        .once());
    }

    private static Reply ended(String file) {
        return Reply.json(
                200,
                "{\"code\":200,\"data\":{\"task_id\":\"rehearsal\",\"status\":\"finished\",\"progress\":100,"
                        + "\"output\":{\"files\":[{\"file_url\":\"" + file + "\",\"file_type\":\"image\"}]}}}");
    }

    private Scene due() {
        return Scene.of(Events.change(claimed()), "\"batchItemFailures\":[]");
    }

    private Scene look(Reply answer) {
        return due().when(CLAIM_AND_WRITE, Reply.written(claimed()), Reply.written())
                .when(LOOK, answer);
    }

    private Json.Obj claimed() {
        return Records.task(
                "settling",
                Map.of(
                        Attribute.CLAIM_ID,
                        "rehearsal",
                        Attribute.REPORT,
                        "{}",
                        Attribute.CALLBACK_URL,
                        "https://client.example.com/hook"),
                Map.of(Attribute.CREATED_AT, clock.instant().toEpochMilli()));
    }
}
