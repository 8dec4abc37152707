package dev.darkroom.net;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.classfile.ClassFile;
import java.lang.classfile.constantpool.MemberRefEntry;
import java.lang.classfile.constantpool.PoolEntry;
import java.lang.reflect.Method;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;

/** What happens over TLS is tried with the functions' zips. */
class ConnectionsTest {
    private final Connections connections = new Connections(Duration.ofSeconds(5), Duration.ofSeconds(5));
    private final List<String> calls = new CopyOnWriteArrayList<>();
    private HttpServer server;
    private URI endpoint;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::answer);
        server.start();
        endpoint = URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            byte[] body = exchange.getRequestBody().readAllBytes();
            calls.add(exchange.getRequestMethod() + " " + exchange.getRequestURI() + " " + body.length);
            exchange.sendResponseHeaders(200, body.length == 0 ? -1 : body.length);
            exchange.getResponseBody().write(body);
        }
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    @Test
    void plain_http_sends_nothing_ahead_and_waits_for_nothing() throws Exception {
        CountDownLatch called = new CountDownLatch(1);
        CountDownLatch begun = new CountDownLatch(1);
        connections.openAhead(endpoint, () -> {
            begun.countDown();
            awaitQuietly(called);
        });
        begun.await();
        assertThat(calls).isEmpty();
        assertThat(connections.to(endpoint.resolve("/x")).getResponseCode()).isEqualTo(200);
        assertThat(calls).containsExactly("GET /x 0");
        called.countDown();
    }

    @Test
    void what_fails_ahead_keeps_no_call_from_being_made() throws Exception {
        Connections cutOff = new Connections(Duration.ofSeconds(5), Duration.ofSeconds(5));
        cutOff.openAhead(URI.create("https://127.0.0.1:" + closedPort()), () -> {
            throw new IllegalStateException("no credentials");
        });
        assertThat(cutOff.to(endpoint.resolve("/x")).getResponseCode()).isEqualTo(200);
        assertThat(calls).containsExactly("GET /x 0");
    }

    @Test
    void a_body_arrives_whole_whatever_its_length_is() throws Exception {
        for (int length : new int[] {1, 4096, WideConnection.PIECE, WideConnection.PIECE + 1, 3_000_000}) {
            byte[] body = "x".repeat(length).getBytes(US_ASCII);
            HttpURLConnection connection = connections.wide(endpoint);
            connection.setRequestMethod("PUT");
            connection.setDoOutput(true);
            connection.setFixedLengthStreamingMode((long) length);
            sendInPieces(connection.getOutputStream(), body);
            assertThat(connection.getResponseCode()).isEqualTo(200);
            assertThat(connection.getInputStream()).hasBinaryContent(body);
        }
    }

    @Test
    void it_is_sent_in_large_pieces() throws Exception {
        Pieces narrow = new Pieces();
        HttpURLConnection wide = new WideConnection(narrow);
        byte[] body = new byte[1024 * 1024 + 1];
        Arrays.fill(body, (byte) 7);
        sendInPieces(wide.getOutputStream(), body);
        assertThat(wide.getResponseCode()).isEqualTo(200);
        assertThat(narrow.sent.toByteArray()).isEqualTo(body);
        assertThat(narrow.sizes).hasSize(5).last().isEqualTo(1);
    }

    /** A later SDK may call others: then they have to be handed on too. */
    @Test
    void it_hands_on_every_method_that_the_sdk_calls() throws Exception {
        List<String> declared = Arrays.stream(WideConnection.class.getDeclaredMethods())
                .map(Method::getName)
                .toList();
        List<String> called = new ArrayList<>();
        for (Class<?> client : List.of(
                UrlConnectionHttpClient.class,
                Class.forName(UrlConnectionHttpClient.class.getName() + "$RequestCallable"))) {
            try (InputStream file = client.getResourceAsStream(
                    client.getName().substring(client.getPackageName().length() + 1) + ".class")) {
                for (PoolEntry entry : ClassFile.of().parse(file.readAllBytes()).constantPool()) {
                    if (entry instanceof MemberRefEntry method
                            && method.owner().asInternalName().matches("java/net/(Http)?URLConnection")) {
                        called.add(method.name().stringValue());
                    }
                }
            }
        }
        assertThat(called).hasSizeGreaterThan(10).isSubsetOf(declared);
    }

    /** As the SDK does it: 4 KiB at a time, and no end. */
    private static void sendInPieces(OutputStream out, byte[] body) throws IOException {
        for (int from = 0; from < body.length; from += 4096) {
            out.write(body, from, Math.min(4096, body.length - from));
        }
    }

    private static int closedPort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Takes down what it is handed. */
    private static final class Pieces extends HttpURLConnection {
        private final ByteArrayOutputStream sent = new ByteArrayOutputStream();
        private final List<Integer> sizes = new ArrayList<>();

        Pieces() throws IOException {
            super(URI.create("http://localhost/").toURL());
        }

        @Override
        public OutputStream getOutputStream() {
            return new OutputStream() {
                @Override
                public void write(int one) {
                    write(new byte[] {(byte) one}, 0, 1);
                }

                @Override
                public void write(byte[] bytes, int from, int length) {
                    sent.write(bytes, from, length);
                    sizes.add(length);
                }
            };
        }

        @Override
        public int getResponseCode() {
            return 200;
        }

        @Override
        public void connect() {}

        @Override
        public void disconnect() {}

        @Override
        public boolean usingProxy() {
            return false;
        }
    }
}
