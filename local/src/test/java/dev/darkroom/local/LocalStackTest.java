package dev.darkroom.local;

import static dev.darkroom.testing.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.darkroom.config.ConfigurationException;
import dev.darkroom.json.Json;
import dev.darkroom.lambda.CreatedObject;
import dev.darkroom.local.fixture.EchoHandler;
import dev.darkroom.local.fixture.RecordingHandler;
import dev.darkroom.testing.LocalStackExtension;
import java.io.ByteArrayInputStream;
import java.io.OutputStream;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.s3.model.S3Exception;

@ResourceLock("what the fixtures received")
class LocalStackTest {
    private static final Path TEMPLATE = Path.of("src", "test", "resources", "stack.yaml");
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    @RegisterExtension
    static final LocalStackExtension STACK =
            LocalStackExtension.with(Options.forTests().withTemplate(TEMPLATE));

    private static LocalStack stack;

    @BeforeAll
    static void start(LocalStack started) {
        stack = started;
    }

    @BeforeEach
    void forget() {
        EchoHandler.EVENTS.clear();
        RecordingHandler.RECORDS.clear();
    }

    private static HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(stack.apiUrl() + path));
    }

    private static HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
        return HTTP.send(request.build(), BodyHandlers.ofString());
    }

    private static Json.Obj object(Json.Obj parent, String... path) {
        Json.Obj at = parent;
        for (String name : path) {
            at = Objects.requireNonNull(at.object(name), name);
        }
        return at;
    }

    @Test
    void a_request_becomes_an_event_in_format_2_0() throws Exception {
        HttpResponse<String> answer = send(request("/things/a%20b+c/parts/%C3%A4?x=1&x=2&y=%26+")
                .header("Authorization", "Bearer alice")
                .header("Content-Type", "application/json")
                .header("X-Two", "one")
                .header("X-Two", "two")
                .header("Cookie", "a=1; b=2")
                .POST(BodyPublishers.ofString("{\"ü\":1}")));

        assertThat(answer.statusCode()).isEqualTo(201);
        assertThat(answer.headers().firstValue("x-name")).contains("table darkroom-tasks");
        assertThat(answer.headers().firstValue("x-remaining")).contains("true");
        Json.Obj event = (Json.Obj) Json.parse(answer.body());
        assertThat(event.string("version")).isEqualTo("2.0");
        assertThat(event.string("routeKey")).isEqualTo("POST /things/{thing}/parts/{part}");
        assertThat(event.string("rawPath")).isEqualTo("/things/a b+c/parts/ä");
        assertThat(event.string("rawQueryString")).isEqualTo("x=1&x=2&y=%26+");
        assertThat(object(event, "queryStringParameters")).isEqualTo(Json.parse("{\"x\":\"1,2\",\"y\":\"& \"}"));
        assertThat(object(event, "pathParameters")).isEqualTo(Json.parse("{\"thing\":\"a b+c\",\"part\":\"ä\"}"));
        assertThat(object(event, "headers").string("x-two")).isEqualTo("one,two");
        assertThat(event.items("cookies")).containsExactly(Json.of("a=1"), Json.of("b=2"));
        assertThat(event.string("body")).isEqualTo("{\"ü\":1}");
        assertThat(event.get("isBase64Encoded")).isEqualTo(Json.of(false));
        Json.Obj context = object(event, "requestContext");
        assertThat(context.string("stage")).isEqualTo("$default");
        assertThat(context.string("apiId")).isEqualTo("Api");
        assertThat(object(context, "http").string("method")).isEqualTo("POST");
        assertThat(object(context, "http").string("sourceIp")).isEqualTo("127.0.0.1");
        assertThat(object(context, "authorizer", "jwt", "claims").string("sub")).isEqualTo("alice");
        assertThat(context.integer("timeEpoch")).isPositive();
        assertThat(context.string("time")).matches("\\d\\d/[A-Z][a-z]{2}/\\d{4}:\\d\\d:\\d\\d:\\d\\d \\+0000");
    }

    @Test
    void a_body_that_is_no_text_arrives_as_base64() throws Exception {
        byte[] body = {0, -1, 2};
        HttpResponse<String> answer = send(request("/things/a/parts/b")
                .header("Authorization", "bearer bob")
                .header("Content-Type", "application/octet-stream")
                .POST(BodyPublishers.ofByteArray(body)));
        Json.Obj event = (Json.Obj) Json.parse(answer.body());
        assertThat(event.get("isBase64Encoded")).isEqualTo(Json.of(true));
        assertThat(Base64.getDecoder().decode(event.string("body"))).isEqualTo(body);
    }

    @Test
    void a_jwt_names_its_subject() throws Exception {
        String payload = Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString("{\"sub\":\"carol\",\"exp\":1}".getBytes(StandardCharsets.UTF_8));
        HttpResponse<String> answer = send(request("/things/a/parts/b")
                .header("Authorization", "Bearer e30." + payload + ".x")
                .POST(BodyPublishers.noBody()));
        Json.Obj claims = object((Json.Obj) Json.parse(answer.body()), "requestContext", "authorizer", "jwt", "claims");
        assertThat(claims).isEqualTo(Json.parse("{\"sub\":\"carol\",\"exp\":\"1\"}"));
    }

    @Test
    void a_fixed_segment_beats_a_parameter() throws Exception {
        Json.Obj fixed = (Json.Obj) Json.parse(send(request("/things/fixed")).body());
        Json.Obj open = (Json.Obj) Json.parse(send(request("/things/other")).body());
        assertThat(fixed.string("routeKey")).isEqualTo("GET /things/fixed");
        assertThat(open.string("routeKey")).isEqualTo("GET /things/{thing}");
        assertThat(object(open, "requestContext").get("authorizer")).isNull();
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                "GET,    /nothing,          -,        404, Not Found",
                "DELETE, /things/a/parts/b, Bearer a, 404, Not Found",
                "TRACE,  /things/a/parts/b, Bearer a, 404, Not Found",
                "POST,   /things//parts/b,  Bearer a, 404, Not Found",
                "POST,   /things/a/parts/b, -,        401, Unauthorized",
                "POST,   /things/a/parts/b, Basic a,  401, Unauthorized",
                "POST,   /things/a/parts/b, 'Bearer ', 401, Unauthorized",
                "GET,    /fail,             -,        500, Internal Server Error",
                "GET,    /slow,             -,        503, Service Unavailable",
            })
    void the_gateway_refuses_with_awss_own_body(
            String method, String path, @Nullable String authorization, int status, String message) throws Exception {
        HttpRequest.Builder request = request(path).method(method, BodyPublishers.noBody());
        if (authorization != null) {
            request.header("Authorization", authorization);
        }
        HttpResponse<String> answer = send(request);
        assertThat(answer.statusCode()).isEqualTo(status);
        assertThat(answer.body()).isEqualTo("{\"message\":\"" + message + "\"}");
        assertThat(EchoHandler.EVENTS).isEmpty();
    }

    /** Returns the answer to a request that no HTTP client library would send. */
    private static String answerTo(String path) throws Exception {
        try (Socket socket = new Socket("localhost", stack.apiUrl().getPort())) {
            socket.getOutputStream()
                    .write(("GET " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
                            .getBytes(StandardCharsets.UTF_8));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/things/%", "/things/%zz", "/things/%2", "/%", "/things/a%20b%"})
    void a_path_that_cannot_be_decoded_is_400_in_awss_own_body(String path) throws Exception {
        assertThat(answerTo(path))
                .startsWith("HTTP/1.1 400 Bad Request\r\n")
                .containsIgnoringCase("\r\nContent-Type: application/json\r\n")
                .endsWith("\r\n\r\n{\"message\":\"Bad Request\"}");
        assertThat(EchoHandler.EVENTS).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/things/a b", "things"})
    void what_is_no_http_is_refused_as_json(String path) throws Exception {
        assertThat(answerTo(path)).startsWith("HTTP/1.1 400 ").endsWith("\r\n\r\n{\"message\":\"Bad Request\"}");
    }

    @Test
    void a_refused_request_whose_body_comes_late_does_not_cost_the_connection() throws Exception {
        try (Socket socket = new Socket("localhost", stack.apiUrl().getPort())) {
            OutputStream out = socket.getOutputStream();
            out.write("POST /no/such/route HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\n\r\n"
                    .getBytes(StandardCharsets.UTF_8));
            // By the end of another request the first head has arrived.
            assertThat(send(request("/health")).statusCode()).isEqualTo(200);
            out.write("{}GET /health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
                    .getBytes(StandardCharsets.UTF_8));
            assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                    .startsWith("HTTP/1.1 404 ")
                    .contains("HTTP/1.1 200 ")
                    .endsWith("{\"status\":\"up\"}");
        }
    }

    private static HttpRequest.Builder preflight(String path, String origin, String method) {
        return request(path)
                .header("Origin", origin)
                .header("Access-Control-Request-Method", method)
                .method("OPTIONS", BodyPublishers.noBody());
    }

    @Test
    void a_page_of_this_machine_may_call_and_asks_without_a_token() throws Exception {
        String page = "http://localhost:5173";
        HttpResponse<String> asked = send(preflight("/things/a/parts/b", page, "POST"));
        assertThat(asked.statusCode()).isEqualTo(204);
        assertThat(asked.headers().firstValue("access-control-allow-origin")).contains(page);
        assertThat(asked.headers().firstValue("access-control-allow-methods")).contains("GET,POST");
        assertThat(asked.headers().firstValue("access-control-allow-headers")).contains("authorization,content-type");
        assertThat(asked.headers().firstValue("access-control-max-age")).contains("600");
        assertThat(EchoHandler.EVENTS).isEmpty();
        HttpResponse<String> refused =
                send(request("/things/a/parts/b").header("Origin", page).POST(BodyPublishers.noBody()));
        assertThat(refused.statusCode()).isEqualTo(401);
        HttpResponse<String> answered = send(request("/things/a/parts/b")
                .header("Origin", page)
                .header("Authorization", "Bearer alice")
                .POST(BodyPublishers.noBody()));
        assertThat(answered.statusCode()).isEqualTo(201);
        for (HttpResponse<String> answer : List.of(refused, answered)) {
            assertThat(answer.headers().firstValue("access-control-allow-origin"))
                    .contains(page);
            assertThat(answer.headers().firstValue("access-control-expose-headers"))
                    .contains("retry-after");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "a page of elsewhere,     /things/a/parts/b, https://evil.example,           POST, 204",
        "a name that begins alike, /things/a/parts/b, http://localhost:5173.example,  POST, 204",
        "an API without CORS,     /fail,             http://localhost:5173,          GET,  404",
        "a path of nobody,        /nothing,          http://localhost:5173,          GET,  404",
    })
    void other_pages_are_not_let_in(String who, String path, String origin, String method, int status)
            throws Exception {
        HttpResponse<String> asked = send(preflight(path, origin, method));
        assertThat(asked.statusCode()).as(who).isEqualTo(status);
        assertThat(asked.headers().firstValue("access-control-allow-origin")).isEmpty();
        HttpResponse<String> sent = send(request("/things/a/parts/b")
                .header("Origin", "https://evil.example")
                .header("Authorization", "Bearer alice")
                .POST(BodyPublishers.noBody()));
        assertThat(sent.headers().firstValue("access-control-allow-origin")).isEmpty();
    }

    /** A page of elsewhere can give its own name the address of this machine. Then no rule about origins stops it. */
    @ParameterizedTest
    @CsvSource({
        "localhost,               201",
        "127.0.0.1:3000,          201",
        "[::1]:3000,              201",
        "evil.example:3000,       403",
        "localhost.evil.example,  403",
        "127.0.0.1.evil.example,  403",
    })
    void the_api_answers_by_no_name_that_somebody_else_can_own(String host, int status) throws Exception {
        try (Socket socket = new Socket("localhost", stack.apiUrl().getPort())) {
            String head = "POST /things/a/parts/b HTTP/1.1\r\nHost: " + host
                    + "\r\nAuthorization: Bearer alice\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
            socket.getOutputStream().write(head.getBytes(StandardCharsets.UTF_8));

            assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                    .startsWith("HTTP/1.1 " + status + " ");
        }
    }

    @Test
    void a_body_over_10_mb_is_413() throws Exception {
        HttpResponse<String> answer = send(request("/things/a/parts/b")
                .header("Authorization", "Bearer a")
                .POST(BodyPublishers.ofByteArray(new byte[10 * 1024 * 1024 + 1])));
        assertThat(answer.statusCode()).isEqualTo(413);
    }

    @Test
    void health_is_up_and_the_sweep_gets_a_scheduled_event() throws Exception {
        assertThat(send(request("/health")).statusCode()).isEqualTo(200);
        stack.sweepNow();
        Json.Obj event = (Json.Obj) Json.parse(EchoHandler.EVENTS.remove());
        assertThat(event.string("source")).isEqualTo("aws.events");
        assertThat(event.string("detail-type")).isEqualTo("Scheduled Event");
    }

    private static void put(String id, String state, boolean fails) {
        AttributeValue text = AttributeValue.fromS(state);
        Map<String, AttributeValue> item = Map.of("task_id", AttributeValue.fromS(id), "state", text);
        if (fails) {
            item = Map.of("task_id", AttributeValue.fromS(id), "state", text, "fail", AttributeValue.fromBool(true));
        }
        Map<String, AttributeValue> written = item;
        stack.dynamoDb()
                .putItem(request -> request.tableName(stack.tasksTable()).item(written));
    }

    private static List<String> received() {
        return RecordingHandler.RECORDS.stream()
                .map(change -> object(change, "dynamodb", "NewImage", "task_id").string("S"))
                .toList();
    }

    @Test
    void the_stream_brings_what_matches_the_filter_and_nothing_else() {
        put("a", "accepted", false);
        put("a", "due", false);
        put("b", "settling", false);
        put("b", "due", false);
        stack.dynamoDb()
                .deleteItem(request ->
                        request.tableName(stack.tasksTable()).key(Map.of("task_id", AttributeValue.fromS("a"))));
        put("end", "due", false);
        await().until(() -> received().contains("end") && received().size() == 3);
        assertThat(received()).containsExactlyInAnyOrder("a", "b", "end");
        Json.Obj change = RecordingHandler.RECORDS.remove();
        assertThat(change.string("eventSource")).isEqualTo("aws:dynamodb");
        assertThat(object(change, "dynamodb").string("StreamViewType")).isEqualTo("NEW_IMAGE");
        assertThat(object(change, "dynamodb", "Keys").get("task_id")).isNotNull();
    }

    @Test
    void a_record_that_fails_is_retried_as_often_as_the_template_says_and_then_given_up() {
        int before = stack.deadRecords().size();
        put("poor", "due", true);
        await().until(() -> stack.deadRecords().size() == before + 1);
        assertThat(stack.deadRecords().getLast().key()).contains("poor");
        assertThat(received()).filteredOn("poor"::equals).hasSize(3);
    }

    @Test
    void changes_of_one_item_stay_in_order() {
        for (int i = 0; i < 30; i++) {
            int n = i;
            stack.dynamoDb()
                    .putItem(request -> request.tableName(stack.tasksTable())
                            .item(Map.of(
                                    "task_id", AttributeValue.fromS("one"),
                                    "state", AttributeValue.fromS("due"),
                                    "n", AttributeValue.fromN(String.valueOf(n)))));
        }
        await().until(() -> RecordingHandler.RECORDS.size() == 30);
        assertThat(RecordingHandler.RECORDS)
                .extracting(
                        change -> object(change, "dynamodb", "NewImage", "n").string("N"))
                .containsExactlyElementsOf(java.util.stream.IntStream.range(0, 30)
                        .mapToObj(String::valueOf)
                        .toList());
    }

    @Test
    void an_object_is_written_once() {
        stack.s3()
                .putObject(
                        request -> request.bucket(stack.imagesBucket())
                                .key("images/YWxpY2U/x/0.png")
                                .ifNoneMatch("*"),
                        RequestBody.fromString("first"));
        assertThatThrownBy(() -> stack.s3()
                        .putObject(
                                request -> request.bucket(stack.imagesBucket())
                                        .key("images/YWxpY2U/x/0.png")
                                        .ifNoneMatch("*"),
                                RequestBody.fromString("second")))
                .isInstanceOfSatisfying(
                        S3Exception.class, e -> assertThat(e.statusCode()).isEqualTo(412));
        assertThat(stack.s3()
                        .getObjectAsBytes(
                                request -> request.bucket(stack.imagesBucket()).key("images/YWxpY2U/x/0.png"))
                        .asUtf8String())
                .isEqualTo("first");
    }

    private static void store(String key) {
        stack.s3()
                .putObject(
                        request -> request.bucket(stack.imagesBucket()).key(key).ifNoneMatch("*"),
                        RequestBody.fromString("12345"));
    }

    @Test
    void new_object_invokes_the_function_that_the_template_names() throws Exception {
        store("elsewhere/a.png");
        store("watched/ä b+c.png");
        assertThatThrownBy(() -> store("watched/ä b+c.png")).isInstanceOf(S3Exception.class);
        store("watched/last.png");
        await().until(() -> EchoHandler.EVENTS.size() == 2);
        Json.Obj event = (Json.Obj) Json.parse(EchoHandler.EVENTS.stream()
                .filter(each -> !each.contains("last"))
                .findFirst()
                .orElseThrow());
        assertThat(event.items("Records")).hasSize(1);
        Json.Obj record = (Json.Obj) event.items("Records").getFirst();
        assertThat(record.string("eventName")).isEqualTo("ObjectCreated:Put");
        Json.Obj s3 = object(record, "s3");
        assertThat(object(s3, "object").string("key")).isEqualTo("watched/%C3%A4+b%2Bc.png");
        assertThat(object(s3, "object").integer("size")).isEqualTo(5);
        assertThat(CreatedObject.read(new ByteArrayInputStream(event.text().getBytes(StandardCharsets.UTF_8))))
                .containsExactly(new CreatedObject(stack.imagesBucket(), "watched/ä b+c.png"));
    }

    @ParameterizedTest
    @CsvSource({
        "http://localhost:5173,         PUT,    'content-type,if-none-match', true",
        "http://127.0.0.1:3000,         GET,    content-type,                 true",
        "http://localhost:5173,         DELETE, content-type,                 false",
        "http://localhost:5173,         PUT,    x-amz-acl,                    false",
        "https://evil.example,          PUT,    content-type,                 false",
        "http://localhost.evil.example, PUT,    content-type,                 false",
    })
    void the_bucket_lets_in_the_pages_that_the_template_names(
            String origin, String method, String headers, boolean allowed) throws Exception {
        HttpResponse<String> asked =
                send(HttpRequest.newBuilder(URI.create(stack.s3Url() + "/" + stack.imagesBucket() + "/uploads/a.png"))
                        .header("Origin", origin)
                        .header("Access-Control-Request-Method", method)
                        .header("Access-Control-Request-Headers", headers)
                        .method("OPTIONS", BodyPublishers.noBody()));
        assertThat(asked.statusCode() == 200).isEqualTo(allowed);
        assertThat(asked.headers().firstValue("access-control-allow-origin").isPresent())
                .isEqualTo(allowed);
    }

    @Test
    void a_port_that_is_taken_is_told_in_one_line() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, java.net.InetAddress.getLoopbackAddress())) {
            String port = String.valueOf(taken.getLocalPort());
            for (String setting : List.of("API_PORT", "APIDOT_PORT", "DYNAMODB_PORT", "S3_PORT")) {
                Map<String, String> ports = new HashMap<>(
                        Map.of("API_PORT", "0", "APIDOT_PORT", "0", "DYNAMODB_PORT", "0", "S3_PORT", "0"));
                ports.put(setting, port);
                Options clashing = Options.of(ports).withTemplate(TEMPLATE);
                assertThatThrownBy(() -> LocalStack.start(clashing))
                        .isInstanceOf(StackException.class)
                        .hasMessageContaining(setting)
                        .hasMessageContaining(port)
                        .hasMessageNotContaining("\n");
            }
        }
    }

    @Test
    void without_functions_the_servers_run_alone() throws Exception {
        // The API's port is taken, which must not matter: the API is not started.
        try (ServerSocket taken = new ServerSocket(0, 1, java.net.InetAddress.getLoopbackAddress())) {
            Options alone = Options.of(Map.of(
                            "RUN_FUNCTIONS", "false",
                            "API_PORT", String.valueOf(taken.getLocalPort()),
                            "APIDOT_PORT", "0",
                            "DYNAMODB_PORT", "0",
                            "S3_PORT", "0"))
                    .withTemplate(TEMPLATE);
            try (LocalStack servers = LocalStack.start(alone)) {
                assertThat(servers.dynamoDb()
                                .describeTable(request -> request.tableName(servers.tasksTable()))
                                .table()
                                .streamSpecification()
                                .streamEnabled())
                        .isTrue();
                assertThat(servers.s3().listBuckets().buckets()).hasSize(1);
                assertThat(send(HttpRequest.newBuilder(
                                        URI.create(servers.apiDot().baseUrl() + "/control/stats")))
                                .statusCode())
                        .isEqualTo(200);
                assertThatThrownBy(() -> servers.function("EchoFunction")).hasMessageContaining("EchoFunction");
                assertThatThrownBy(servers::apiUrl).isInstanceOf(IllegalStateException.class);
                servers.sweepNow();
                assertThat(EchoHandler.EVENTS).isEmpty();
                assertThat(Welcome.text(servers, alone, Duration.ZERO))
                        .contains("RUN_FUNCTIONS=false")
                        .contains(servers.dynamoDbUrl().toString())
                        .doesNotContain("/api/generate");
            }
        }
    }

    @Test
    void functions_run_unless_told_otherwise() {
        assertThat(Options.of(Map.of()).functions()).isTrue();
        assertThat(Options.of(Map.of("RUN_FUNCTIONS", "true")).functions()).isTrue();
        assertThatThrownBy(() -> Options.of(Map.of("RUN_FUNCTIONS", "no")))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("RUN_FUNCTIONS");
    }

    /** Another upstream than the simulated one cannot fetch a source from this machine. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void an_edit_to_paste_is_shown_where_upstream_can_fetch_its_source(boolean simulated) {
        Options options = Options.forTests().withTemplate(TEMPLATE);
        Options chosen = simulated
                ? options
                : options.with("APIDOT_BASE_URL", "https://apidot.example.com").with("APIDOT_API_KEY", "x");
        try (LocalStack stack = LocalStack.start(chosen)) {
            String text = Welcome.text(stack, chosen, Duration.ZERO);

            assertThat(text).contains("\n}'\n\ncurl -s " + stack.apiUrl() + "/api/generate/tasks", "/receiver/alice");
            assertThat(text.contains("/samples/source.png")).isEqualTo(simulated);
            assertThat(text.contains("gpt-image-2-edit")).isEqualTo(simulated);
            assertThat(text).doesNotContain("\n\n\n", "%s");
        }
    }

    @Test
    void half_a_foreign_upstream_is_refused() {
        Options options = Options.forTests().withTemplate(TEMPLATE).with("APIDOT_BASE_URL", "https://api.apidot.ai");
        assertThatThrownBy(() -> LocalStack.start(options))
                .isInstanceOf(StackException.class)
                .hasMessageContaining("APIDOT_API_KEY");
    }
}
