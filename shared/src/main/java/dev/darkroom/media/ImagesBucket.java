package dev.darkroom.media;

import dev.darkroom.config.Environment;
import dev.darkroom.net.HttpClients;
import dev.darkroom.task.StoreUnavailableException;
import dev.darkroom.task.TaskId;
import dev.darkroom.task.UserId;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3ClientBuilder;
import software.amazon.awssdk.services.s3.model.ChecksumAlgorithm;
import software.amazon.awssdk.services.s3.model.DeleteObjectRequest;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Request;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.s3.model.S3Object;

/** The team's bucket. An object is written once and never changed by us. Thread-safe. */
public final class ImagesBucket {
    /** So that the end of a body by its own limit, which tells why, comes first. */
    private static final Duration GRACE = Duration.ofMillis(500);

    /** An object never changes under its key; it is one user's, so no cache on the way may keep it. */
    static final String CACHE_CONTROL = "private, max-age=31536000, immutable";

    private static final Duration DELETED_WITHIN = Duration.ofSeconds(10);

    private final S3Client s3;
    private final S3Client writes;
    private final String bucket;

    public ImagesBucket(Environment environment) {
        this(environment, DefaultCredentialsProvider.builder().build());
    }

    public ImagesBucket(Environment environment, AwsCredentialsProvider credentials) {
        BucketSettings settings = BucketSettings.of(environment);
        S3ClientBuilder builder = S3Client.builder()
                .region(settings.region())
                .credentialsProvider(credentials)
                .forcePathStyle(settings.pathStyle())
                .httpClient(HttpClients.forAws(Duration.ofSeconds(2), Duration.ofSeconds(20)));
        URI endpoint = settings.endpoint();
        if (endpoint != null) {
            builder.endpointOverride(endpoint);
        }
        s3 = builder.build();
        // A body that streams from elsewhere cannot be sent twice; the next look at the task tries again.
        writes = builder.overrideConfiguration(override -> override.retryStrategy(AwsRetryStrategy.doNotRetry()))
                .build();
        bucket = settings.bucket();
    }

    /** Where a file of a task is stored; the index counts from 0. */
    static String key(UserId user, TaskId task, int index, ImageType type) {
        return folder(user, task) + index + "." + type.extension();
    }

    private static String folder(UserId user, TaskId task) {
        return "images/" + user.keySegment() + "/" + task.value() + "/";
    }

    enum Put {
        STORED,
        /** Another write of this key came first; its object stays. */
        ALREADY_THERE,
        /** Another write of this key is under way. */
        CONFLICT,
        /** No answer, an error, or a body that threw: the object may be there all the same. */
        UNKNOWN
    }

    /**
     * Writes an object if there is none of its key. S3 checks what arrives by its CRC32, computed while it is sent: the SHA-256
     * of an image is taken as it passes anyhow, and a second one would add a quarter to the CPU time of a copy.
     *
     * @param body read once; when it throws, no object appears
     */
    Put put(String key, ImageType type, TaskId task, InputStream body, long length, Duration limit) {
        PutObjectRequest request = PutObjectRequest.builder()
                .bucket(bucket)
                .key(key)
                .contentType(type.contentType())
                .cacheControl(CACHE_CONTROL)
                .metadata(Map.of("task-id", task.value()))
                .ifNoneMatch("*")
                .checksumAlgorithm(ChecksumAlgorithm.CRC32)
                .overrideConfiguration(
                        override -> override.apiCallTimeout(atLeast(limit).plus(GRACE)))
                .build();
        try {
            writes.putObject(request, RequestBody.fromContentProvider(() -> body, length, type.contentType()));
            return Put.STORED;
        } catch (S3Exception e) {
            return switch (e.statusCode()) {
                case 412 -> Put.ALREADY_THERE;
                case 409 -> Put.CONFLICT;
                default -> Put.UNKNOWN;
            };
        } catch (SdkException e) {
            return Put.UNKNOWN;
        }
    }

    /**
     * Writes the preview of an image; one that is there already is replaced, by the same.
     *
     * @throws SdkException when the bucket does not answer within the limit or refuses
     */
    public void putPreview(String key, byte[] jpeg, Duration limit) {
        PutObjectRequest request = PutObjectRequest.builder()
                .bucket(bucket)
                .key(key)
                .contentType(ImageType.JPEG.contentType())
                .cacheControl(CACHE_CONTROL)
                .checksumAlgorithm(ChecksumAlgorithm.CRC32)
                .overrideConfiguration(override -> override.apiCallTimeout(atLeast(limit)))
                .build();
        s3.putObject(request, RequestBody.fromBytes(jpeg));
    }

    /** Takes from an object's bytes what its caller needs. It may be called again, from the object's beginning. */
    @FunctionalInterface
    public interface Reader<T> {
        T read(InputStream body) throws IOException;
    }

    /**
     * Reads an object, if there is one.
     *
     * @throws SdkException when the bucket does not answer or refuses, or the object does not come whole within the limit
     */
    public <T> Optional<T> read(String key, Duration limit, Reader<T> reader) {
        return read(key, null, limit, reader);
    }

    /** The same for the object's first bytes only: so many, or all if there are less. */
    <T> Optional<T> readFirst(long bytes, String key, Duration limit, Reader<T> reader) {
        return read(key, "bytes=0-" + (bytes - 1), limit, reader);
    }

    private <T> Optional<T> read(String key, @Nullable String range, Duration limit, Reader<T> reader) {
        GetObjectRequest request = GetObjectRequest.builder()
                .bucket(bucket)
                .key(key)
                .range(range)
                .overrideConfiguration(override -> override.apiCallTimeout(atLeast(limit)))
                .build();
        try {
            // In the call, so that its limit holds for the body too.
            return s3.getObject(request, (response, body) -> Optional.of(reader.read(body)));
        } catch (S3Exception e) {
            // Without the right to list, S3 says 403 of what is not there.
            if (e.statusCode() == 404 || e.statusCode() == 403) {
                return Optional.empty();
            }
            throw e;
        }
    }

    /** What a task's images are under, or the previews of them. */
    public enum Kind {
        IMAGES(""),
        /** Each is named after its image. */
        PREVIEWS("previews/");

        private final String root;

        Kind(String root) {
            this.root = root;
        }
    }

    /**
     * The keys of a task's objects: whatever is there, not what a record names, since a copy may be there without one.
     *
     * @throws IOException when the bucket refuses or does not answer within the limit
     */
    public List<String> keys(Kind kind, UserId user, TaskId task, Duration limit) throws IOException {
        ListObjectsV2Request request = ListObjectsV2Request.builder()
                .bucket(bucket)
                .prefix(kind.root + folder(user, task))
                .overrideConfiguration(override -> override.apiCallTimeout(atLeast(limit)))
                .build();
        try {
            return s3.listObjectsV2Paginator(request).contents().stream()
                    .map(S3Object::key)
                    .toList();
        } catch (SdkException e) {
            throw new IOException("the bucket gave no list", e);
        }
    }

    /**
     * Removes objects; one that is gone already counts as removed.
     *
     * @param limit of each removal
     * @throws IOException when the bucket refuses or does not answer within the limit
     */
    public void remove(List<String> keys, Duration limit) throws IOException {
        for (String key : keys) {
            DeleteObjectRequest request = DeleteObjectRequest.builder()
                    .bucket(bucket)
                    .key(key)
                    .overrideConfiguration(override -> override.apiCallTimeout(atLeast(limit)))
                    .build();
            try {
                s3.deleteObject(request);
            } catch (SdkException e) {
                throw new IOException("the bucket removed nothing", e);
            }
        }
    }

    /**
     * Removes an object, if there is one.
     *
     * @throws StoreUnavailableException when the bucket does not answer or refuses
     */
    public void delete(String key) {
        try {
            s3.deleteObject(request -> request.bucket(bucket)
                    .key(key)
                    .overrideConfiguration(override -> override.apiCallTimeout(DELETED_WITHIN)));
        } catch (SdkException e) {
            throw new StoreUnavailableException(e);
        }
    }

    /** The SDK refuses a limit of nothing; this one fails as surely. */
    private static Duration atLeast(Duration limit) {
        return limit.isPositive() ? limit : Duration.ofMillis(1);
    }
}
