package dev.darkroom.media;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * A file in the temporary directory with room for one image. Closing it deletes it. An {@link UncheckedIOException} is a failure of
 * the directory.
 */
final class TemporaryFile implements AutoCloseable {
    /** In bytes. Lambda gives a function 512 MiB; the rest is for other files. */
    static final long SPACE = 448L << 20;

    private final Semaphore files;
    private final Path path;

    private TemporaryFile(Semaphore files, Path path) {
        this.files = files;
        this.path = path;
    }

    /** Permits for as many files of at most this size as fit at once. */
    static Semaphore files(long maxBytes) {
        return new Semaphore((int) Math.max(1, Math.min(SPACE / maxBytes, 1000)));
    }

    /** Waits for room until the limit. */
    static Optional<TemporaryFile> create(Semaphore files, Duration limit) {
        try {
            if (!files.tryAcquire(limit.toNanos(), TimeUnit.NANOSECONDS)) {
                return Optional.empty();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
        try {
            return Optional.of(new TemporaryFile(files, Files.createTempFile("image-", ".part")));
        } catch (IOException e) {
            files.release();
            throw new UncheckedIOException(e);
        }
    }

    Path path() {
        return path;
    }

    @Override
    public void close() {
        try {
            Files.deleteIfExists(path);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            files.release();
        }
    }
}
