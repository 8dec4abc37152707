package dev.darkroom.receivers;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

/** Sends a fixed text, one byte at a time, to every connection, without reading the request. */
final class StrangeHost implements AutoCloseable {
    private final ServerSocket server;
    private final byte[] words;
    private final Duration pause;
    private final AtomicInteger connections = new AtomicInteger();

    StrangeHost(String words, Duration pause) throws IOException {
        this.server = new ServerSocket(0, 200, InetAddress.getLoopbackAddress());
        this.words = words.getBytes(StandardCharsets.US_ASCII);
        this.pause = pause;
        Thread.ofVirtual().start(this::accept);
    }

    int port() {
        return server.getLocalPort();
    }

    int connections() {
        return connections.get();
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket socket = server.accept();
                connections.incrementAndGet();
                Thread.ofVirtual().start(() -> talk(socket));
            } catch (IOException e) {
                return;
            }
        }
    }

    private void talk(Socket socket) {
        try (socket) {
            OutputStream out = socket.getOutputStream();
            for (byte each : words) {
                out.write(each);
                out.flush();
                Thread.sleep(pause);
            }
        } catch (IOException | InterruptedException e) {
            // The sender closed the connection, as it should.
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
