package dev.darkroom.media;

import dev.darkroom.media.Attempt.Again;
import dev.darkroom.media.CopyResult.Cause;
import dev.darkroom.media.CopyResult.Later;
import dev.darkroom.media.CopyResult.Refused;
import dev.darkroom.media.CopyResult.Stored;
import dev.darkroom.media.CopyResult.Unusable;
import dev.darkroom.media.ImageProbe.Look;
import dev.darkroom.media.ImagesBucket.Put;
import dev.darkroom.net.OutsideAnswer;
import dev.darkroom.task.ImageType;
import dev.darkroom.task.Settling.Why;
import dev.darkroom.task.StoredImage;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Semaphore;
import software.amazon.awssdk.core.exception.SdkException;

/**
 * Takes a media host's answer into the bucket: directly if it states the length, otherwise through a temporary file. An {@link
 * IOException} is a failure of the media host, an {@link UncheckedIOException} one of writing the temporary file. Thread-safe.
 */
record Intake(ImagesBucket bucket, long maxBytes, Semaphore temporaryFiles) {
    private static final int BUFFER = 64 * 1024;

    private static final CopyResult NOT_STORED = new Later(Cause.STORAGE);

    private static final CopyResult NO_IMAGE = new Unusable("The result is not a complete PNG, JPEG or WebP image.");

    private static final CopyResult OTHER_KIND = new CopyResult.NeedsPerson(Why.MEDIA_KIND_NOT_STORED);

    Intake(ImagesBucket bucket, long maxBytes) {
        this(bucket, maxBytes, TemporaryFile.files(maxBytes));
    }

    Attempt receive(CopyJob job, OutsideAnswer answer) throws IOException {
        int status = answer.status();
        if (status == 404) {
            return new Unusable("The image service says that the image is finished, but its URL leads to nothing.");
        }
        if (status == 410) {
            return new Refused("The image is no longer available.");
        }
        if (status != 200) {
            return new Later(Cause.STATUS);
        }
        OptionalLong length = answer.length();
        return length.isPresent() && Decoding.isIdentity(answer)
                ? stream(job, answer.body(), length.getAsLong())
                : download(job, answer);
    }

    private Attempt stream(CopyJob job, InputStream body, long length) throws IOException {
        if (length == 0) {
            return new Unusable("The result is empty.");
        }
        if (length > maxBytes) {
            return tooLarge();
        }
        WatchedStream watched = new WatchedStream(body, length);
        Optional<ImageType> type = watched.type();
        if (type.isEmpty()) {
            return watched.isOtherKind() ? OTHER_KIND : NO_IMAGE;
        }
        String key = job.key(type.get());
        Put put = bucket.put(key, type.get(), job, watched, length);
        if (watched.failure().isPresent()) {
            throw watched.failure().get();
        }
        return switch (watched.look()) {
            case Look.Whole(ImageType seen, int width, int height)
            when put == Put.STORED -> new Stored(job.image(seen, length, watched.digest(), width, height));
            case Look.Truncated() when watched.isNotWhole() -> new Later(Cause.TRUNCATED);
            case Look.NotAnImage() when watched.isNotWhole() -> NO_IMAGE;
            // The key existed, or the bucket failed or answered before it had read everything.
            case Look.Whole _, Look.Truncated _, Look.NotAnImage _, Look.OtherKind _, Look.Empty _ ->
                existing(job, put, key);
        };
    }

    private Attempt download(CopyJob job, OutsideAnswer answer) throws IOException {
        Optional<InputStream> decoded = Decoding.decoded(answer);
        if (decoded.isEmpty()) {
            return NO_IMAGE;
        }
        Optional<TemporaryFile> room = TemporaryFile.create(temporaryFiles, job.remaining());
        if (room.isEmpty()) {
            return new Later(Cause.NO_TEMPORARY_SPACE);
        }
        try (TemporaryFile file = room.get()) {
            if (!write(decoded.get(), file.path())) {
                return tooLarge();
            }
            try (InputStream image = Files.newInputStream(file.path())) {
                return stream(job, image, Files.size(file.path()));
            }
        }
    }

    /** False if the body is too long. A body that does not begin as a known image is not read to its end. */
    private boolean write(InputStream body, Path file) throws IOException {
        try (OutputStream out = open(file)) {
            byte[] part = body.readNBytes(ImageType.HEAD);
            boolean image = ImageType.of(part).isPresent();
            long length = 0;
            while (part.length > 0) {
                length += part.length;
                if (length > maxBytes) {
                    return false;
                }
                try {
                    out.write(part);
                } catch (IOException e) {
                    throw new UncheckedIOException(e); // ours, not the media host's
                }
                part = body.readNBytes(image ? BUFFER : 0);
            }
            return true;
        }
    }

    private static OutputStream open(Path file) {
        try {
            return Files.newOutputStream(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The facts of this record's existing object, whoever wrote it. */
    private Attempt existing(CopyJob job, Put put, String key) throws IOException {
        if (put == Put.CONFLICT) {
            return new Again(job.stale());
        }
        Attempt found;
        try {
            found = bucket.<Attempt>read(
                            key,
                            null,
                            job.remaining(),
                            (object, body) -> job.isOfThisRecord(object.metadata())
                                    ? new Stored(image(key, body))
                                    : new Again(object.eTag()))
                    .orElse(NOT_STORED);
        } catch (SdkException e) {
            // the next look tries again
            return NOT_STORED;
        }
        if (found instanceof Again(String stale)) {
            if (put == Put.UNKNOWN && Objects.equals(stale, job.stale())) {
                return NOT_STORED;
            }
            // It shows the earlier record's picture.
            bucket.remove(List.of(StoredImage.previewKey(key)), job.remaining());
        }
        return found;
    }

    private static StoredImage image(String key, InputStream body) throws IOException {
        ImageProbe probe = new ImageProbe();
        MessageDigest sha256 = WatchedStream.sha256();
        body.transferTo(new DigestOutputStream(probe, sha256));
        if (!(probe.look() instanceof Look.Whole(ImageType type, int width, int height))) {
            throw new IOException("no whole image is stored");
        }
        String digest = HexFormat.of().formatHex(sha256.digest());
        return new StoredImage(key, type.contentType(), probe.length(), digest, width, height);
    }

    private Refused tooLarge() {
        return new Refused("The image is larger than " + maxBytes + " bytes.");
    }
}
