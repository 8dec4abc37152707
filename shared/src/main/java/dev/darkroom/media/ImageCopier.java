package dev.darkroom.media;

import dev.darkroom.config.Environment;
import dev.darkroom.media.CopyResult.Cause;
import dev.darkroom.media.CopyResult.Later;
import dev.darkroom.media.CopyResult.NeedsPerson;
import dev.darkroom.media.CopyResult.Obstacle;
import dev.darkroom.media.CopyResult.Refused;
import dev.darkroom.media.CopyResult.Stored;
import dev.darkroom.media.ImageProbe.Look;
import dev.darkroom.net.Exchange;
import dev.darkroom.net.Exchange.Answered;
import dev.darkroom.net.Exchange.Failed;
import dev.darkroom.net.Exchange.Forbidden;
import dev.darkroom.net.Exchange.HostNotListed;
import dev.darkroom.net.Exchange.Unreadable;
import dev.darkroom.net.HostList;
import dev.darkroom.net.OutsideHttp;
import dev.darkroom.task.StoredImage;
import dev.darkroom.task.TaskId;
import dev.darkroom.task.UserId;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Optional;
import software.amazon.awssdk.core.exception.SdkException;

/**
 * Copies an image from upstream's URL into the bucket. If the host states the length, the bytes stream straight through. If not,
 * they go into a temporary file first, because S3 needs a length. Memory does not grow with the image, and no broken image
 * appears in the bucket. Thread-safe.
 */
public final class ImageCopier {
    /** The default of {@code MAX_IMAGE_BYTES}. */
    public static final long DEFAULT_MAX_BYTES = 64L << 20;

    /** How often a write is tried if other writers of the same key come first. */
    private static final int MOST_WRITES = 3;

    private static final int BUFFER = 64 * 1024;

    private final OutsideHttp http;
    private final HostList mediaHosts;
    private final ImagesBucket bucket;
    private final Intake intake;

    public ImageCopier(Environment environment, OutsideHttp http, ImagesBucket bucket) {
        this(
                http,
                HostList.parse("MEDIA_HOSTS", environment.list("MEDIA_HOSTS")),
                bucket,
                environment.integer("MAX_IMAGE_BYTES", DEFAULT_MAX_BYTES, 1, TemporaryFile.SPACE));
    }

    /** A copier for images of at most this many bytes, 1 to 448 Mi. */
    public ImageCopier(OutsideHttp http, HostList mediaHosts, ImagesBucket bucket, long maxBytes) {
        this.http = http;
        this.mediaHosts = mediaHosts;
        this.bucket = bucket;
        this.intake = new Intake(bucket, maxBytes);
    }

    /**
     * Copies a file of a task. It is safe to repeat it and to run it twice at once: the first complete object stays, and every
     * copy reports that one.
     *
     * @param index of the file within the task, from 0
     * @param limit for everything together
     */
    public CopyResult copy(String url, UserId user, TaskId task, int index, Duration limit) {
        CopyJob job = CopyJob.within(limit, url, user, task, index);
        for (int write = 0; write < MOST_WRITES; write++) {
            Optional<CopyResult> result = attempt(job);
            if (result.isPresent()) {
                return result.get();
            }
        }
        return new Later(Cause.CONFLICT);
    }

    /** Empty if another writer came first and another try may succeed. */
    private Optional<CopyResult> attempt(CopyJob job) {
        Exchange<Arrival> exchange;
        try {
            exchange = http.get(job.url(), mediaHosts, job.remaining(), answer -> intake.receive(job, answer));
        } catch (UncheckedIOException e) {
            return Optional.of(new Later(Cause.NO_TEMPORARY_SPACE));
        }
        return switch (exchange) {
            case Answered<Arrival>(Arrival.Ended(CopyResult result)) -> Optional.of(result);
            case Answered<Arrival>(Arrival.Sent(ImagesBucket.Put put, StoredImage image)) -> settle(job, put, image);
            case Answered<Arrival>(Arrival.Unread(ImagesBucket.Put put, String key)) ->
                put == ImagesBucket.Put.CONFLICT ? Optional.empty() : Optional.of(readBack(job, key));
            case Answered<Arrival>(Arrival.InFile inFile) -> send(job, inFile);
            case Failed<Arrival>(Exchange.Trouble trouble) -> Optional.of(new Later(cause(trouble)));
            case Forbidden<Arrival>(String reason) -> Optional.of(new Refused("The image's URL " + reason + "."));
            case HostNotListed<Arrival>() -> Optional.of(new NeedsPerson(Obstacle.HOST_NOT_LISTED));
            case Unreadable<Arrival>(String reason) -> Optional.of(new NeedsPerson(Obstacle.URL_UNREADABLE));
        };
    }

    private Optional<CopyResult> send(CopyJob job, Arrival.InFile inFile) {
        StoredImage image = inFile.image();
        ImagesBucket.Put put;
        try (TemporaryFile file = inFile.file();
                InputStream body = Files.newInputStream(file.path())) {
            put = bucket.put(image.key(), inFile.type(), job.task(), body, image.bytes(), job.remaining());
        } catch (IOException e) {
            return Optional.of(new Later(Cause.NO_TEMPORARY_SPACE));
        }
        return settle(job, put, image);
    }

    private Optional<CopyResult> settle(CopyJob job, ImagesBucket.Put put, StoredImage image) {
        return switch (put) {
            case STORED -> Optional.of(new Stored(image));
            case ALREADY_THERE, UNKNOWN -> Optional.of(readBack(job, image.key()));
            case CONFLICT -> Optional.empty();
        };
    }

    /** The facts of the existing object, whoever wrote it. */
    private CopyResult readBack(CopyJob job, String key) {
        try {
            Optional<StoredImage> image = bucket.read(key, job.remaining(), body -> {
                ImageProbe probe = new ImageProbe();
                MessageDigest sha256 = WatchedStream.sha256();
                byte[] buffer = new byte[BUFFER];
                for (int n = body.read(buffer); n >= 0; n = body.read(buffer)) {
                    probe.feed(buffer, 0, n);
                    sha256.update(buffer, 0, n);
                }
                if (!(probe.look() instanceof Look.Whole(ImageType type, int width, int height))) {
                    throw new IOException("no whole image is stored");
                }
                String digest = HexFormat.of().formatHex(sha256.digest());
                return new StoredImage(key, type.contentType(), probe.length(), digest, width, height);
            });
            if (image.isPresent()) {
                return new Stored(image.get());
            }
        } catch (SdkException e) {
            // the next look tries again
        }
        return new Later(Cause.STORAGE);
    }

    private static Cause cause(Exchange.Trouble trouble) {
        return switch (trouble) {
            case NAME_NOT_RESOLVED -> Cause.NAME_NOT_RESOLVED;
            case ADDRESS_NOT_PUBLIC -> Cause.ADDRESS_NOT_PUBLIC;
            case CONNECTION_FAILED -> Cause.CONNECTION_FAILED;
            case TLS_FAILED -> Cause.TLS_FAILED;
            case TIMED_OUT -> Cause.TIMED_OUT;
        };
    }
}
