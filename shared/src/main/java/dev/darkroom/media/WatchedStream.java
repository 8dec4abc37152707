package dev.darkroom.media;

import dev.darkroom.task.Sha256;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * An image of stated length on its way into the bucket, or out of it. It is probed and hashed as it passes. The last byte is returned
 * only if the image is complete, so a broken image never completes its upload. Not thread-safe.
 */
final class WatchedStream extends InputStream {
    private final InputStream source;
    private final long length;
    private final ImageProbe probe = new ImageProbe();
    private final MessageDigest sha256 = Sha256.begin();
    private @Nullable IOException failure;

    WatchedStream(InputStream source, long length) {
        this.source = source;
        this.length = length;
    }

    /** The source's exception, if it ended the reading. */
    Optional<IOException> failure() {
        return Optional.ofNullable(failure);
    }

    /** The probe's result so far. It is final after the end of the image, or if it {@link #isNotWhole}. */
    ImageProbe.Look look() {
        return probe.look();
    }

    /** Whether the last byte is withheld. */
    boolean isNotWhole() {
        return probe.length() == length && !(look() instanceof ImageProbe.Look.Whole);
    }

    /** The hash of all returned bytes. Call it once, at the end. */
    String digest() {
        return HexFormat.of().formatHex(sha256.digest());
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] buffer, int offset, int count) throws IOException {
        long left = length - probe.length();
        if (left == 0 || count == 0) {
            return left == 0 ? -1 : 0;
        }
        int n = fill(buffer, offset, (int) Math.min(count, Math.max(1, left - 1)));
        probe.write(buffer, offset, n);
        sha256.update(buffer, offset, n);
        if (isNotWhole()) {
            throw new IOException("not whole");
        }
        return n;
    }

    private int fill(byte[] buffer, int offset, int count) throws IOException {
        try {
            int n = source.read(buffer, offset, count);
            if (n < 0) {
                throw new EOFException();
            }
            return n;
        } catch (IOException e) {
            failure = e;
            throw e;
        }
    }
}
