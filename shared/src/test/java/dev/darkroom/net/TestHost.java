package dev.darkroom.net;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** A host on 127.0.0.1 that sends exactly what a test wants, HTTP or not. */
public final class TestHost implements AutoCloseable {
    /** A local port where nothing listens (reserved for TCP's port service multiplexer). */
    public static final int CLOSED_PORT = 1;

    private static final int TLS_HANDSHAKE = 22;

    private final ServerSocket server;
    private final Map<String, Script> scripts = new ConcurrentHashMap<>();
    private final List<Request> requests = new CopyOnWriteArrayList<>();
    private final List<Socket> sockets = new CopyOnWriteArrayList<>();

    public record Request(String head, String body) {
        public String path() {
            return head.split(" ", 3)[1];
        }
    }

    /** Writes an answer. The connection is closed when it returns. */
    @FunctionalInterface
    public interface Script {
        void answer(Request request, OutputStream out) throws Exception;
    }

    public TestHost() throws IOException {
        server = new ServerSocket(0, 50, InetAddress.ofLiteral("127.0.0.1"));
        Thread.ofVirtual().start(this::accept);
    }

    public int port() {
        return server.getLocalPort();
    }

    public String url(String path) {
        return "http://127.0.0.1:" + port() + path;
    }

    public TrustedHosts trusted() {
        return TrustedHosts.parse("TRUSTED_HOSTS", List.of("127.0.0.1:" + port(), "localhost:" + port()));
    }

    public TestHost on(String path, Script script) {
        scripts.put(path, script);
        return this;
    }

    /** Answers 200 with this body and its length. */
    public TestHost serve(String path, byte[] body) {
        return on(path, (request, out) -> {
            head(out, 200, "Content-Length: " + body.length);
            out.write(body);
        });
    }

    public TestHost redirect(String path, int status, String location) {
        return on(path, (request, out) -> head(out, status, "Location: " + location, "Content-Length: 0"));
    }

    /** Returns all requests in the order of their arrival. */
    public List<Request> requests() {
        return requests;
    }

    /** Returns the number of connections, with or without a request. */
    public int connections() {
        return sockets.size();
    }

    public long arrivals(String path) {
        return requests.stream().filter(request -> request.path().equals(path)).count();
    }

    public static void head(OutputStream out, int status, String... headers) throws IOException {
        String lines = headers.length == 0 ? "" : String.join("\r\n", headers) + "\r\n";
        out.write(("HTTP/1.1 " + status + " x\r\n" + lines + "\r\n").getBytes(StandardCharsets.ISO_8859_1));
        out.flush();
    }

    /** Writes one chunk of {@code Transfer-Encoding: chunked}; an empty one ends the body. */
    public static void chunk(OutputStream out, byte[] bytes) throws IOException {
        out.write((Integer.toHexString(bytes.length) + "\r\n").getBytes(StandardCharsets.ISO_8859_1));
        out.write(bytes);
        out.write("\r\n".getBytes(StandardCharsets.ISO_8859_1));
        out.flush();
    }

    @Override
    public void close() throws IOException {
        server.close();
        for (Socket socket : sockets) {
            socket.close();
        }
    }

    private void accept() {
        while (true) {
            try {
                Socket socket = server.accept();
                sockets.add(socket);
                Thread.ofVirtual().start(() -> talk(socket));
            } catch (IOException e) {
                return;
            }
        }
    }

    private void talk(Socket socket) {
        try (socket) {
            Request request = read(socket.getInputStream());
            requests.add(request);
            Script script = scripts.get(request.path());
            OutputStream out = socket.getOutputStream();
            if (script == null) {
                head(out, 404, "Content-Length: 0");
            } else {
                script.answer(request, out);
            }
            out.flush();
        } catch (Exception e) {
            // The client closed the connection, as some tests want.
        }
    }

    private static Request read(InputStream in) throws IOException {
        ByteArrayOutputStream head = new ByteArrayOutputStream();
        while (!head.toString(StandardCharsets.ISO_8859_1).endsWith("\r\n\r\n")) {
            int b = in.read();
            if (b < 0 || b == TLS_HANDSHAKE) {
                throw new IOException("no request");
            }
            head.write(b);
        }
        String text = head.toString(StandardCharsets.ISO_8859_1);
        int length = text.lines()
                .filter(line -> line.toLowerCase(Locale.ROOT).startsWith("content-length:"))
                .mapToInt(line -> Integer.parseInt(line.substring(15).strip()))
                .findFirst()
                .orElse(0);
        return new Request(text, new String(in.readNBytes(length), StandardCharsets.UTF_8));
    }
}
