package dev.darkroom.deployed;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.darkroom.apidot.CallbackSignature;
import dev.darkroom.local.deployed.FunctionZip;
import dev.darkroom.local.deployed.LambdaRuntime;
import dev.darkroom.local.deployed.LambdaRuntime.Outcome;
import dev.darkroom.task.TaskId;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The ways through the SDK that a good day does not take, in the zips: what was left out of the libraries as unreachable was so.
 */
class ShrunkLibrariesIT {
    private static final String KEY = "aKeyThatSigns";
    private static final String TASK = "task-01jd9x7q4t8w2m5n6p7r8s9tab";

    @TempDir
    private Path taskRoot;

    private final Queue<String> answers = new ArrayDeque<>();
    private final Queue<String> authorizations = new ConcurrentLinkedQueue<>();
    private HttpServer server;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::answer);
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    @Test
    void a_refused_condition_is_read_with_its_item() throws Exception {
        answers.add("400 {\"__type\":\"com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException\",\"Item\":"
                + "{\"task_id\":{\"S\":\"" + TASK + "\"},\"upstream_task_id\":{\"S\":\"task-other\"}}}");
        assertThat(webhook(environment())).contains("\"statusCode\":403");
    }

    @Test
    void a_server_error_and_a_throttle_are_repeated() throws Exception {
        answers.add("500 {\"__type\":\"com.amazonaws.dynamodb.v20120810#InternalServerError\"}");
        answers.add("400 {\"__type\":\"com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException\"}");
        answers.add("200 {}");
        assertThat(webhook(environment())).contains("\"statusCode\":200");
        assertThat(authorizations).hasSize(3);
    }

    @Test
    void an_error_that_is_not_repeated_is_the_functions_own_answer() throws Exception {
        answers.add("400 {\"__type\":\"com.amazonaws.dynamodb.v20120810#ResourceNotFoundException\"}");
        assertThat(webhook(environment())).contains("\"statusCode\":503");
        assertThat(authorizations).hasSize(1);
    }

    /** What SnapStart has instead of credentials in the environment. */
    @Test
    void credentials_come_from_the_containers_endpoint() throws Exception {
        Map<String, String> settings = environment();
        settings.put("AWS_ACCESS_KEY_ID", "");
        settings.put("AWS_SECRET_ACCESS_KEY", "");
        settings.put("AWS_CONTAINER_CREDENTIALS_FULL_URI", url() + "/credentials");
        settings.put("AWS_CONTAINER_AUTHORIZATION_TOKEN", "token");
        answers.add("200 {\"AccessKeyId\":\"FROMCONTAINER\",\"SecretAccessKey\":\"secret\",\"Token\":\"session\","
                + "\"Expiration\":\"2099-01-01T00:00:00Z\"}");
        answers.add("200 {}");
        assertThat(webhook(settings)).contains("\"statusCode\":200");
        assertThat(authorizations).first().isEqualTo("token");
        assertThat(authorizations).last().asString().contains("Credential=FROMCONTAINER/");
    }

    @Test
    void the_reasons_of_a_cancelled_transaction_are_read() throws Exception {
        Map<String, String> settings = environment();
        settings.put("DAILY_CREDIT_LIMIT", "1");
        answers.add(
                "400 {\"__type\":\"com.amazonaws.dynamodb.v20120810#TransactionCanceledException\",\"CancellationReasons\":"
                    + "[{\"Code\":\"None\"},{\"Code\":\"ConditionalCheckFailed\"}]}");
        byte[] event = Files.readAllBytes(FunctionZip.SUBMIT.sampleEvent());
        assertThat(answer(FunctionZip.SUBMIT, event, settings)).contains("\"statusCode\":402");
    }

    private String webhook(Map<String, String> settings) throws Exception {
        String signature =
                new CallbackSignature(List.of(KEY)).of(TaskId.parse(TASK).orElseThrow());
        String event = Files.readString(FunctionZip.CALLBACK.sampleEvent()).replace("forged", signature);
        return answer(FunctionZip.CALLBACK, event.getBytes(UTF_8), settings);
    }

    private String answer(FunctionZip function, byte[] event, Map<String, String> settings) throws Exception {
        function.unpack(taskRoot);
        try (LambdaRuntime runtime = new LambdaRuntime(taskRoot, function.handler, settings)) {
            Outcome outcome = runtime.invoke(event);
            assertThat(runtime.output()).doesNotContain("NoSuchMethodError", "NoClassDefFoundError", "AbstractMethod");
            return outcome.toString();
        }
    }

    private Map<String, String> environment() {
        return new HashMap<>(Map.of(
                "TASKS_TABLE",
                "tasks",
                "IMAGES_BUCKET",
                "images",
                "AWS_ENDPOINT_URL_DYNAMODB",
                url(),
                "TRUSTED_HOSTS",
                url().substring("http://".length()),
                "APIDOT_BASE_URL",
                url(),
                "APIDOT_API_KEY",
                "key",
                "CALLBACK_BASE_URL",
                "https://callbacks.example.com",
                "CALLBACK_SIGNING_KEYS",
                KEY));
    }

    private String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            exchange.getRequestBody().readAllBytes();
            authorizations.add(String.valueOf(exchange.getRequestHeaders().getFirst("Authorization")));
            String next = answers.isEmpty() ? "500 {}" : answers.remove();
            byte[] body = next.substring(4).getBytes(UTF_8);
            exchange.getResponseHeaders().set("Content-Type", "application/x-amz-json-1.0");
            exchange.sendResponseHeaders(Integer.parseInt(next.substring(0, 3)), body.length);
            exchange.getResponseBody().write(body);
        }
    }
}
