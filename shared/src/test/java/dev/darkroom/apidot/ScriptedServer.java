package dev.darkroom.apidot;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ServerSocketFactory;

/**
 * An HTTP server on a bare socket, so that it can break off anywhere. The n-th connection gets the n-th reply, and the last reply is
 * repeated.
 */
final class ScriptedServer implements AutoCloseable {
    private static final Pattern LENGTH = Pattern.compile("(?i)\r\ncontent-length: *(\\d+)");

    sealed interface Reply {
        record Bytes(String text) implements Reply {}

        record CutBeforeReading() implements Reply {}

        record CutAfterReading() implements Reply {}

        /** Sends these bytes and then nothing, with the connection open. */
        record Hang(String first) implements Reply {}

        /** Sends these bytes and then one byte over and over. */
        record Endless(String first) implements Reply {}

        /** Sends before it has read anything. */
        record Unasked(String text) implements Reply {}

        /** Accepts the connection, and neither reads nor sends. */
        record Silence() implements Reply {}
    }

    final List<String> requests = Collections.synchronizedList(new ArrayList<>());
    final AtomicInteger connections = new AtomicInteger();
    private final ServerSocket listener;
    private final CountDownLatch closed = new CountDownLatch(1);
    private final List<Reply> replies;

    ScriptedServer(List<Reply> replies) throws IOException {
        this(replies, ServerSocketFactory.getDefault());
    }

    ScriptedServer(List<Reply> replies, ServerSocketFactory sockets) throws IOException {
        this.listener = sockets.createServerSocket(0, 200, InetAddress.getLoopbackAddress());
        this.replies = replies;
        Thread.ofVirtual().start(this::accept);
    }

    static Reply json(int status, String body, String... headers) {
        return new Reply.Bytes(
                head(status, "Content-Length: " + body.getBytes(StandardCharsets.UTF_8).length, headers) + body);
    }

    static String head(int status, String first, String... headers) {
        return "HTTP/1.1 " + status + " Whatever\r\n" + first + "\r\n"
                + (headers.length == 0 ? "" : String.join("\r\n", headers) + "\r\n")
                + "\r\n";
    }

    URI url() {
        return url("http");
    }

    URI url(String scheme) {
        return URI.create(scheme + "://127.0.0.1:" + listener.getLocalPort());
    }

    private void accept() {
        try {
            while (true) {
                Socket socket = listener.accept();
                Reply reply = replies.get(Math.min(connections.getAndIncrement(), replies.size() - 1));
                Thread.ofVirtual().start(() -> serve(socket, reply));
            }
        } catch (IOException e) {
            // The server was closed.
        }
    }

    private void serve(Socket socket, Reply reply) {
        try (socket) {
            OutputStream out = socket.getOutputStream();
            switch (reply) {
                case Reply.CutBeforeReading _ -> {
                    socket.setSoLinger(true, 0);
                    // An earlier cut may reach the client before it has written. Then it may send again, and rightly
                    // so.
                    var _ = socket.getInputStream().read();
                }
                case Reply.Unasked(String text) -> out.write(text.getBytes(StandardCharsets.UTF_8));
                case Reply.Silence _ -> closed.await();
                case Reply.CutAfterReading _ -> requests.add(read(socket.getInputStream()));
                case Reply.Bytes(String text) -> {
                    requests.add(read(socket.getInputStream()));
                    out.write(text.getBytes(StandardCharsets.UTF_8));
                }
                case Reply.Hang(String first) -> {
                    requests.add(read(socket.getInputStream()));
                    out.write(first.getBytes(StandardCharsets.UTF_8));
                    closed.await();
                }
                case Reply.Endless(String first) -> {
                    requests.add(read(socket.getInputStream()));
                    out.write(first.getBytes(StandardCharsets.UTF_8));
                    byte[] spaces = " ".repeat(4096).getBytes(StandardCharsets.UTF_8);
                    while (closed.getCount() > 0) {
                        out.write(spaces);
                    }
                }
            }
        } catch (IOException | InterruptedException e) {
            // The client closed the connection, or the test has ended.
        }
    }

    private static String read(InputStream in) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        String text = "";
        int end = -1;
        while (end < 0 || bytes.size() < end) {
            int next = in.read();
            if (next < 0) {
                throw new IOException("request cut");
            }
            bytes.write(next);
            if (end < 0 && next == '\n') {
                text = bytes.toString(StandardCharsets.UTF_8);
                if (text.endsWith("\r\n\r\n")) {
                    Matcher length = LENGTH.matcher(text);
                    end = bytes.size() + (length.find() ? Integer.parseInt(length.group(1)) : 0);
                }
            }
        }
        return bytes.toString(StandardCharsets.UTF_8);
    }

    @Override
    public void close() throws IOException {
        closed.countDown();
        listener.close();
    }
}
