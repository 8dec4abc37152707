package dev.darkroom.local;

import static dev.darkroom.testing.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.darkroom.config.Environment;
import dev.darkroom.json.Json;
import dev.darkroom.local.function.LocalFunction;
import dev.darkroom.local.function.Outcome;
import dev.darkroom.local.template.Template;
import dev.darkroom.local.template.TemplateReader;
import dev.darkroom.local.template.Yaml;
import dev.darkroom.store.DynamoTaskStore;
import dev.darkroom.task.CallbackStatus;
import dev.darkroom.task.Task;
import dev.darkroom.task.TaskId;
import dev.darkroom.task.TaskState;
import dev.darkroom.testing.LocalStackExtension;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import software.amazon.awssdk.services.s3.model.S3Object;

/**
 * Sends the samples of {@code sam local invoke} in the order of docs/sam-local.md, with the settings of events/env.json only. They fit
 * together: the task id follows from the sample's idempotency key, the webhook's signature from the sample's signing key. Needs no
 * containers; CI does the same with them.
 */
class SampleEventsTest {
    private static final Path EVENTS = Path.of("..", "events");
    /** JSON is YAML, too. */
    private static final Json.Obj SETTINGS =
            Objects.requireNonNull(Yaml.read(EVENTS.resolve("env.json")).object("Parameters"));

    private static final TaskId TASK = new TaskId("task-gGSDhVt4LoRIfl4IxdGXkPEO");
    private static final TaskId EDIT = new TaskId("task-b8f9HatgohaA72esyt6k5j5J");

    @RegisterExtension
    static final LocalStackExtension STACK = LocalStackExtension.with(
            Options.forTests().withoutFunctions().with("CLIENT_WEBHOOK_SECRETS", setting("CLIENT_WEBHOOK_SECRETS")));

    private static LocalStack stack;

    private static Map<String, LocalFunction> functions;

    /** The files that were sent, by function. */
    private static final Map<String, Set<String>> SENT = new HashMap<>();

    @BeforeAll
    static void start(LocalStack started) {
        stack = started;
        Map<String, String> settings = new HashMap<>();
        for (String name : SETTINGS.fields().keySet()) {
            settings.put(name, here(setting(name)));
        }
        LocalEnvironment environment =
                new LocalEnvironment(Map.of(), new Environment(settings), Map.of(), Path.of(".."));
        functions = new HashMap<>();
        Template template = TemplateReader.read(
                Path.of("..", "template.yaml"), Map.of(), Map.of("TasksTable", "other", "ImagesBucket", "other"));
        for (Template.Function function : template.functions()) {
            functions.put(function.id(), LocalFunction.of(function, environment.of(function)));
        }
    }

    private static String setting(String name) {
        return Objects.requireNonNull(SETTINGS.string(name), name);
    }

    /** Replaces the addresses of the stack's servers, which are not in a container here and have other ports. */
    private static String here(String text) {
        return text.replace(
                        "http://host.docker.internal:8000", stack.dynamoDbUrl().toString())
                .replace("http://host.docker.internal:9000", stack.s3Url().toString())
                .replace(
                        "host.docker.internal:3001",
                        "localhost:" + stack.apiDot().port());
    }

    private static Json.Obj invoke(String function, String event) throws Exception {
        SENT.computeIfAbsent(function, _ -> new HashSet<>()).add(event + ".json");
        String text = here(Files.readString(EVENTS.resolve(event + ".json")));
        Outcome outcome = Objects.requireNonNull(functions.get(function)).invoke(Json.parse(text));
        assertThat(outcome).as(function + " " + event).isInstanceOf(Outcome.Answered.class);
        String output = ((Outcome.Answered) outcome).output();
        // An event about an object has no answer.
        return output.isEmpty() ? Json.object().build() : (Json.Obj) Json.parse(output);
    }

    /** Returns {@code data} of a successful answer. */
    private static Json.Obj data(Json.Obj answer) throws Exception {
        assertThat(answer.integer("statusCode")).as(answer.text()).isEqualTo(200);
        Json body = Json.parse(Objects.requireNonNull(answer.string("body")));
        return Objects.requireNonNull(((Json.Obj) body).object("data"));
    }

    private static Task task(TaskId id) {
        return new DynamoTaskStore(stack.dynamoDb(), stack.tasksTable())
                .read(id)
                .orElseThrow();
    }

    private static List<S3Object> preview() {
        return objects("previews/");
    }

    private static List<S3Object> objects(String prefix) {
        return stack.s3()
                .listObjectsV2(request -> request.bucket(stack.imagesBucket()).prefix(prefix))
                .contents();
    }

    private static void upstreamHasEnded() {
        await().until(() -> stack.apiDot().stats().creditsCharged() > 0);
    }

    @Test
    void the_samples_of_all_functions_tell_one_task_from_submit_to_the_clients_callback() throws Exception {
        assertThat(invoke("PageFunction", "page").string("body")).startsWith("<!doctype html>");
        assertThat(data(invoke("TasksFunction", "quote")).integer("credits")).isEqualTo(24);

        Json.Obj upload = data(invoke("TasksFunction", "upload"));
        assertThat(upload.string("image_url")).isEqualTo("darkroom://uploads/" + upload.string("upload_id"));
        assertThat(data(invoke("TasksFunction", "upload-delete")).string("status"))
                .isEqualTo("deleted");

        Json.Obj submitted = data(invoke("SubmitFunction", "submit"));
        assertThat(submitted.string("task_id")).isEqualTo(TASK.value());
        assertThat(data(invoke("SubmitFunction", "submit"))).isEqualTo(submitted);
        assertThat(stack.apiDot().stats().tasksAccepted()).isEqualTo(1);
        assertThat(task(TASK).state()).isEqualTo(TaskState.ACCEPTED);
        assertThat(data(invoke("TasksFunction", "status")).string("status")).isEqualTo("not_started");
        assertThat(data(invoke("TasksFunction", "list")).items("tasks")).hasSize(1);

        Task before = task(TASK);
        assertThat(invoke("CallbackFunction", "callback-forged").integer("statusCode"))
                .isEqualTo(404);
        assertThat(task(TASK)).isEqualTo(before);
        assertThat(invoke("CallbackFunction", "callback").string("body")).isEqualTo("{\"ok\":true}");
        assertThat(task(TASK).state()).isEqualTo(TaskState.DUE);
        assertThat(invoke("CallbackFunction", "callback").string("body")).contains("duplicate");

        upstreamHasEnded();
        assertThat(invoke("SettleFunction", "settle").items("batchItemFailures"))
                .isEmpty();
        assertThat(task(TASK).state()).isEqualTo(TaskState.FINISHED);
        Json.Obj finished = data(invoke("TasksFunction", "status"));
        assertThat(finished.string("status")).isEqualTo("finished");
        assertThat(finished.items("files")).hasSize(1);

        assertThat(invoke("NotifyFunction", "notify").items("batchItemFailures"))
                .isEmpty();
        assertThat(task(TASK).callbackStatus()).isEqualTo(CallbackStatus.DELIVERED);
        assertThat(stack.apiDot().receiver().received("alice")).isEqualTo(1);

        assertThat(preview()).isEmpty();
        assertThat(invoke("PreviewFunction", "preview").items("previews")).containsExactly(Json.of("stored"));
        assertThat(preview()).hasSize(1);
        Json.Obj again = data(invoke("TasksFunction", "send-callback"));
        assertThat(again.string("status")).isEqualTo("finished");
        assertThat(invoke("NotifyFunction", "notify").items("batchItemFailures"))
                .isEmpty();
        assertThat(stack.apiDot().receiver().received("alice")).isEqualTo(2);

        assertThat(data(invoke("TasksFunction", "delete")).string("status")).isEqualTo("deleted");
        assertThat(invoke("TasksFunction", "status").integer("statusCode")).isEqualTo(404);
        assertThat(objects("images/")).hasSize(1);
        assertThat(invoke("SettleFunction", "settle").items("batchItemFailures"))
                .isEmpty();
        assertThat(objects("")).isEmpty();

        assertThat(data(invoke("SubmitFunction", "submit-edit")).string("task_id"))
                .isEqualTo(EDIT.value());
        await().until(() -> invoke("SweepFunction", "sweep").integer("woken"), woken -> woken != null && woken == 1);
        assertThat(task(EDIT).state()).isEqualTo(TaskState.DUE);

        assertThat(SENT.keySet()).as("each function has a sample").isEqualTo(functions.keySet());
        try (var files = Files.list(EVENTS)) {
            assertThat(files.map(file -> file.getFileName().toString()).filter(name -> !name.equals("env.json")))
                    .as("each sample is sent")
                    .containsExactlyInAnyOrderElementsOf(
                            SENT.values().stream().flatMap(Set::stream).toList());
        }
    }
}
