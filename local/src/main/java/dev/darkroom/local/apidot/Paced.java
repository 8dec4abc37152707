package dev.darkroom.local.apidot;

import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;

/** Writes bytes at a given speed, until they are sent, the client leaves, or the server ends. */
final class Paced {
    private static final int TICKS_PER_SECOND = 10;

    private Paced() {}

    /** @param bytesPerSecond 0 is as fast as they go */
    static void zeros(OutputStream out, long bytes, int bytesPerSecond, Waits waits) throws IOException {
        byte[] block = new byte[8192];
        int most = bytesPerSecond == 0 ? block.length : perTick(bytesPerSecond, block.length);
        for (long left = bytes; left > 0 && !waits.isOver(); left -= most) {
            out.write(block, 0, (int) Math.min(left, most));
            rest(out, bytesPerSecond, waits);
        }
    }

    static void bytes(OutputStream out, byte[] bytes, int bytesPerSecond, Waits waits) throws IOException {
        int most = perTick(bytesPerSecond, bytes.length);
        for (int from = 0; from < bytes.length && !waits.isOver(); from += most) {
            out.write(bytes, from, Math.min(bytes.length - from, most));
            rest(out, bytesPerSecond, waits);
        }
    }

    private static int perTick(int bytesPerSecond, int atMost) {
        return Math.clamp(bytesPerSecond / TICKS_PER_SECOND, 1, Math.max(1, atMost));
    }

    private static void rest(OutputStream out, int bytesPerSecond, Waits waits) throws IOException {
        if (bytesPerSecond > 0) {
            out.flush();
            long nanos = 1_000_000_000L / Math.min(bytesPerSecond, TICKS_PER_SECOND);
            if (!waits.lasting(Duration.ofNanos(nanos))) {
                throw new IOException("the server has ended");
            }
        }
    }
}
