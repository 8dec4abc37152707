package dev.darkroom.media;

import dev.darkroom.config.Environment;
import dev.darkroom.media.CopyResult.Cause;
import dev.darkroom.media.CopyResult.Fault;
import dev.darkroom.media.CopyResult.Later;
import dev.darkroom.media.CopyResult.Refused;
import dev.darkroom.media.CopyResult.Stored;
import dev.darkroom.media.CopyResult.Unusable;
import dev.darkroom.media.ImageProbe.Look;
import dev.darkroom.net.Exchange;
import dev.darkroom.net.Exchange.Answered;
import dev.darkroom.net.Exchange.Failed;
import dev.darkroom.net.Exchange.Forbidden;
import dev.darkroom.net.Exchange.HostNotListed;
import dev.darkroom.net.HostList;
import dev.darkroom.net.OutsideAnswer;
import dev.darkroom.net.OutsideHttp;
import dev.darkroom.task.StoredImage;
import dev.darkroom.task.TaskId;
import dev.darkroom.task.UserId;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Semaphore;
import software.amazon.awssdk.core.exception.SdkException;

/**
 * Copies an image from the URL that upstream gave into the bucket. Where the host states the length the bytes stream straight
 * through; where it does not, S3 could not be told one, so they rest in a temporary file first. Either way memory does not grow
 * with the image, and no broken image ever appears in the bucket. Thread-safe.
 */
public final class ImageCopier {
    /** What {@code MAX_IMAGE_BYTES} is by default. */
    public static final long DEFAULT_MAX_BYTES = 64L << 20;

    /** How often a key is written when another writer of it keeps getting in between. */
    private static final int MOST_WRITES = 3;

    private static final int BUFFER = 64 * 1024;

    private final OutsideHttp http;
    private final HostList mediaHosts;
    private final ImagesBucket bucket;
    private final long maxBytes;
    private final Semaphore temporaryFiles;

    public ImageCopier(Environment environment, OutsideHttp http, ImagesBucket bucket) {
        this(
                http,
                HostList.parse("MEDIA_HOSTS", environment.list("MEDIA_HOSTS")),
                bucket,
                environment.integer("MAX_IMAGE_BYTES", DEFAULT_MAX_BYTES, 1, TemporaryFile.SPACE));
    }

    /** With at most so many bytes per image, 1..448 MiB. */
    public ImageCopier(OutsideHttp http, HostList mediaHosts, ImagesBucket bucket, long maxBytes) {
        this.http = http;
        this.mediaHosts = mediaHosts;
        this.bucket = bucket;
        this.maxBytes = maxBytes;
        this.temporaryFiles = TemporaryFile.files(maxBytes);
    }

    /**
     * Copies the file of a task. Safe to repeat and to run twice at once: the first complete object of a key stays, and every
     * copy reports that one.
     *
     * @param index of the file within the task, from 0
     * @param limit of everything together
     */
    public CopyResult copy(String url, UserId user, TaskId task, int index, Duration limit) {
        Job job = new Job(url, user, task, index, System.nanoTime() + Math.max(0, limit.toNanos()));
        for (int write = 0; write < MOST_WRITES; write++) {
            Optional<CopyResult> result = attempt(job);
            if (result.isPresent()) {
                return result.get();
            }
        }
        return new Later(Cause.CONFLICT);
    }

    private record Job(String url, UserId user, TaskId task, int index, long end) {
        String key(ImageType type) {
            return ImagesBucket.key(user, task, index, type);
        }

        Duration remaining() {
            return Duration.ofNanos(Math.max(0, end - System.nanoTime()));
        }
    }

    /** Where the bytes are when the exchange with the media host is over. */
    private sealed interface Arrival {
        record Ended(CopyResult result) implements Arrival {}

        record Sent(Outcome outcome, StoredImage image) implements Arrival {}

        record InFile(TemporaryFile file, ImageType type, StoredImage image) implements Arrival {}
    }

    private enum Outcome {
        STORED,
        ALREADY_THERE,
        CONFLICT,
        /** The bucket's answer is missing or an error: the object may be there all the same. */
        UNKNOWN
    }

    /** Empty when another writer got in between and it is worth another try. */
    private Optional<CopyResult> attempt(Job job) {
        Exchange<Arrival> exchange;
        try {
            exchange = http.get(job.url(), mediaHosts, job.remaining(), answer -> receive(job, answer));
        } catch (UncheckedIOException e) {
            return Optional.of(new Later(Cause.NO_TEMPORARY_SPACE));
        }
        return switch (exchange) {
            case Answered<Arrival>(Arrival.Ended(CopyResult result)) -> Optional.of(result);
            case Answered<Arrival>(Arrival.Sent(Outcome outcome, StoredImage image)) -> settle(job, outcome, image);
            case Answered<Arrival>(Arrival.InFile inFile) -> send(job, inFile);
            case Failed<Arrival>(Exchange.Trouble trouble) -> Optional.of(new Later(cause(trouble)));
            case Forbidden<Arrival>(String reason) -> Optional.of(new Refused("The image's URL " + reason + "."));
            case HostNotListed<Arrival>() -> Optional.of(new CopyResult.HostNotListed());
        };
    }

    private Arrival receive(Job job, OutsideAnswer answer) throws IOException {
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

    private Arrival stream(Job job, InputStream body, long length) throws IOException {
        if (length == 0) {
            return new Arrival.Ended(new Unusable(Fault.EMPTY));
        }
        if (length > maxBytes) {
            return new Arrival.Ended(tooLarge());
        }
        WatchedStream watched = new WatchedStream(body, length);
        Optional<ImageType> type = watched.type();
        if (type.isEmpty()) {
            return new Arrival.Ended(new Unusable(Fault.NOT_AN_IMAGE));
        }
        Outcome outcome = put(job, type.get(), watched, length);
        if (watched.failure().isPresent()) {
            throw watched.failure().get();
        }
        return switch (watched.look()) {
            case Look.Whole(ImageType seen, int width, int height) ->
                new Arrival.Sent(outcome, stored(job, seen, length, watched.digest(), width, height));
            case Look.Truncated() when watched.isNotWhole() -> new Arrival.Ended(new Later(Cause.TRUNCATED));
            case Look.NotAnImage() when watched.isNotWhole() -> new Arrival.Ended(new Unusable(Fault.NOT_AN_IMAGE));
            // The bucket answered before it had read all: it needs no look at the rest to tell what it holds.
            case Look.Truncated(), Look.NotAnImage(), Look.Empty() ->
                new Arrival.Sent(outcome, stored(job, type.get(), length, "", 0, 0));
        };
    }

    private Arrival download(Job job, OutsideAnswer answer) throws IOException {
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
                    case Look.Truncated() -> new Arrival.Ended(new Later(Cause.TRUNCATED));
                    case Look.Whole(ImageType type, int width, int height) -> {
                        String digest = HexFormat.of().formatHex(sha256.digest());
                        yield new Arrival.InFile(
                                file.get(), type, stored(job, type, probe.length(), digest, width, height));
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

    /** False when there is more than may be; a body that begins as nothing we store is not read on. */
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

    private Optional<TemporaryFile> temporaryFile(Job job) {
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

    private Optional<CopyResult> send(Job job, Arrival.InFile inFile) {
        Outcome outcome;
        try (TemporaryFile file = inFile.file();
                InputStream body = Files.newInputStream(file.path())) {
            outcome = put(job, inFile.type(), body, inFile.image().bytes());
        } catch (IOException e) {
            return Optional.of(new Later(Cause.NO_TEMPORARY_SPACE));
        }
        return settle(job, outcome, inFile.image());
    }

    private Outcome put(Job job, ImageType type, InputStream body, long length) {
        try {
            return switch (bucket.put(job.key(type), type, job.task(), body, length, job.remaining())) {
                case STORED -> Outcome.STORED;
                case ALREADY_THERE -> Outcome.ALREADY_THERE;
                case CONFLICT -> Outcome.CONFLICT;
            };
        } catch (SdkException e) {
            return Outcome.UNKNOWN;
        }
    }

    private Optional<CopyResult> settle(Job job, Outcome outcome, StoredImage image) {
        return switch (outcome) {
            case STORED -> Optional.of(new Stored(image));
            case ALREADY_THERE, UNKNOWN -> Optional.of(readBack(job, image.key()));
            case CONFLICT -> Optional.empty();
        };
    }

    /** The facts of the object that is there, whoever wrote it. */
    private CopyResult readBack(Job job, String key) {
        ImageProbe probe = new ImageProbe();
        MessageDigest sha256 = WatchedStream.sha256();
        try {
            Optional<Look> look = bucket.read(key, job.remaining(), body -> {
                byte[] buffer = new byte[BUFFER];
                for (int n = body.read(buffer); n >= 0; n = body.read(buffer)) {
                    probe.feed(buffer, 0, n);
                    sha256.update(buffer, 0, n);
                }
                return probe.look();
            });
            if (look.isPresent() && look.get() instanceof Look.Whole(ImageType type, int width, int height)) {
                String digest = HexFormat.of().formatHex(sha256.digest());
                return new Stored(new StoredImage(key, type.contentType(), probe.length(), digest, width, height));
            }
        } catch (SdkException | IOException e) {
            // the next look tries again
        }
        return new Later(Cause.STORAGE);
    }

    private static StoredImage stored(Job job, ImageType type, long bytes, String sha256, int width, int height) {
        return new StoredImage(job.key(type), type.contentType(), bytes, sha256, width, height);
    }

    private Refused tooLarge() {
        return new Refused("The image is larger than " + maxBytes + " bytes.");
    }

    private static Cause cause(Exchange.Trouble trouble) {
        return switch (trouble) {
            case NAME_NOT_RESOLVED -> Cause.NAME_NOT_RESOLVED;
            case CONNECTION_FAILED -> Cause.CONNECTION_FAILED;
            case TLS_FAILED -> Cause.TLS_FAILED;
            case TIMED_OUT -> Cause.TIMED_OUT;
        };
    }
}
