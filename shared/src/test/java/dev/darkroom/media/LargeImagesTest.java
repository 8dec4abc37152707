package dev.darkroom.media;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.darkroom.media.CopyResult.Stored;
import dev.darkroom.net.HostList;
import dev.darkroom.net.OutsideHttp;
import dev.darkroom.net.TrustedHosts;
import dev.darkroom.task.StoredImage;
import dev.darkroom.task.TaskId;
import dev.darkroom.task.UserId;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LargeImagesTest {
    private static final int IMAGES = 8;
    private static final int BYTES = 64 << 20;

    /** The servers share the small heap, so they keep nothing. */
    @Test
    void eight_images_of_64_mib_at_once_fit_into_96_mb_of_heap(@TempDir Path temporary) throws Exception {
        Process copying = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx96m",
                        "-Djava.io.tmpdir=" + temporary,
                        "-cp",
                        System.getProperty("java.class.path"),
                        LargeImagesTest.class.getName())
                .redirectErrorStream(true)
                .start();
        String output = new String(copying.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(copying.waitFor(2, TimeUnit.MINUTES)).isTrue();
        assertThat(copying.exitValue()).as(output).isZero();
        assertThat(temporary).isEmptyDirectory();
    }

    /** Copies the images, half of them without a Content-Length, and fails if one is not stored. */
    public static void main(String[] arguments) throws Exception {
        byte[] small = TestImages.png(1, 1);
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0), 50);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/image", exchange -> {
            boolean stated = exchange.getRequestURI().getPath().endsWith("/stated");
            exchange.sendResponseHeaders(200, stated ? BYTES : 0);
            try (OutputStream out = exchange.getResponseBody()) {
                writeLarge(small, out);
            }
        });
        server.createContext("/images", exchange -> {
            byte[] buffer = new byte[8192];
            while (exchange.getRequestBody().read(buffer) >= 0) {
                // This bucket discards its objects.
            }
            exchange.sendResponseHeaders(200, -1);
            exchange.close();
        });
        server.start();
        String hostPort = "127.0.0.1:" + server.getAddress().getPort();
        ImageCopier copier = new ImageCopier(
                new OutsideHttp(TrustedHosts.parse("TRUSTED_HOSTS", List.of(hostPort))),
                HostList.all(),
                TestBucket.bucket("http://" + hostPort),
                BYTES);
        List<Future<CopyResult>> copies = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < IMAGES; i++) {
                int index = i;
                String url = "http://" + hostPort + "/image/" + (i % 2 == 0 ? "stated" : "chunked");
                copies.add(threads.submit(() -> copier.copy(
                        url,
                        new UserId("alice"),
                        new TaskId("task-0123456789abcdef"),
                        Instant.EPOCH,
                        index,
                        Duration.ofMinutes(10))));
            }
        }
        for (Future<CopyResult> copy : copies) {
            if (!(copy.get() instanceof Stored(StoredImage image)) || image.bytes() != BYTES) {
                throw new IllegalStateException(copy.get().toString());
            }
        }
        System.exit(0);
    }

    /** Returns a PNG whose single comment fills it up to 64 MiB. */
    private static void writeLarge(byte[] small, OutputStream out) throws IOException {
        int afterHeader = 8 + 25;
        int comment = BYTES - small.length - 12;
        out.write(small, 0, afterHeader);
        out.write(ByteBuffer.allocate(8).putInt(comment).putInt(0x74655874).array());
        byte[] block = new byte[64 * 1024];
        for (int left = comment + 4; left > 0; left -= block.length) {
            out.write(block, 0, Math.min(block.length, left));
        }
        out.write(small, afterHeader, small.length - afterHeader);
    }
}
