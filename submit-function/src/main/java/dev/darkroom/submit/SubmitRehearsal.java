package dev.darkroom.submit;

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
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/** Submits of each kind, and what APIDot and the table may say to them. */
final class SubmitRehearsal implements Rehearsal {
    private static final String UPSTREAM = "POST /api/generate/submit";
    private static final String GENERATE = """
        {"model":"gpt-image-2","callback_url":"https://client.example.com/hook",\
        "input":{"prompt":"A lighthouse at dawn, film grain","quality":"high","size":"16:9","resolution":"2K"}}\
        """;
    private static final Reply ACCEPTED = Reply.json(200, """
        {"code":200,"data":{"task_id":"rehearsal","status":"not_started",\
        "created_time":"2026-01-01T00:00:00"}}\
        """);

    @Override
    public RequestStreamHandler handler(Environment environment, Log log) {
        return new SubmitHandler(environment, log);
    }

    @Override
    public List<Scene> scenes(Environment environment) {
        boolean limited = !"0".equals(environment.optional("DAILY_CREDIT_LIMIT"));
        String record = limited ? "TransactWriteItems" : "PutItem";
        // A removal gives the held credits back, by a transaction too.
        String remove = limited ? "TransactWriteItems" : "DeleteItem";
        String source = environment.required(ApiDot.BASE_URL) + "/source.png";
        Scene accepted = submit(200, GENERATE).when(record, Reply.written()).when("UpdateItem", Reply.written());
        Scene edit = submit(200, edit(source))
                .when(record, Reply.written())
                .when(UPSTREAM, ACCEPTED.inChunks())
                .when("UpdateItem", Reply.written());
        Scene refused = submit(400, GENERATE)
                .when(record, Reply.written())
                .when(UPSTREAM, Reply.json(400, "{\"code\":400,\"error\":{\"message\":\"rehearsed\"}}"));
        return List.of(
                accepted.when(UPSTREAM, ACCEPTED),
                environment.flag("CHECK_SOURCE_IMAGES", true)
                        ? edit.when("GET /source.png", Pictures.png(Pictures.SMALL))
                        : edit,
                submit(200, edit("darkroom://uploads/upload-rehearsal-rehearsal-rehe-png"))
                        .when("GET /rehearsal/uploads/", Pictures.png(Pictures.SMALL))
                        .when(record, Reply.written())
                        .when(UPSTREAM, ACCEPTED)
                        .when("UpdateItem", Reply.written()),
                remove.equals(record) ? refused : refused.when(remove, Reply.written()),
                submit(200, GENERATE)
                        .when(record, Reply.written())
                        .when(UPSTREAM, Reply.of(500, "text/html", "<html>".getBytes(StandardCharsets.UTF_8))),
                keyed(200)
                        .when("GetItem", Reply.written())
                        .when(record, Reply.written())
                        .when(UPSTREAM, ACCEPTED)
                        .when("UpdateItem", Reply.written()),
                keyed(422)
                        .when(
                                "GetItem",
                                Reply.dynamo(
                                        200,
                                        Json.object()
                                                .put("Item", Records.task("accepted"))
                                                .build())),
                submit(400, "{\"model\":\"other\",\"input\":{\"size\":\"huge\",\"promt\":1}}"),
                submit(400, edit("https://192.0.2.1/a.png")),
                submit(503, GENERATE)
                        .when(record, Reply.forbidden())
                        .when(remove, Reply.written())
                        .once(),
                accepted.when(UPSTREAM, Reply.json(429, "{}").with("Retry-After", "0"), ACCEPTED)
                        .once());
    }

    private static String edit(String source) {
        return "{\"model\":\"gpt-image-2-edit\",\"input\":{\"prompt\":\"A lighthouse\",\"image_urls\":[\"" + source
                + "\"]}}";
    }

    private static Scene submit(int status, String body) {
        return Scene.of(Events.request(Map.of(), Map.of(), body), "\"statusCode\":" + status);
    }

    private static Scene keyed(int status) {
        Map<String, String> headers = Map.of("content-type", "application/json", "idempotency-key", "rehearsal");
        return Scene.of(Events.request(Map.of(), Map.of(), headers, GENERATE), "\"statusCode\":" + status);
    }
}
