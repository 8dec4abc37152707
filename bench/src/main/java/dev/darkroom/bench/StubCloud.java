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

/**
 * DynamoDB, APIDot and S3 as far as one event of a function meets them: every call succeeds at once, so that a figure has nothing
 * of a store in it. Over HTTP and over TLS.
 */
final class StubCloud implements AutoCloseable {
    /** The task of the sample events. */
    static final String TASK = "task-gGSDhVt4LoRIfl4IxdGXkPEO";

    static final String UPSTREAM_TASK = "task-unified-1757165031-uyujaw3d";

    /** A finished task of the sample events' user, with one image. */
    private static final String ITEM = """
        {"Item":{"task_id":{"S":"%s"},"user_id":{"S":"alice"},"model":{"S":"gpt-image-2"},"request":{"S":"{}"},\
        "credits":{"N":"1"},"resolution":{"S":"1K"},"state":{"S":"finished"},"upstream_task_id":{"S":"%s"},"upstream_from":{"S":"submit"},\
        "created_at":{"N":"1795352400000"},"updated_at":{"N":"1795352460000"},"version":{"N":"5"},\
        "files":{"S":"[{\\"key\\":\\"images/YWxpY2U/%s/0.png\\",\\"content_type\\":\\"image/png\\",\\"bytes\\":1048576,\
        \\"sha256\\":\\"9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08\\",\\"width\\":1024,\
        \\"height\\":1024}]"}}}\
        """.formatted(TASK, UPSTREAM_TASK, TASK);

    private static final String SUBMITTED = """
        {"code":200,"data":{"task_id":"%s","status":"not_started","created_time":"2026-11-22T13:00:00Z"}}\
        """.formatted(UPSTREAM_TASK);

    private static final String CLAIMED = ITEM.replace("{\"Item\":", "{\"Attributes\":")
            .replace("\"finished\"", "\"settling\"")
            .replace("\"version\"", "\"claim_id\":{\"S\":\"one of ours\"},\"version\"");

    private static final String FINISHED = """
        {"code":200,"data":{"task_id":"%s","status":"finished","files":[{"file_type":"image","file_url":"%%s://%%s"}]}}\
        """.formatted(UPSTREAM_TASK);

    private static final int WARM_UP = 500;
    private static final String IMAGE = "/result.png";
    private static final byte[] PNG = png();

    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final HttpServer plain;
    private final HttpsServer tls;

    /** Warm: a server that is slow at first would count for the side that meets it first. */
    StubCloud(Certificate certificate) throws Exception {
        plain = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        tls = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        tls.setHttpsConfigurator(new HttpsConfigurator(certificate.serverContext()));
        for (HttpServer server : List.of(plain, tls)) {
            server.setExecutor(threads);
            server.createContext("/", StubCloud::answer);
            server.start();
        }
        for (int i = 0; i < WARM_UP; i++) {
            greet(certificate);
        }
    }

    /** A whole handshake each time: a context of its own has no session to resume. */
    private void greet(Certificate certificate) throws Exception {
        HttpsURLConnection greeting =
                (HttpsURLConnection) URI.create(tlsUrl()).toURL().openConnection();
        greeting.setSSLSocketFactory(certificate.clientContext().getSocketFactory());
        greeting.setRequestProperty("Connection", "close");
        try (InputStream answer = greeting.getInputStream()) {
            answer.readAllBytes();
        }
    }

    private static byte[] png() {
        ByteArrayOutputStream png = new ByteArrayOutputStream();
        try {
            ImageIO.write(new BufferedImage(64, 64, BufferedImage.TYPE_INT_RGB), "png", png);
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

    private static void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            String asked = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            String target = exchange.getRequestHeaders().getFirst("X-Amz-Target");
            boolean isImage = exchange.getRequestURI().getPath().equals(IMAGE);
            byte[] body = isImage
                    ? PNG
                    : (target == null ? ofApiDot(exchange) : ofDynamo(target, asked)).getBytes(StandardCharsets.UTF_8);
            CRC32 checksum = new CRC32();
            checksum.update(body);
            // DynamoDB sends its checksum, and the SDK for Java verifies it.
            exchange.getResponseHeaders().set("x-amz-crc32", Long.toString(checksum.getValue()));
            exchange.getResponseHeaders()
                    .set("Content-Type", target == null ? "application/json" : "application/x-amz-json-1.0");
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
        }
    }

    private static String ofDynamo(String target, String asked) {
        boolean asksForIt = target.endsWith(".GetItem") && asked.contains(TASK);
        return asksForIt ? ITEM : asked.contains("ALL_NEW") ? CLAIMED : "{}";
    }

    /** APIDot's answers, and the bucket's, of which nothing but the status is read. */
    private static String ofApiDot(HttpExchange exchange) {
        String scheme = exchange instanceof HttpsExchange ? "https" : "http";
        return exchange.getRequestURI().getPath().contains("/status/")
                ? FINISHED.formatted(scheme, exchange.getRequestHeaders().getFirst("Host") + IMAGE)
                : SUBMITTED;
    }

    @Override
    public void close() {
        plain.stop(0);
        tls.stop(0);
        threads.shutdownNow();
    }
}
