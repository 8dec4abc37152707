package dev.darkroom.invariants;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * A proxy that every call of the functions passes. Each function instance uses its own loopback address, which tells the gate who calls.
 * Calls of a dead instance are dropped.
 */
final class Gate implements AutoCloseable {
    /** The servers behind the gate. */
    enum Target {
        DYNAMODB,
        S3,
        /** The simulated APIDot, its files, and the client's receiver of callbacks. */
        APIDOT
    }

    enum Fate {
        PASSES,
        /** The caller dies before the call arrives. */
        CRASH_BEFORE,
        /** The call arrives; the caller dies before it gets the answer. */
        CRASH_AFTER,
        /** The call arrives; the connection breaks without an answer. */
        ANSWER_LOST
    }

    record Call(InetAddress caller, Target target, HttpMessage request) {}

    /** Decides the fate of each call, and sees the results. */
    interface Judge {
        Fate judge(Call call);

        void answered(Call call, int status);

        void died(InetAddress caller);
    }

    private final Map<Target, ServerSocket> doors = new ConcurrentHashMap<>();
    private final Map<Target, Integer> behind = new ConcurrentHashMap<>();
    private final Map<Socket, InetAddress> open = new ConcurrentHashMap<>();
    private final Set<InetAddress> dead = ConcurrentHashMap.newKeySet();
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Judge judge;

    Gate(Judge judge) throws IOException {
        this.judge = judge;
        for (Target target : Target.values()) {
            ServerSocket door = new ServerSocket();
            // One socket serves all addresses of 127.0.0.0/8.
            door.bind(new InetSocketAddress("0.0.0.0", 0), 256);
            doors.put(target, door);
            threads.execute(() -> accept(target, door));
        }
    }

    int port(Target target) {
        return Objects.requireNonNull(doors.get(target)).getLocalPort();
    }

    /** Forwards calls for this target to this local port. */
    void lead(Target target, int port) {
        behind.put(target, port);
    }

    /** Drops every call of this caller from now on. */
    void kill(InetAddress caller) {
        dead.add(caller);
        open.forEach((socket, address) -> {
            if (address.equals(caller)) {
                close(socket);
            }
        });
    }

    private void accept(Target target, ServerSocket door) {
        while (!door.isClosed()) {
            try {
                Socket socket = door.accept();
                threads.execute(() -> serve(target, socket));
            } catch (IOException e) {
                // The gate was closed.
            }
        }
    }

    private void serve(Target target, Socket socket) {
        InetAddress caller = socket.getLocalAddress();
        open.put(socket, caller);
        try (socket) {
            socket.setTcpNoDelay(true);
            InputStream in = new BufferedInputStream(socket.getInputStream());
            OutputStream out = socket.getOutputStream();
            Optional<HttpMessage> request = next(in, out);
            while (request.isPresent() && !dead.contains(caller)) {
                if (!pass(new Call(caller, target, request.get()), out)) {
                    return;
                }
                request = next(in, out);
            }
        } catch (IOException e) {
            // The caller closed its connection, or was killed.
        } finally {
            open.remove(socket);
        }
    }

    private static Optional<HttpMessage> next(InputStream in, OutputStream out) throws IOException {
        return HttpMessage.request(
                in, () -> out.write("HTTP/1.1 100 Continue\r\n\r\n".getBytes(StandardCharsets.US_ASCII)));
    }

    /** Returns false when the connection must be closed. */
    private boolean pass(Call call, OutputStream out) throws IOException {
        Fate fate = judge.judge(call);
        if (fate == Fate.CRASH_BEFORE) {
            die(call);
            return false;
        }
        HttpMessage answer = forward(call);
        judge.answered(call, answer.status());
        return switch (fate) {
            case CRASH_BEFORE -> throw new IllegalStateException("died before");
            case CRASH_AFTER -> {
                die(call);
                yield false;
            }
            case ANSWER_LOST -> false;
            case PASSES -> {
                answer.writeTo(out);
                yield !answer.endsWithItsConnection() && !call.request().endsWithItsConnection();
            }
        };
    }

    private void die(Call call) {
        // Calls are dropped before the death is reported, so that no observer sees a call after the death.
        dead.add(call.caller());
        judge.died(call.caller());
    }

    private HttpMessage forward(Call call) throws IOException {
        try (Socket target = new Socket("localhost", Objects.requireNonNull(behind.get(call.target())))) {
            target.setTcpNoDelay(true);
            call.request().writeTo(target.getOutputStream());
            return HttpMessage.answer(
                    new BufferedInputStream(target.getInputStream()),
                    call.request().method());
        }
    }

    private static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            // The socket is already closed.
        }
    }

    @Override
    public void close() {
        doors.values().forEach(door -> {
            try {
                door.close();
            } catch (IOException e) {
                // The socket is already closed.
            }
        });
        open.keySet().forEach(Gate::close);
        threads.shutdownNow();
    }
}
