package dev.darkroom.rules;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.darkroom.json.Json;
import dev.darkroom.local.aws.Clients;
import dev.darkroom.media.TestImages;
import dev.darkroom.settle.SettleHandler;
import dev.darkroom.sweep.Sweep;
import dev.darkroom.task.Due;
import dev.darkroom.task.StoredImage;
import dev.darkroom.task.Submitting;
import dev.darkroom.task.Task;
import dev.darkroom.task.TaskState;
import dev.darkroom.task.UpstreamTaskId;
import dev.darkroom.testing.NewTasks;
import dev.darkroom.testing.Stores;
import dev.darkroom.testing.TestContexts;
import dev.darkroom.testing.TestSize;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.gaul.s3proxy.S3Proxy;
import org.gaul.s3proxy.auth.AuthenticationType;
import org.gaul.s3proxy.nio2blob.FilesystemNio2BlobStore;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.s3.S3Client;

/** The settle function as Lambda starts it, in its own JVM with little memory, with a batch of the largest images. */
@Order(1)
class SmallHeapTest {
    private static final int TASKS = 8;

    /** In the full proof, the default of {@code MAX_IMAGE_BYTES}. */
    private static final int MEBIBYTES = TestSize.isFull() ? 64 : 24;

    private static final int BYTES = MEBIBYTES << 20;

    /** Half of all images. */
    private static final int HEAP_MEBIBYTES = TASKS * MEBIBYTES / 2;

    private static final String BUCKET = "large-images";
    private static final byte[] SMALL = TestImages.png(1, 1);
    private static final int AFTER_HEADER = 8 + 25;

    @Test
    void eight_large_images_are_settled_at_once_in_a_heap_of_half_their_size(@TempDir Path temporary) throws Exception {
        Stores stores = new Stores();
        Path disk = Files.createDirectory(temporary.resolve("bucket"));
        Path tmp = Files.createDirectory(temporary.resolve("tmp"));
        // The bucket is on disk, because its content would take half a gigabyte of this JVM's memory.
        S3Proxy server = S3Proxy.builder()
                .blobStore(new FilesystemNio2BlobStore(disk.toString()))
                .endpoint(URI.create("http://127.0.0.1:0"))
                // To check the signature of every chunk takes longer than the rest.
                .awsAuthentication(AuthenticationType.NONE, "", "")
                .build();
        server.start();
        HttpServer upstream = upstream();
        try (S3Client s3 = Clients.s3(URI.create("http://127.0.0.1:" + server.getPort()))) {
            s3.createBucket(request -> request.bucket(BUCKET));
            List<Task> due = due(new NewTasks(stores.own));

            int upstreamPort = upstream.getAddress().getPort();
            String output = settle(stores, server.getPort(), upstreamPort, tmp, due);
            for (int again = 0; again < 3 && !allFinished(stores, due); again++) {
                // On a busy machine, calls to the table time out and leases stay until they end. The sweep then wakes
                // the tasks.
                InstantSource later = () -> Instant.now().plus(Due.SETTLE_LEASE);
                new Sweep(stores.own, later, new Lines().log()).run(Instant.MAX);
                output = settle(stores, server.getPort(), upstreamPort, tmp, due);
            }

            Path sent = temporary.resolve("sent");
            for (int i = 0; i < TASKS; i++) {
                Task task = stores.own.read(due.get(i).id()).orElseThrow();
                assertThat(task.state()).as(output).isEqualTo(TaskState.FINISHED);
                StoredImage image = task.files().getFirst();
                assertThat(image.bytes()).isEqualTo(BYTES);
                MessageDigest digest = MessageDigest.getInstance("SHA-256");
                try (OutputStream out = new DigestOutputStream(Files.newOutputStream(sent), digest)) {
                    write(i, out);
                }
                assertThat(image.sha256()).isEqualTo(HexFormat.of().formatHex(digest.digest()));
                assertThat(Files.mismatch(disk.resolve(BUCKET).resolve(image.key()), sent))
                        .isEqualTo(-1);
            }
            assertThat(tmp).isEmptyDirectory();
        } finally {
            upstream.stop(0);
            server.stop();
        }
    }

    private static boolean allFinished(Stores stores, List<Task> tasks) {
        return tasks.stream()
                .allMatch(task -> stores.own.read(task.id()).orElseThrow().state() == TaskState.FINISHED);
    }

    private static UpstreamTaskId upstreamId(int i) {
        return new UpstreamTaskId("large-" + i);
    }

    private static List<Task> due(NewTasks tasks) {
        List<Task> due = new ArrayList<>();
        Instant now = Instant.now();
        for (int i = 0; i < TASKS; i++) {
            Task recorded = tasks.submitting(now, null);
            Task accepted = tasks.done(Submitting.accepted(recorded, upstreamId(i), now, NewTasks.FIRST_POLL));
            due.add(tasks.woken(accepted, now));
        }
        return due;
    }

    /** Sends one batch of the table's stream through the handler in another JVM, and returns the output. */
    private static String settle(Stores stores, int s3Port, int upstreamPort, Path tmp, List<Task> due)
            throws Exception {
        Path event = tmp.resolveSibling("event.json");
        Files.writeString(event, batch(due).text());
        ProcessBuilder java = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx" + HEAP_MEBIBYTES + "m",
                        "-Djava.io.tmpdir=" + tmp,
                        "-cp",
                        System.getProperty("java.class.path"),
                        SmallHeapTest.class.getName(),
                        event.toString())
                .redirectErrorStream(true);
        Map<String, String> environment = java.environment();
        environment.putAll(stores.environment(Map.of()).variables());
        environment.putAll(Map.of(
                "IMAGES_BUCKET",
                BUCKET,
                "AWS_ENDPOINT_URL_S3",
                "http://127.0.0.1:" + s3Port,
                "AWS_ACCESS_KEY_ID",
                Clients.ACCESS_KEY,
                "AWS_SECRET_ACCESS_KEY",
                Clients.SECRET_KEY,
                "APIDOT_BASE_URL",
                "http://127.0.0.1:" + upstreamPort,
                "APIDOT_API_KEY",
                "an-api-key",
                "TRUSTED_HOSTS",
                "127.0.0.1:" + upstreamPort));
        Process process = java.start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
        assertThat(process.exitValue()).as(output).isZero();
        return output;
    }

    private static Json.Obj batch(List<Task> due) {
        return Json.object()
                .put(
                        "Records",
                        Json.array(due.stream().map(SmallHeapTest::record).toList()))
                .build();
    }

    private static Json record(Task task) {
        Json.Obj id = Json.object()
                .put("task_id", Json.object().put("S", task.id().value()).build())
                .build();
        return Json.object()
                .put("eventID", task.id().value())
                .put("eventName", "MODIFY")
                .put("eventVersion", "1.1")
                .put("eventSource", "aws:dynamodb")
                .put("awsRegion", Clients.REGION)
                .put(
                        "dynamodb",
                        Json.object()
                                .put("Keys", id)
                                .put("NewImage", id)
                                .put("SequenceNumber", "1")
                                .put("SizeBytes", 1)
                                .put("StreamViewType", "NEW_IMAGE")
                                .build())
                .put("eventSourceARN", "arn:aws:dynamodb:us-east-1:000000000000:table/tasks/stream/1")
                .build();
    }

    /** Runs as the function's JVM. */
    public static void main(String[] arguments) throws IOException {
        SettleHandler handler = new SettleHandler();
        // Loads classes with a task that does not exist, as priming does before Lambda's snapshot.
        String unknown =
                "{\"Records\":[{\"dynamodb\":{\"Keys\":{\"task_id\":{\"S\":\"task-of-nobody-at-all\"}},\"SequenceNumber\":\"1\"}}]}";
        System.out.println(call(handler, unknown.getBytes(StandardCharsets.UTF_8)));
        System.out.println(call(handler, Files.readAllBytes(Path.of(arguments[0]))));
        System.exit(0);
    }

    private static String call(SettleHandler handler, byte[] event) throws IOException {
        ByteArrayOutputStream answer = new ByteArrayOutputStream();
        handler.handleRequest(new ByteArrayInputStream(event), answer, TestContexts.withTime(Duration.ofMinutes(3)));
        return answer.toString(StandardCharsets.UTF_8);
    }

    /** Starts APIDot and its file storage, which sends a Content-Length for every second image only. */
    private static HttpServer upstream() throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 50);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/api/generate/status/", exchange -> {
            String path = exchange.getRequestURI().getPath();
            String id = path.substring(path.lastIndexOf('/') + 1);
            byte[] body = ("{\"code\":200,\"data\":{\"task_id\":\"" + id
                            + "\",\"status\":\"finished\",\"files\":[{\"file_url\":\"http://127.0.0.1:"
                            + server.getAddress().getPort() + "/media/" + id + "\"}]}}")
                    .getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        server.createContext("/media/", exchange -> {
            String path = exchange.getRequestURI().getPath();
            int i = Integer.parseInt(path.substring(path.lastIndexOf('-') + 1));
            exchange.sendResponseHeaders(200, i % 2 == 0 ? BYTES : 0);
            try (OutputStream out = exchange.getResponseBody()) {
                write(i, out);
            }
        });
        server.start();
        return server;
    }

    /** Writes a PNG with one large comment, whose content differs for each task. */
    private static void write(int i, OutputStream out) throws IOException {
        int comment = BYTES - SMALL.length - 12;
        out.write(SMALL, 0, AFTER_HEADER);
        out.write(ByteBuffer.allocate(8).putInt(comment).putInt(0x74655874).array());
        byte[] block = new byte[64 * 1024];
        Arrays.fill(block, (byte) i);
        for (int left = comment + 4; left > 0; left -= block.length) {
            out.write(block, 0, Math.min(block.length, left));
        }
        out.write(SMALL, AFTER_HEADER, SMALL.length - AFTER_HEADER);
    }
}
