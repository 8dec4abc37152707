package dev.darkroom.deployed;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.darkroom.deployed.LambdaRuntime.Outcome;
import dev.darkroom.json.Json;
import dev.darkroom.json.JsonException;
import dev.darkroom.local.template.Template.EventSource;
import dev.darkroom.local.template.Template.EventSource.Route;
import dev.darkroom.local.template.Template.EventSource.TableStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Runs each function's zip in Lambda's runtime client: sends an event and reads the answer. */
class RuntimeClientIT {
    private static final String SECRET = "aSecretThatNobodyMayRead";

    /** Port 9 is the discard port: nothing listens there, so storage and upstream are unreachable. */
    private static final Map<String, String> SETTINGS = Map.ofEntries(
            Map.entry("TASKS_TABLE", "tasks"),
            Map.entry("IMAGES_BUCKET", "images"),
            Map.entry("AWS_ENDPOINT_URL_DYNAMODB", "http://127.0.0.1:9"),
            Map.entry("AWS_ENDPOINT_URL_S3", "http://127.0.0.1:9"),
            Map.entry("TRUSTED_HOSTS", "127.0.0.1:9,host.docker.internal:3001"),
            Map.entry("APIDOT_BASE_URL", "http://127.0.0.1:9"),
            Map.entry("APIDOT_API_KEY", SECRET),
            Map.entry("CALLBACK_BASE_URL", "https://callbacks.example.com"),
            Map.entry("CALLBACK_SIGNING_KEYS", SECRET),
            Map.entry("SIGN_IN", "name"),
            Map.entry("IMAGES_ORIGIN", "http://127.0.0.1:9"),
            Map.entry("CLIENT_WEBHOOK_SECRETS", "whsec_" + SECRET + SECRET));

    @TempDir
    private Path taskRoot;

    @Test
    void the_runtime_hands_over_events_and_answers_one_after_another() throws Exception {
        putEchoHandler();
        try (LambdaRuntime runtime = new LambdaRuntime(taskRoot, EchoHandler.class.getName(), Map.of())) {
            assertThat(runtime.invoke("{\"a\":1}".getBytes(UTF_8))).isEqualTo(new Outcome.Answer("{\"a\":1}"));
            assertThat(runtime.invoke("{\"b\":\"ü\"}".getBytes(UTF_8))).isEqualTo(new Outcome.Answer("{\"b\":\"ü\"}"));
        }
    }

    @Test
    void an_exception_of_a_handler_is_a_failure() throws Exception {
        putEchoHandler();
        try (LambdaRuntime runtime = new LambdaRuntime(taskRoot, EchoHandler.class.getName(), Map.of())) {
            assertThat(runtime.invoke("throw".getBytes(UTF_8)))
                    .isInstanceOfSatisfying(
                            Outcome.Failure.class,
                            failure -> assertThat(failure.body()).contains("as asked"));
        }
    }

    @Test
    void a_handler_that_is_not_in_the_zip_is_a_failure() throws Exception {
        try (LambdaRuntime runtime = new LambdaRuntime(taskRoot, "dev.darkroom.NoSuchHandler", Map.of())) {
            assertThat(runtime.invoke(new byte[0])).isInstanceOf(Outcome.Failure.class);
        }
    }

    @ParameterizedTest
    @MethodSource("dev.darkroom.deployed.FunctionZip#all")
    void a_function_answers_its_sample_event(FunctionZip function) throws Exception {
        function.unpack(taskRoot);
        byte[] event = Files.readAllBytes(function.sampleEvent());
        try (LambdaRuntime runtime = new LambdaRuntime(taskRoot, function.handler, SETTINGS)) {
            Outcome outcome = runtime.invoke(event);
            if (has(function, Route.class)) {
                switch (function.word()) {
                    case "callback" -> httpAnswer(outcome, 404);
                    case "page" ->
                        assertThat(((Outcome.Answer) outcome).body()).contains("200", "<title>Darkroom</title>");
                    // Storage is unreachable: our code answers, after the SDK has retried.
                    default -> httpAnswer(outcome, 503);
                }
            } else if (has(function, TableStream.class)) {
                assertThat(outcome).isInstanceOf(Outcome.Answer.class);
            } else {
                assertThat(outcome).isNotInstanceOf(Outcome.Silence.class);
            }
            assertThat(outcome.toString() + runtime.output())
                    .doesNotContain("NoClassDefFoundError", "ClassNotFoundException", "NoSuchMethodError", "SLF4J")
                    .doesNotContain(SECRET);
        }
    }

    private static boolean has(FunctionZip zip, Class<? extends EventSource> kind) {
        return zip.declared.events(kind).findAny().isPresent();
    }

    /** Returns the body of an HTTP answer and checks its status. */
    private static Json.Obj httpAnswer(Outcome outcome, int status) throws JsonException {
        assertThat(outcome).isInstanceOf(Outcome.Answer.class);
        Json.Obj answer = object(((Outcome.Answer) outcome).body());
        assertThat(answer.integer("statusCode")).as(outcome.toString()).isEqualTo(status);
        return object(Objects.requireNonNull(answer.string("body")));
    }

    private static Json.Obj object(String text) throws JsonException {
        return (Json.Obj) Json.parse(text);
    }

    private void putEchoHandler() throws IOException {
        String name = EchoHandler.class.getName().replace('.', '/') + ".class";
        Path target = taskRoot.resolve(name);
        Files.createDirectories(target.resolveSibling(""));
        try (InputStream bytes = Objects.requireNonNull(EchoHandler.class.getResourceAsStream("/" + name))) {
            Files.copy(bytes, target);
        }
    }
}
