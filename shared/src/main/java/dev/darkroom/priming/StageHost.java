package dev.darkroom.priming;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/**
 * One host of the {@link Stage}: HTTP/1.1 on a port of the loopback interface that nobody else knows, just as much of it as our
 * own clients speak. Not the JDK's own server: a runtime may come without that module.
 */
final class StageHost implements AutoCloseable {
    private final ServerSocket listener;
    private final KeyManager[] keys;
    private final Prompter prompter;
    private final Set<Socket> connections = ConcurrentHashMap.newKeySet();

    /** Knows what to answer. */
    interface Prompter {
        /**
         * What this call is answered.
         *
         * @param call an operation of DynamoDB's, or a method and a path
         */
        Reply reply(String call);

        /** Whether the connection on which this is asked may be used again. */
        boolean staysOpen();
    }

    /** @param keys none for plain HTTP */
    StageHost(KeyManager[] keys, Prompter prompter) throws IOException {
        this.keys = keys;
        this.prompter = prompter;
        this.listener = new ServerSocket(0, 128, InetAddress.ofLiteral("127.0.0.1"));
        start(this::accept);
    }

    String authority() {
        return "localhost:" + listener.getLocalPort();
    }

    boolean hasConnections() {
        return !connections.isEmpty();
    }

    @Override
    public void close() throws IOException {
        listener.close();
        for (Socket connection : connections) {
            connection.close();
        }
    }

    private void accept() {
        try {
            while (true) {
                Socket socket = listener.accept();
                connections.add(socket);
                start(() -> serve(socket));
            }
        } catch (IOException e) {
            // Closed; or nothing can be accepted any more, and the scenes that need it fail.
        }
    }

    private static void start(Runnable work) {
        Thread.ofPlatform().daemon().name("rehearsal").start(work);
    }

    private void serve(Socket plain) {
        try (plain;
                Socket socket = keys.length == 0 ? plain : tls(plain);
                InputStream in = new BufferedInputStream(socket.getInputStream());
                OutputStream out = new BufferedOutputStream(socket.getOutputStream(), 1 << 16)) {
            boolean open = true;
            for (String head = head(in); open && !head.isEmpty(); head = open ? head(in) : "") {
                open = answer(head, in, out);
            }
        } catch (IOException | GeneralSecurityException e) {
            // A client that has what it wants cuts the connection; one that misses something fails its scene.
        } finally {
            connections.remove(plain);
        }
    }

    /** With a context of its own, so that no session is resumed: the first connections to come are full handshakes too. */
    private Socket tls(Socket plain) throws IOException, GeneralSecurityException {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys, null, null);
        SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket(plain, null, true);
        socket.setUseClientMode(false);
        return socket;
    }

    /** The lines up to the empty one; empty when there are no more. */
    private static String head(InputStream in) throws IOException {
        StringBuilder head = new StringBuilder();
        for (int next = in.read(); next >= 0; next = in.read()) {
            head.append((char) next);
            if (next == '\n' && head.indexOf("\r\n\r\n", head.length() - 4) >= 0) {
                return head.toString();
            }
        }
        return "";
    }

    /** Whether the connection stays open. */
    private boolean answer(String head, InputStream in, OutputStream out) throws IOException {
        if (header(head, "expect").equalsIgnoreCase("100-continue")) {
            out.write(ascii("HTTP/1.1 100 Continue\r\n\r\n"));
            out.flush();
        }
        String length = header(head, "content-length");
        in.skipNBytes(length.isEmpty() ? 0 : Long.parseLong(length));
        String target = header(head, "x-amz-target");
        String call = target.isEmpty()
                ? head.substring(0, head.indexOf(" HTTP/1.1\r\n"))
                : target.substring(target.indexOf('.') + 1);
        boolean open = !header(head, "connection").equalsIgnoreCase("close") && prompter.staysOpen();
        write(prompter.reply(call), open, out);
        return open;
    }

    private static void write(Reply reply, boolean open, OutputStream out) throws IOException {
        StringBuilder head = new StringBuilder("HTTP/1.1 " + reply.status() + " Rehearsed\r\n");
        reply.headers().forEach((name, value) -> head.append(name + ": " + value + "\r\n"));
        head.append("Date: Thu, 01 Jan 2026 00:00:00 GMT\r\n");
        head.append("Connection: " + (open ? "keep-alive" : "close") + "\r\n");
        if (reply.status() != 204) {
            head.append(
                    reply.chunked()
                            ? "Transfer-Encoding: chunked\r\n"
                            : "Content-Length: " + reply.body().length + "\r\n");
        }
        out.write(ascii(head + "\r\n"));
        if (reply.chunked()) {
            out.write(ascii(Integer.toHexString(reply.body().length) + "\r\n"));
        }
        out.write(reply.body());
        if (reply.chunked()) {
            out.write(ascii("\r\n0\r\n\r\n"));
        }
        out.flush();
    }

    /** A header's value, empty when it is not there. */
    private static String header(String head, String name) {
        int at = head.toLowerCase(Locale.ROOT).indexOf("\r\n" + name + ":");
        if (at < 0) {
            return "";
        }
        int start = at + name.length() + 3;
        return head.substring(start, head.indexOf("\r\n", start)).strip();
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
