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
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.SequenceInputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import software.amazon.awssdk.core.exception.SdkException;

/**
 * Takes a media host's answer into the bucket: directly if it states the length, otherwise through a temporary file. An {@link
 * IOException} is a failure of the media host; an {@link UncheckedIOException} says that there is no room for the temporary file.
 * Thread-safe.
 */
record Intake(ImagesBucket bucket, long maxBytes) {
    private static final int BUFFER = 64 * 1024;

    private static final CopyResult NOT_STORED = new Later(Cause.STORAGE);

    private static final CopyResult NO_IMAGE = new Unusable("The result is not a complete PNG, JPEG or WebP image.");

    private static final CopyResult OTHER_KIND = new CopyResult.NeedsPerson(Why.MEDIA_KIND_NOT_STORED);

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
        return length.isPresent() ? stream(job, answer.body(), length.getAsLong()) : download(job, answer.body());
    }

    private Attempt stream(CopyJob job, InputStream body, long length) throws IOException {
        if (length == 0) {
            return new Unusable("The result is empty.");
        }
        if (length > maxBytes) {
            return tooLarge();
        }
        byte[] head = body.readNBytes((int) Math.min(ImageType.HEAD, length));
        Optional<ImageType> type = ImageType.of(head);
        if (type.isEmpty()) {
            return ImageType.isOtherKind(head) ? OTHER_KIND : NO_IMAGE;
        }
        InputStream whole = new SequenceInputStream(new ByteArrayInputStream(head), body);
        WatchedStream watched = new WatchedStream(whole, length);
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
            case Look.Whole _, Look.Truncated _, Look.NotAnImage _, Look.OtherKind _ -> existing(job, put, key);
        };
    }

    private Attempt download(CopyJob job, InputStream body) throws IOException {
        Path file = temporaryFile();
        try {
            if (!write(body, file)) {
                return tooLarge();
            }
            try (InputStream image = Files.newInputStream(file)) {
                return stream(job, image, Files.size(file));
            }
        } finally {
            Files.deleteIfExists(file);
        }
    }

    private static Path temporaryFile() {
        try {
            return Files.createTempFile("image-", ".part");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** False if the body is too long. A body that does not begin as a known image is not read to its end. */
    private boolean write(InputStream body, Path file) throws IOException {
        try (OutputStream out = Files.newOutputStream(file)) {
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

    /** The facts of this record's existing object, whoever wrote it. */
    private Attempt existing(CopyJob job, Put put, String key) {
        if (put == Put.CONFLICT) {
            return new Again(job.stale());
        }
        try {
            Attempt found = bucket.<Attempt>read(
                            key,
                            null,
                            job.remaining(),
                            (object, body) -> job.isOfThisRecord(object.metadata())
                                    ? new Stored(image(job, body, object.contentLength()))
                                    : new Again(object.eTag()))
                    .orElse(NOT_STORED);
            if (found instanceof Again(String stale)) {
                if (put == Put.UNKNOWN && Objects.equals(stale, job.stale())) {
                    return NOT_STORED;
                }
                // It shows the earlier record's picture.
                bucket.remove(List.of(StoredImage.previewKey(key)), job.remaining());
            }
            return found;
        } catch (SdkException e) {
            // The bucket's failure, not the media host's. The next look tries again.
            return NOT_STORED;
        }
    }

    private static StoredImage image(CopyJob job, InputStream body, long length) throws IOException {
        WatchedStream watched = new WatchedStream(body, length);
        watched.transferTo(OutputStream.nullOutputStream());
        if (!(watched.look() instanceof Look.Whole(ImageType type, int width, int height))) {
            throw new IOException("no whole image is stored");
        }
        return job.image(type, length, watched.digest(), width, height);
    }

    private Refused tooLarge() {
        return new Refused("The image is larger than " + maxBytes + " bytes.");
    }
}
