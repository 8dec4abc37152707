package dev.darkroom.bench;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsExchange;
import com.sun.net.httpserver.HttpsServer;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.zip.CRC32;
import javax.imageio.ImageIO;
import javax.net.ssl.HttpsURLConnection;
import org.jspecify.annotations.Nullable;

/**
 * DynamoDB, APIDot, S3 and a client's receiver, as far as one event of a function calls them. Every call succeeds. It answers at once, so
 * that a figure contains no store, or after its {@link Latency}. Over HTTP and over TLS.
 */
final class StubCloud implements AutoCloseable {
    /** The task of the sample events. */
    static final String TASK = "task-gGSDhVt4LoRIfl4IxdGXkPEO";

    static final String UPSTREAM_TASK = "task-unified-1757165031-uyujaw3d";

    private static final String REQUEST = """
        {"model":"gpt-image-2","input":{"prompt":"%s","quality":"low","size":"1:1","resolution":"1K"}}\
        """.formatted("x".repeat(500));

    /** A finished task of the sample events' user, with one image. It is new, or nobody would look at it any more. */
    private static final String ITEM =
            """
            {"Item":{"task_id":{"S":"%s"},"user_id":{"S":"alice"},"model":{"S":"gpt-image-2"},"request":{"S":"%s"},\
            "credits":{"N":"1"},"resolution":{"S":"1K"},"state":{"S":"finished"},"upstream_task_id":{"S":"%s"},"upstream_from":{"S":"submit"},\
            "created_at":{"N":"%d"},"updated_at":{"N":"1795352460000"},"version":{"N":"5"},\
            "files":{"S":"[{\\"key\\":\\"images/YWxpY2U/%s/0.png\\",\\"content_type\\":\\"image/png\\",\\"bytes\\":1048576,\
            \\"sha256\\":\\"9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08\\",\\"width\\":1024,\
            \\"height\\":1024}]"}}}\
            """.formatted(TASK, REQUEST.replace("\"", "\\\""), UPSTREAM_TASK, System.currentTimeMillis(), TASK);

    private static final String SUBMITTED = """
        {"code":200,"data":{"task_id":"%s","status":"not_started","created_time":"2026-11-22T13:00:00Z"}}\
        """.formatted(UPSTREAM_TASK);

    private static final String CLAIMED = ITEM.replace("{\"Item\":", "{\"Attributes\":")
            .replace("\"finished\"", "\"settling\"")
            .replace("\"version\"", "\"claim_id\":{\"S\":\"one of ours\"},\"version\"");

    private static final String FINISHED = """
        {"code":200,"data":{"task_id":"%s","status":"finished","files":[{"file_type":"image","file_url":"own:/result.png"}]}}\
        """.formatted(UPSTREAM_TASK);

    /** A task that ended with an image, whose callback is about to be sent. */
    private static final String SENDING = ITEM.replace("{\"Item\":", "{\"Attributes\":")
            .replace(
                    "\"version\"",
                    "\"claim_id\":{\"S\":\"one of ours\"},\"callback_url\":{\"S\":\"own:/receiver\"},"
                        + "\"callback_status\":{\"S\":\"sending\"},\"callback_attempts\":{\"N\":\"1\"},\"version\"");

    private static final int WARM_UP = 500;
    private static final String IMAGE = "/result.png";
    private static final String RECEIVER = "/receiver";

    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final byte[] image;
    private volatile boolean inTime;
    private final HttpServer plain;
    private final HttpsServer tls;

    /** Answers at once, with a small image. */
    StubCloud(Certificate certificate) throws Exception {
        this(certificate, png(new BufferedImage(64, 64, BufferedImage.TYPE_INT_RGB)), false);
    }

    /**
     * Starts and warms up the server: a cold server would slow the side that calls it first.
     *
     * @param inTime whether each answer takes its {@link Latency} from then on
     */
    StubCloud(Certificate certificate, byte[] image, boolean inTime) throws Exception {
        this.image = image;
        plain = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        tls = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        tls.setHttpsConfigurator(new HttpsConfigurator(certificate.serverContext()));
        for (HttpServer server : List.of(plain, tls)) {
            server.setExecutor(threads);
            server.createContext("/", this::answer);
            server.start();
        }
        for (int i = 0; i < WARM_UP; i++) {
            greet(certificate);
        }
        this.inTime = inTime;
    }

    /** Makes a full handshake each time: a new context has no session to resume. */
    private void greet(Certificate certificate) throws Exception {
        HttpsURLConnection greeting =
                (HttpsURLConnection) URI.create(tlsUrl()).toURL().openConnection();
        greeting.setSSLSocketFactory(certificate.clientContext().getSocketFactory());
        greeting.setRequestProperty("Connection", "close");
        try (InputStream answer = greeting.getInputStream()) {
            answer.readAllBytes();
        }
    }

    static byte[] png(BufferedImage image) {
        ByteArrayOutputStream png = new ByteArrayOutputStream();
        try {
            ImageIO.write(image, "png", png);
        } catch (IOException e) {
            throw new UncheckedIOException("nothing is written but to memory", e);
        }
        return png.toByteArray();
    }

    String url() {
        return "http://127.0.0.1:" + plain.getAddress().getPort();
    }

    String tlsUrl() {
        return "https://localhost:" + tls.getAddress().getPort();
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            String asked = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.ISO_8859_1);
            String target = exchange.getRequestHeaders().getFirst("X-Amz-Target");
            Latency party = party(exchange, target);
            byte[] body = switch (party) {
                case DYNAMODB -> text(exchange, ofDynamo(String.valueOf(target), asked));
                case APIDOT_SUBMIT -> text(exchange, SUBMITTED);
                case APIDOT_STATUS -> text(exchange, FINISHED);
                case IMAGE_HOST, S3_GET -> image;
                case S3_PUT, RECEIVER -> new byte[0];
            };
            if (inTime) {
                party.pass();
            }
            CRC32 checksum = new CRC32();
            checksum.update(body);
            // DynamoDB sends this checksum, and the SDK for Java verifies it.
            exchange.getResponseHeaders().set("x-amz-crc32", Long.toString(checksum.getValue()));
            exchange.getResponseHeaders()
                    .set("Content-Type", target == null ? "application/json" : "application/x-amz-json-1.0");
            exchange.sendResponseHeaders(200, body.length == 0 ? -1 : body.length);
            exchange.getResponseBody().write(body);
        }
    }

    /** Returns the server that is called, by the path, and for S3 by the method too. */
    private static Latency party(HttpExchange exchange, @Nullable String target) {
        String path = exchange.getRequestURI().getPath();
        if (target != null) {
            return Latency.DYNAMODB;
        } else if (exchange.getRequestMethod().equals("PUT")) {
            return Latency.S3_PUT;
        } else if (path.equals(IMAGE)) {
            return Latency.IMAGE_HOST;
        } else if (path.endsWith(".png")) {
            return Latency.S3_GET;
        } else if (path.equals(RECEIVER)) {
            return Latency.RECEIVER;
        }
        return path.contains("/status/") ? Latency.APIDOT_STATUS : Latency.APIDOT_SUBMIT;
    }

    private static String ofDynamo(String target, String asked) {
        if (target.endsWith(".GetItem") && asked.contains(TASK)) {
            return ITEM;
        }
        return asked.contains("ALL_NEW") ? asked.contains("\"sending\"") ? SENDING : CLAIMED : "{}";
    }

    /** Puts this server's own address into an answer that names one. */
    private static byte[] text(HttpExchange exchange, String text) {
        String own = (exchange instanceof HttpsExchange ? "https" : "http") + "://"
                + exchange.getRequestHeaders().getFirst("Host");
        return text.replace("own:", own).getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        plain.stop(0);
        tls.stop(0);
        threads.shutdownNow();
    }
}
