package dev.darkroom.endtoend;

import static dev.darkroom.testing.Patience.await;

import dev.darkroom.config.Environment;
import dev.darkroom.json.Json;
import dev.darkroom.local.LocalStack;
import dev.darkroom.local.apidot.Fault;
import dev.darkroom.local.apidot.PictureFormat;
import dev.darkroom.local.apidot.ReceiverAnswer;
import dev.darkroom.local.apidot.Reply;
import dev.darkroom.local.apidot.SimulatedTask;
import dev.darkroom.local.apidot.SubmitFault;
import dev.darkroom.local.apidot.TaskFault;
import dev.darkroom.local.fixture.FailingHandler;
import dev.darkroom.local.fixture.SlowHandler;
import dev.darkroom.local.function.LocalFunction;
import dev.darkroom.local.gateway.Gateway;
import dev.darkroom.local.template.Template;
import dev.darkroom.local.template.Template.EventSource.Route;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.s3.model.S3Exception;

/** Makes the running API give every answer that openapi.yaml documents. */
final class Tour {
    /** The value of DAILY_CREDIT_LIMIT for the tour: enough for both examples, too little for two expensive pictures. */
    static final String CREDITS = "30";

    /** The value of DAILY_UPLOAD_LIMIT for the tour: one user reaches it. */
    static final String UPLOADS = "3";

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int TOO_LONG = 512 * 1024 + 1;
    private static final int TOO_LONG_FOR_A_WEBHOOK = 256 * 1024 + 1;
    private static final int TOO_LONG_FOR_THE_GATEWAY = 10 * 1024 * 1024 + 1;
    private static final String NO_SUCH_TASK = "task-AAAAAAAAAAAAAAAAAAAAAAAA";
    private static final String NO_SUCH_UPLOAD = "upload-AAAAAAAAAAAAAAAAAAAAAAAA-png";

    private static final List<String> OF_A_TASK = List.of("status", "deleteTask", "sendCallback");

    private final LocalStack stack;
    private final OpenApi openApi;
    private final Asking api;
    private final Reports reports;
    private String exampleUpload = "";

    Tour(LocalStack stack, OpenApi openApi) {
        this.stack = stack;
        this.openApi = openApi;
        this.api = new Asking(stack.apiUrl(), openApi);
        this.reports = new Reports(stack.secrets());
    }

    /** Returns all answers. Removes the stack's table and bucket at the end. */
    List<Said> all(Template template) throws Exception {
        examples();
        withoutUser();
        badBodies();
        uploads();
        prices();
        upstreamRefuses();
        idempotency();
        tasks();
        webhooks();
        api.said().addAll(whenEachFunctionIs(SlowHandler.class, Duration.ofMillis(1), template));
        api.said().addAll(whenEachFunctionIs(FailingHandler.class, PATIENCE, template));
        whenTheTableIsGone();
        whenTheBucketIsGone();
        return List.copyOf(api.said());
    }

    /** Returns the example with a source image that exists, where it names one. */
    Json sent(Json example) throws Exception {
        return Json.parse(example.text()
                .replace("https://your-domain.com/source-image.png", source())
                .replace("darkroom://uploads/upload-kX3vB0m9QeYtRz5LwP1aGh7D-jpg", exampleUpload));
    }

    private String source() {
        return stack.apiDot().baseUrl() + "/samples/source.png";
    }

    /** Uploads a picture and returns its {@code image_url}. */
    private String uploaded(String user) throws Exception {
        byte[] picture = api.bytes(source());
        Json.Obj upload = api.as(
                        user, "createUpload", "", "{\"content_type\":\"image/png\",\"bytes\":" + picture.length + "}")
                .data();
        api.send(OpenApi.child(upload, "put"), picture);
        return Objects.requireNonNull(upload.string("image_url"));
    }

    private static String generate(String prompt) {
        return generate(prompt, "");
    }

    /** @param more further fields of the body, each with a comma before it */
    private static String generate(String prompt, String more) {
        return "{\"model\":\"gpt-image-2\",\"input\":{\"prompt\":\"" + prompt + "\"}" + more + "}";
    }

    private static String generate(String quality, String resolution, String size) {
        return "{\"model\":\"gpt-image-2\",\"input\":{\"prompt\":\"a fox\",\"quality\":\"" + quality
                + "\",\"resolution\":\"" + resolution + "\",\"size\":\"" + size + "\"}}";
    }

    private void examples() throws Exception {
        exampleUpload = uploaded("examples");
        for (String operation : List.of("submit", "quote", "createUpload")) {
            for (Json example : openApi.operation(operation).requestExamples().values()) {
                api.as("examples", operation, "", sent(example).text());
            }
        }
        for (Json example :
                openApi.operation("apidotCallback").requestExamples().values()) {
            // A task whose upstream id is unknown accepts any id.
            fault(new SubmitFault.Cuts(Fault.Moment.BEFORE_ACCEPTING), "nobody knows");
            String task = taskId(api.as("examples", "submit", "", generate("nobody knows")));
            api.webhook(reports.path(task), example.text(), Reports.signed(Reports.upstreamId((Json.Obj) example)));
        }
    }

    private void withoutUser() throws Exception {
        String noSubject = "Bearer e30.e30.e30";
        for (String operation : List.of("submit", "quote", "listTasks", "createUpload")) {
            api.ask(operation, "", generate("a fox"));
            api.ask(operation, "", generate("a fox"), "Authorization", noSubject);
        }
        for (String operation : OF_A_TASK) {
            api.ask(operation, of(operation, NO_SUCH_TASK), "");
            api.ask(operation, of(operation, NO_SUCH_TASK), "", "Authorization", noSubject);
        }
        api.ask("deleteUpload", "/" + NO_SUCH_UPLOAD, "");
        api.ask("deleteUpload", "/" + NO_SUCH_UPLOAD, "", "Authorization", noSubject);
    }

    private void badBodies() throws Exception {
        String twoProblems = "{\"model\":\"gpt-image-2\",\"input\":{\"prompt\":\" \",\"size\":\"2304x2048\"}}";
        for (String operation : List.of("submit", "quote")) {
            api.as("alice", operation, "", twoProblems);
            api.as("alice", operation, "", " ".repeat(TOO_LONG));
            api.as("alice", operation, "", " ".repeat(TOO_LONG_FOR_THE_GATEWAY));
            api.ask(operation, "", generate("a fox"), "Authorization", "Bearer alice", "Content-Type", "text/plain");
            api.ask(operation, "", generate("a fox"), "Authorization", "Bearer alice");
        }
        api.as("alice", "submit", "", generate("a fox"), "Idempotency-Key", "two words");
        String noImage = stack.apiDot().baseUrl() + "/samples/none.png";
        api.as(
                "alice",
                "submit",
                "",
                "{\"model\":\"gpt-image-2-edit\",\"input\":{\"prompt\":\"x\",\"image_urls\":[\"" + noImage + "\"]}}");
    }

    private void uploads() throws Exception {
        String fits = "{\"content_type\":\"image/webp\",\"bytes\":1}";
        api.as("uploader", "createUpload", "", "{\"content_type\":\"image/gif\",\"bytes\":0}");
        api.as("uploader", "createUpload", "", " ".repeat(TOO_LONG));
        api.as("uploader", "createUpload", "", " ".repeat(TOO_LONG_FOR_THE_GATEWAY));
        api.ask("createUpload", "", fits, "Authorization", "Bearer uploader", "Content-Type", "text/plain");
        for (String type : List.of("png", "jpeg", "webp")) {
            api.as("uploader", "createUpload", "", fits.replace("webp", type));
        }
        api.as("uploader", "createUpload", "", fits);
        api.as("uploader", "deleteUpload", "/" + NO_SUCH_UPLOAD, "");
        api.as("uploader", "deleteUpload", "/upload-x", "");
        api.as("uploader", "deleteUpload", "/" + NO_SUCH_UPLOAD + "/more", "");
    }

    private void prices() throws Exception {
        for (String quality : List.of("low", "medium", "high")) {
            for (String resolution : List.of("1K", "2K", "4K")) {
                api.as("alice", "quote", "", generate(quality, resolution, "16:9"));
            }
        }
    }

    private void upstreamRefuses() throws Exception {
        List<Reply> replies = List.of(
                Reply.of(422, Reply.Body.DETAIL_LIST),
                Reply.codeInBody(402),
                Reply.of(401, Reply.Body.APIDOT),
                Reply.of(403, Reply.Body.HTML),
                // Longer than a submit may take, so that it does not retry.
                Reply.of(429, Reply.Body.APIDOT).retryAfter(100),
                Reply.of(503, Reply.Body.TEXT).retryAfter(100));
        for (Reply reply : replies) {
            fault(new SubmitFault.Answers(reply, false), "refused");
            api.as("alice", "submit", "", generate("refused"));
        }
        String expensive = generate("high", "2K", "1:1");
        api.as("spender", "submit", "", expensive);
        api.as("spender", "submit", "", expensive);
    }

    private void idempotency() throws Exception {
        api.as("alice", "submit", "", generate("the first"), "Idempotency-Key", "one");
        api.as("alice", "submit", "", generate("the first"), "Idempotency-Key", "one");
        api.as("alice", "submit", "", generate("another"), "Idempotency-Key", "one");
        fault(new SubmitFault.Hangs(PATIENCE, Fault.Moment.BEFORE_ACCEPTING), "the slow one");
        api.begin("alice", "submit", generate("the slow one"), "Idempotency-Key", "two");
        await().until(() -> stack.apiDot().stats("the slow one").submitsArrived() == 1);
        api.as("alice", "submit", "", generate("the slow one"), "Idempotency-Key", "two");
    }

    /** Creates tasks of one user in every state, with callbacks in every state. */
    private void tasks() throws Exception {
        stack.apiDot().receiver().answer("gone", ReceiverAnswer.status(410, 0));
        stack.apiDot().receiver().answer("busy", ReceiverAnswer.status(999, 0));
        for (PictureFormat format : PictureFormat.values()) {
            fault(new TaskFault.Draws(format, format.name().toLowerCase(Locale.ROOT)), "in " + format);
            String task = submitted("a fox in " + format, "told");
            until(task, data -> "delivered".equals(callbackOf(data, "status")));
        }
        fault(new TaskFault.Fails("failed", "The prompt violates our content policy"), "a forbidden fox");
        // This request has every field.
        String edit = taskId(api.as(
                "painter",
                "submit",
                "",
                "{\"model\":\"gpt-image-2-edit\",\"input\":{\"prompt\":\"an edited"
                        + " fox\",\"quality\":\"low\",\"size\":\"1:1\","
                        + "\"resolution\":\"1K\",\"image_urls\":[\"" + uploaded("painter") + "\"]},\"callback_url\":\""
                        + stack.apiDot().receiverUrl("told") + "\"}"));
        until(edit, data -> "delivered".equals(callbackOf(data, "status")));
        String failed = submitted("a forbidden fox", "gone");
        until(failed, data -> "failed".equals(callbackOf(data, "status")));
        String waiting = submitted("a fox nobody takes", "busy");
        until(waiting, data -> callbackOf(data, "next_attempt_time") != null);
        fault(new TaskFault.NeverEnds("running"), "a fox in progress");
        String running = submitted("a fox in progress", "told");
        until(running, data -> "running".equals(data.string("status")));
        fault(new SubmitFault.Cuts(Fault.Moment.BEFORE_ACCEPTING), "an unknown fox");
        until(taskId(api.as("painter", "submit", "", generate("an unknown fox"))), data -> true);

        sendAgain(edit, running);
        delete(failed, running);
        for (String operation : OF_A_TASK) {
            api.as("painter", operation, of(operation, NO_SUCH_TASK), "");
            api.as("painter", operation, of(operation, NO_SUCH_TASK) + "/more", "");
        }
        String cursor = api.as("painter", "listTasks", "?limit=2&status=finished", "")
                .data()
                .string("next_cursor");
        api.as("painter", "listTasks", "?cursor=" + Objects.requireNonNull(cursor), "");
        api.as("painter", "listTasks", "?limit=0&cursor=x&status=y&page=2", "");
    }

    private void sendAgain(String told, String running) throws Exception {
        api.as("painter", "sendCallback", of("sendCallback", told), "");
        api.as("painter", "sendCallback", of("sendCallback", running), "");
        String silent = taskId(api.as("examples", "submit", "", generate("a fox of few words")));
        api.as("examples", "sendCallback", of("sendCallback", silent), "");
    }

    private void delete(String ended, String running) throws Exception {
        api.as("painter", "deleteTask", of("deleteTask", running), "");
        api.as("painter", "deleteTask", of("deleteTask", ended), "");
        api.as("painter", "deleteTask", of("deleteTask", ended), "");
        String keyed = taskId(api.as("keeper", "submit", "", generate("a fox once"), "Idempotency-Key", "once"));
        await().until(() ->
                api.as("keeper", "deleteTask", of("deleteTask", keyed), "").status() == 200);
        api.as("keeper", "submit", "", generate("a fox once"), "Idempotency-Key", "once");
    }

    /** Returns the rest of the path for an operation on one task. */
    private static String of(String operation, String task) {
        return "/" + task + (operation.equals("sendCallback") ? "/callback" : "");
    }

    private void webhooks() throws Exception {
        SimulatedTask ended = stack.apiDot().tasks("a fox in PNG").getFirst();
        String path = URI.create(ended.callbackUrl()).getRawPath();
        api.webhook(path, Reports.finished(ended.id()), Reports.signed(ended.id()));
        api.webhook(path, Reports.finished(ended.id()));
        api.webhook(path, Reports.finished("another"), Reports.signed("another"));
        api.webhook(path, " ".repeat(TOO_LONG_FOR_A_WEBHOOK));
        api.webhook(path, " ".repeat(TOO_LONG_FOR_THE_GATEWAY));
        api.webhook(path.substring(0, path.length() - 1), Reports.finished(ended.id()), Reports.signed(ended.id()));
        api.webhook(path.substring(0, path.lastIndexOf('/')), "{}");
        api.webhook(reports.path(NO_SUCH_TASK), Reports.finished("another"), Reports.signed("another"));
    }

    /** Serves the template's routes with functions that give no answer: they are too slow, or they crash. */
    private List<Said> whenEachFunctionIs(Class<?> handler, Duration timeout, Template template) throws Exception {
        InetSocketAddress free = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        try (Gateway gateway = Gateway.bind(free)) {
            for (Template.Function function : template.functions()) {
                LocalFunction silent = LocalFunction.of(
                        new Template.Function(
                                function.id(),
                                handler.getName(),
                                timeout,
                                function.memory(),
                                function.snapStart(),
                                Map.of(),
                                function.events()),
                        new Environment(Map.of()));
                function.events(Route.class).forEach(route -> gateway.route(route, silent));
            }
            gateway.start();
            Asking silentApi = new Asking(URI.create("http://127.0.0.1:" + gateway.port()), openApi);
            silentApi.as("alice", "submit", "", "{}");
            silentApi.as("alice", "quote", "", "{}");
            silentApi.as("alice", "listTasks", "", "");
            for (String operation : OF_A_TASK) {
                silentApi.as("alice", operation, of(operation, NO_SUCH_TASK), "");
            }
            silentApi.as("alice", "createUpload", "", "{}");
            silentApi.as("alice", "deleteUpload", "/" + NO_SUCH_UPLOAD, "");
            silentApi.webhook(reports.path(NO_SUCH_TASK), "{}");
            return silentApi.said();
        }
    }

    private void whenTheTableIsGone() throws Exception {
        stack.dynamoDb().deleteTable(table -> table.tableName(stack.tasksTable()));
        for (String operation : OF_A_TASK) {
            api.as("painter", operation, of(operation, NO_SUCH_TASK), "");
        }
        api.as("painter", "listTasks", "", "");
        api.as("painter", "createUpload", "", "{\"content_type\":\"image/webp\",\"bytes\":1}");
        api.webhook(reports.path(NO_SUCH_TASK), Reports.finished("another"), Reports.signed("another"));
    }

    private void whenTheBucketIsGone() throws Exception {
        String bucket = stack.imagesBucket();
        // An object that comes between the two steps keeps the bucket.
        await().ignoreExceptionsInstanceOf(S3Exception.class).until(() -> {
            stack.s3()
                    .listObjectsV2(list -> list.bucket(bucket))
                    .contents()
                    .forEach(object -> stack.s3()
                            .deleteObject(delete -> delete.bucket(bucket).key(object.key())));
            stack.s3().deleteBucket(delete -> delete.bucket(bucket));
            return true;
        });
        api.as("painter", "deleteUpload", "/" + NO_SUCH_UPLOAD, "");
    }

    private void fault(Fault fault, String prompt) {
        stack.apiDot().faults().add(fault, 1, prompt);
    }

    private String submitted(String prompt, String receiver) throws Exception {
        String callback = ",\"callback_url\":\"" + stack.apiDot().receiverUrl(receiver) + "\"";
        return taskId(api.as("painter", "submit", "", generate(prompt, callback)));
    }

    private void until(String task, Predicate<Json.Obj> enough) {
        await().pollInterval(Duration.ofMillis(200))
                .until(() ->
                        enough.test(api.as("painter", "status", "/" + task, "").data()));
    }

    private static @Nullable String callbackOf(Json.Obj data, String field) {
        Json.Obj callback = data.object("callback");
        return callback == null ? null : callback.string(field);
    }

    private static String taskId(Said submitted) {
        return Objects.requireNonNull(
                submitted.data().string("task_id"), submitted.body().text());
    }
}
