package dev.darkroom.media;

import dev.darkroom.media.CopyResult.Cause;
import dev.darkroom.media.CopyResult.Fault;
import dev.darkroom.media.CopyResult.Later;
import dev.darkroom.media.CopyResult.Refused;
import dev.darkroom.media.CopyResult.Unusable;
import dev.darkroom.media.ImageProbe.Look;
import dev.darkroom.net.OutsideAnswer;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Semaphore;

/**
 * Takes in a media host's answer: straight into the bucket if it states the length, otherwise into a temporary file. An {@link
 * IOException} is a failure of the media host, an {@link UncheckedIOException} one of the temporary directory. Thread-safe.
 */
final class Intake {
    private static final int BUFFER = 64 * 1024;

    private static final CopyResult OTHER_KIND = new CopyResult.NeedsPerson(CopyResult.Obstacle.OTHER_KIND);

    private final ImagesBucket bucket;
    private final long maxBytes;
    private final Semaphore temporaryFiles;

    Intake(ImagesBucket bucket, long maxBytes) {
        this.bucket = bucket;
        this.maxBytes = maxBytes;
        this.temporaryFiles = TemporaryFile.files(maxBytes);
    }

    Arrival receive(CopyJob job, OutsideAnswer answer) throws IOException {
        int status = answer.status();
        if (status == 404) {
            return new Arrival.Ended(new Unusable(Fault.NOT_FOUND));
        }
        if (status == 410) {
            return new Arrival.Ended(new Refused("The image is no longer available."));
        }
        if (status != 200) {
            return new Arrival.Ended(new Later(Cause.STATUS));
        }
        OptionalLong length = answer.length();
        return length.isPresent() && Decoding.isIdentity(answer)
                ? stream(job, answer.body(), length.getAsLong())
                : download(job, answer);
    }

    private Arrival stream(CopyJob job, InputStream body, long length) throws IOException {
        if (length == 0) {
            return new Arrival.Ended(new Unusable(Fault.EMPTY));
        }
        if (length > maxBytes) {
            return new Arrival.Ended(tooLarge());
        }
        WatchedStream watched = new WatchedStream(body, length);
        Optional<ImageType> type = watched.type();
        if (type.isEmpty()) {
            return new Arrival.Ended(watched.isOtherKind() ? OTHER_KIND : new Unusable(Fault.NOT_AN_IMAGE));
        }
        ImagesBucket.Put put =
                bucket.put(job.key(type.get()), type.get(), job.task(), watched, length, job.remaining());
        if (watched.failure().isPresent()) {
            throw watched.failure().get();
        }
        return switch (watched.look()) {
            case Look.Whole(ImageType seen, int width, int height) ->
                new Arrival.Sent(put, job.image(seen, length, watched.digest(), width, height));
            case Look.Truncated() when watched.isNotWhole() -> new Arrival.Ended(new Later(Cause.TRUNCATED));
            case Look.NotAnImage() when watched.isNotWhole() -> new Arrival.Ended(new Unusable(Fault.NOT_AN_IMAGE));
            case Look.Truncated(), Look.NotAnImage(), Look.OtherKind(), Look.Empty() ->
                new Arrival.Unread(put, job.key(type.get()));
        };
    }

    private Arrival download(CopyJob job, OutsideAnswer answer) throws IOException {
        Optional<InputStream> decoded = Decoding.decoded(answer);
        if (decoded.isEmpty()) {
            return new Arrival.Ended(new Unusable(Fault.NOT_AN_IMAGE));
        }
        Optional<TemporaryFile> file = temporaryFile(job);
        if (file.isEmpty()) {
            return new Arrival.Ended(new Later(Cause.NO_TEMPORARY_SPACE));
        }
        Arrival arrival = new Arrival.Ended(tooLarge());
        try {
            ImageProbe probe = new ImageProbe();
            MessageDigest sha256 = WatchedStream.sha256();
            if (write(decoded.get(), file.get(), probe, sha256)) {
                arrival = switch (probe.look()) {
                    case Look.Empty() -> new Arrival.Ended(new Unusable(Fault.EMPTY));
                    case Look.NotAnImage() -> new Arrival.Ended(new Unusable(Fault.NOT_AN_IMAGE));
                    case Look.OtherKind() -> new Arrival.Ended(OTHER_KIND);
                    case Look.Truncated() -> new Arrival.Ended(new Later(Cause.TRUNCATED));
                    case Look.Whole(ImageType type, int width, int height) -> {
                        String digest = HexFormat.of().formatHex(sha256.digest());
                        yield new Arrival.InFile(
                                file.get(), type, job.image(type, probe.length(), digest, width, height));
                    }
                };
            }
            return arrival;
        } finally {
            if (!(arrival instanceof Arrival.InFile)) {
                file.get().close();
            }
        }
    }

    /** False if the body is too long. A body that does not begin as a known image is not read to its end. */
    private boolean write(InputStream body, TemporaryFile file, ImageProbe probe, MessageDigest sha256)
            throws IOException {
        try (OutputStream out = open(file)) {
            byte[] buffer = new byte[BUFFER];
            for (int n = body.read(buffer); n >= 0; n = body.read(buffer)) {
                probe.feed(buffer, 0, n);
                sha256.update(buffer, 0, n);
                if (probe.length() > maxBytes) {
                    return false;
                }
                if (probe.length() >= ImageType.HEAD && probe.type().isEmpty()) {
                    return true;
                }
                try {
                    out.write(buffer, 0, n);
                } catch (IOException e) {
                    throw new UncheckedIOException(e); // ours, not the media host's
                }
            }
            return true;
        }
    }

    private Optional<TemporaryFile> temporaryFile(CopyJob job) {
        try {
            return TemporaryFile.create(temporaryFiles, job.remaining());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static OutputStream open(TemporaryFile file) {
        try {
            return Files.newOutputStream(file.path());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Refused tooLarge() {
        return new Refused("The image is larger than " + maxBytes + " bytes.");
    }
}
