package dev.darkroom.deployed;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import dev.darkroom.media.TestImages;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.zip.CRC32;
import javax.net.ssl.SSLContext;

/** AWS, APIDot, a media host and a client's receiver, as far as one event of a function calls them. Records every call. */
final class Outside implements AutoCloseable {
    static final String SECRET = "aSecretThatNobodyMayRead";
    static final String TASK = "task-01jd9x7q4t8w2m5n6p7r8s9tab";

    private static final String SUBMITTED = """
        {"code":200,"data":{"task_id":"task-unified-1757165031-uyujaw3d","status":"not_started"}}\
        """;

    /** The request that a rehearsal sends to load the TLS classes. */
    static final String GREETING = "GET /";

    static final String STATUS = "GET /api/generate/status/task-unified-1757165031-uyujaw3d";

    /** The path of a finished image: an extended WebP without a frame. */
    static final String RESULT = "GET /0.webp";

    static final String KEY = "images/YWxpY2U/task-gGSDhVt4LoRIfl4IxdGXkPEO/0.png";

    /** The new image of the sample event. */
    static final String PICTURE = "GET /darkroom-images/" + KEY;

    private static final String WEBP = "RIFF\26\0\0\0WEBPVP8X\n\0\0\0" + "\0".repeat(10);

    private final List<String> calls = new CopyOnWriteArrayList<>();
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final HttpsServer aws;
    private final HttpsServer others;

    Outside(SSLContext awsTls, SSLContext othersTls) throws IOException {
        aws = server(awsTls);
        others = server(othersTls);
    }

    private HttpsServer server(SSLContext tls) throws IOException {
        HttpsServer server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(tls));
        server.setExecutor(threads);
        server.createContext("/", this::answer);
        server.start();
        return server;
    }

    /** Returns the DynamoDB operations, or methods with paths, in the order of their arrival. */
    List<String> calls() {
        return List.copyOf(calls);
    }

    void forgetCalls() {
        calls.clear();
    }

    Map<String, String> settings() {
        String awsUrl = "https://localhost:" + aws.getAddress().getPort();
        return Map.ofEntries(
                Map.entry("TASKS_TABLE", "tasks"),
                Map.entry("IMAGES_BUCKET", "images"),
                Map.entry("AWS_ENDPOINT_URL_DYNAMODB", awsUrl),
                Map.entry("AWS_ENDPOINT_URL_S3", awsUrl),
                Map.entry("TRUSTED_HOSTS", othersUrl().substring("https://".length()) + ",host.docker.internal:3001"),
                Map.entry("APIDOT_BASE_URL", othersUrl()),
                Map.entry("APIDOT_API_KEY", SECRET),
                Map.entry("CALLBACK_BASE_URL", "https://callbacks.example.com"),
                Map.entry("CALLBACK_SIGNING_KEYS", SECRET),
                Map.entry("SIGN_IN", "name"),
                Map.entry("IMAGES_ORIGIN", awsUrl),
                Map.entry("CLIENT_WEBHOOK_SECRETS", "whsec_aSecretThatNobodyMayReadNowOrEver1234567"));
    }

    private String othersUrl() {
        return "https://localhost:" + others.getAddress().getPort();
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            exchange.getRequestBody().readAllBytes();
            String target = exchange.getRequestHeaders().getFirst("X-Amz-Target");
            String call = target == null
                    ? exchange.getRequestMethod() + " "
                            + exchange.getRequestURI().getPath()
                    : target.substring(target.indexOf('.') + 1);
            calls.add(call);
            byte[] body = body(call);
            var headers = exchange.getResponseHeaders();
            if (target != null) {
                CRC32 checksum = new CRC32();
                checksum.update(body);
                headers.set("x-amz-crc32", Long.toString(checksum.getValue()));
                headers.set("x-amzn-RequestId", "8476A536E9F411E897392DFE598C3FCD");
            }
            headers.set("Content-Type", target == null ? "application/json" : "application/x-amz-json-1.0");
            exchange.sendResponseHeaders(200, body.length == 0 ? -1 : body.length);
            exchange.getResponseBody().write(body);
        }
    }

    private byte[] body(String call) {
        return switch (call) {
            case "TransactWriteItems" -> "{}".getBytes(UTF_8);
            case "UpdateItem" -> ("{\"Attributes\":" + item() + "}").getBytes(UTF_8);
            case "GetItem" -> ("{\"Item\":" + item() + "}").getBytes(UTF_8);
            case "BatchGetItem" ->
                ("{\"Responses\":{\"tasks\":[" + item() + "]},\"UnprocessedKeys\":{}}").getBytes(UTF_8);
            case "Query" -> ("{\"Items\":[" + item() + "],\"Count\":1,\"ScannedCount\":1}").getBytes(UTF_8);
            case "POST /api/generate/submit" -> SUBMITTED.getBytes(UTF_8);
            case STATUS -> """
                {"code":200,"data":{"task_id":"task-unified-1757165031-uyujaw3d","status":"finished",\
                "files":[{"file_type":"image","file_url":"%s/0.webp"}]}}\
                """.formatted(othersUrl()).getBytes(UTF_8);
            case RESULT -> WEBP.getBytes(UTF_8);
            case PICTURE -> TestImages.png(100, 100);
            default -> new byte[0];
        };
    }

    /** Returns a finished task with every attribute that any function reads. */
    private String item() {
        return """
            {"task_id":{"S":"%s"},"user_id":{"S":"alice"},"model":{"S":"gpt-image-2"},\
            "request":{"S":"{\\"model\\":\\"gpt-image-2\\"}"},"credits":{"N":"1"},"resolution":{"S":"1K"},\
            "state":{"S":"finished"},"upstream_task_id":{"S":"task-unified-1757165031-uyujaw3d"},"upstream_from":{"S":"submit"},\
            "claim_id":{"S":"4"},"callback_url":{"S":"%s/hook"},"callback_status":{"S":"waiting"},\
            "attempts":{"N":"1"},"callback_attempts":{"N":"1"},"due_at":{"N":"1795352460000"},\
            "created_at":{"N":"%d"},"updated_at":{"N":"1795352460000"},"version":{"N":"5"},\
            "files":{"S":"[{\\"key\\":\\"images/YWxpY2U/%s/0.png\\",\\"content_type\\":\\"image/png\\",\
            \\"bytes\\":1048576,\\"sha256\\":\\"9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08\\",\
            \\"width\\":1024,\\"height\\":1024}]"}}\
            """.formatted(TASK, othersUrl(), System.currentTimeMillis(), TASK);
    }

    @Override
    public void close() {
        aws.stop(0);
        others.stop(0);
        threads.shutdownNow();
    }
}
