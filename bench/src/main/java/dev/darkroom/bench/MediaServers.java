package dev.darkroom.bench;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import javax.imageio.ImageIO;

/** A media host whose images have the number of bytes in their path, and a bucket that accepts all objects and discards them. */
final class MediaServers implements AutoCloseable {
    private static final byte[] BLOCK = new byte[64 * 1024];
    private static final int SIGNATURE_AND_HEADER = 8 + 25;
    private static final int CHUNK_OVERHEAD = 12;

    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final String scheme;
    private final HttpServer media;
    private final HttpServer bucket;
    private final AtomicLong taken = new AtomicLong();
    private final byte[] png;

    static {
        Arrays.fill(BLOCK, (byte) 'x');
    }

    static MediaServers plain() throws IOException {
        return new MediaServers("http", HttpServer.create(), HttpServer.create());
    }

    static MediaServers overTls(Certificate certificate) throws IOException {
        HttpsServer media = HttpsServer.create();
        HttpsServer bucket = HttpsServer.create();
        media.setHttpsConfigurator(new HttpsConfigurator(certificate.serverContext()));
        bucket.setHttpsConfigurator(new HttpsConfigurator(certificate.serverContext()));
        return new MediaServers("https", media, bucket);
    }

    private MediaServers(String scheme, HttpServer media, HttpServer bucket) throws IOException {
        this.scheme = scheme;
        this.media = media;
        this.bucket = bucket;
        ByteArrayOutputStream small = new ByteArrayOutputStream();
        ImageIO.write(new BufferedImage(1, 1, BufferedImage.TYPE_INT_RGB), "png", small);
        png = small.toByteArray();
        media.createContext("/", this::give);
        bucket.createContext("/", this::take);
        for (HttpServer server : new HttpServer[] {media, bucket}) {
            server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            server.setExecutor(threads);
            server.start();
        }
    }

    /** Returns the URL of an image of this many bytes, more than a few hundred. */
    String imageUrl(int bytes) {
        return scheme + "://" + mediaHost() + "/" + bytes + ".png";
    }

    String bucketUrl() {
        return scheme + "://localhost:" + bucket.getAddress().getPort();
    }

    String mediaHost() {
        return "localhost:" + media.getAddress().getPort();
    }

    /** Returns the bytes that the bucket has received, including the framing of chunks. */
    long taken() {
        return taken.get();
    }

    private void give(HttpExchange exchange) throws IOException {
        try (exchange) {
            int bytes = Integer.parseInt(exchange.getRequestURI().getPath().replaceAll("\\D", ""));
            exchange.sendResponseHeaders(200, bytes);
            write(bytes, exchange.getResponseBody());
        }
    }

    /** Writes a whole PNG, filled up by a comment. */
    private void write(int bytes, OutputStream out) throws IOException {
        int comment = bytes - png.length - CHUNK_OVERHEAD;
        out.write(png, 0, SIGNATURE_AND_HEADER);
        out.write(ByteBuffer.allocate(8).putInt(comment).putInt(0x74655874).array());
        for (int left = comment + 4; left > 0; left -= BLOCK.length) {
            out.write(BLOCK, 0, Math.min(BLOCK.length, left));
        }
        out.write(png, SIGNATURE_AND_HEADER, png.length - SIGNATURE_AND_HEADER);
    }

    private void take(HttpExchange exchange) throws IOException {
        try (exchange) {
            byte[] buffer = new byte[BLOCK.length];
            InputStream body = exchange.getRequestBody();
            for (int n = body.read(buffer); n >= 0; n = body.read(buffer)) {
                taken.addAndGet(n);
            }
            exchange.getResponseHeaders().set("ETag", "\"0\"");
            exchange.sendResponseHeaders(200, -1);
        }
    }

    @Override
    public void close() {
        media.stop(0);
        bucket.stop(0);
        threads.shutdownNow();
    }
}
