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
 * Stands before everything outside the functions, and every call of theirs goes through it. Each instance of a function reaches it under
 * a loopback address of its own, so the gate knows who calls; of one that is dead nothing comes through any more.
 */
final class Gate implements AutoCloseable {
    /** What stands behind the gate. */
    enum Target {
        DYNAMODB,
        S3,
        /** The simulated APIDot, its files, and the client's receiver of callbacks. */
        APIDOT
    }

    /** What happens to a call. */
    enum Fate {
        PASSES,
        /** The caller dies before the call arrives. */
        CRASH_BEFORE,
        /** The call arrives; the caller dies before it has the answer. */
        CRASH_AFTER,
        /** The call arrives; the connection breaks without an answer. */
        ANSWER_LOST
    }

    /** A call under way. */
    record Call(InetAddress caller, Target target, HttpMessage request) {}

    /** Who decides, and who sees what came of it. */
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
            // Every address of 127.0.0.0/8 leads here.
            door.bind(new InetSocketAddress("0.0.0.0", 0), 256);
            doors.put(target, door);
            threads.execute(() -> accept(target, door));
        }
    }

    int port(Target target) {
        return Objects.requireNonNull(doors.get(target)).getLocalPort();
    }

    /** Leads the calls for this target to a port of this machine. */
    void lead(Target target, int port) {
        behind.put(target, port);
    }

    /** From now on nothing of this caller comes through. */
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
                // closed
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
            // The caller has gone, or was killed.
        } finally {
            open.remove(socket);
        }
    }

    private static Optional<HttpMessage> next(InputStream in, OutputStream out) throws IOException {
        return HttpMessage.request(
                in, () -> out.write("HTTP/1.1 100 Continue\r\n\r\n".getBytes(StandardCharsets.US_ASCII)));
    }

    /** False when the connection is to be closed. */
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
        // First nothing of it comes through any more, then its end is told: so nobody sees it go on.
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
            // it is gone anyway
        }
    }

    @Override
    public void close() {
        doors.values().forEach(door -> {
            try {
                door.close();
            } catch (IOException e) {
                // it is gone anyway
            }
        });
        open.keySet().forEach(Gate::close);
        threads.shutdownNow();
    }
}
