package dev.darkroom.media;

import dev.darkroom.config.Environment;
import dev.darkroom.net.HttpClients;
import dev.darkroom.task.ImageType;
import dev.darkroom.task.StoredImage;
import dev.darkroom.task.TaskId;
import dev.darkroom.task.UserId;
import java.io.InputStream;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.core.sync.ResponseTransformer;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3ClientBuilder;
import software.amazon.awssdk.services.s3.model.ChecksumAlgorithm;
import software.amazon.awssdk.services.s3.model.DeleteObjectRequest;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Request;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.s3.model.S3Object;

/** The team's bucket. We write an object once for each record of its task, and never change it. Thread-safe. */
public final class ImagesBucket {
    /** Gives the body's own limit time to end first, because its failure says why. */
    private static final Duration GRACE = Duration.ofMillis(500);

    /** A task's object never changes under its key. It belongs to one user, so no shared cache may keep it. */
    static final String CACHE_CONTROL = "private, max-age=31536000, immutable";

    private final S3Client s3;
    private final S3Client writes;
    private final String bucket;

    public ImagesBucket(Environment environment) {
        this(environment, DefaultCredentialsProvider.builder().build());
    }

    public ImagesBucket(Environment environment, AwsCredentialsProvider credentials) {
        this(BucketSettings.of(environment), credentials);
    }

    private ImagesBucket(BucketSettings settings, AwsCredentialsProvider credentials) {
        S3ClientBuilder builder = S3Client.builder()
                .region(settings.region())
                .credentialsProvider(credentials)
                .forcePathStyle(settings.pathStyle())
                .httpClient(HttpClients.forAws(Duration.ofSeconds(2), Duration.ofSeconds(20)));
        URI endpoint = settings.endpoint();
        if (endpoint != null) {
            builder.endpointOverride(endpoint);
        }
        s3 = builder.overrideConfiguration(override -> override.retryStrategy(HttpClients::backoff))
                .build();
        // A body that streams from another host cannot be sent twice. The next look at the task tries again.
        writes = builder.overrideConfiguration(override -> override.retryStrategy(AwsRetryStrategy.doNotRetry()))
                .build();
        bucket = settings.bucket();
    }

    /** Buckets by the names that events have. They share their connections. */
    public static Function<String, ImagesBucket> byName(Environment environment, AwsCredentialsProvider credentials) {
        ImagesBucket nameless = new ImagesBucket(BucketSettings.of(environment, ""), credentials);
        return name -> new ImagesBucket(nameless.s3, nameless.writes, name);
    }

    /** @param writes a client that repeats nothing */
    ImagesBucket(S3Client s3, S3Client writes, String bucket) {
        this.s3 = s3;
        this.writes = writes;
        this.bucket = bucket;
    }

    /** The key of a task's file. The index counts from 0. */
    static String key(UserId user, TaskId task, int index, ImageType type) {
        return folder(user, task) + index + "." + type.extension();
    }

    /** The beginning of the keys of a task's files. */
    private static String folder(UserId user, TaskId task) {
        return "images/" + user.keySegment() + "/" + task.value() + "/";
    }

    enum Put {
        STORED,
        /** Another write of this key came first, and its object stays. */
        ALREADY_THERE,
        /** Another write of this key is running. */
        CONFLICT,
        /** No answer, an error, or a body that threw. The object may exist anyway. */
        UNKNOWN
    }

    /**
     * Writes an object unless its key exists, or in place of the job's stale object and of no other. S3 checks the bytes by a CRC32
     * that is computed on the way. The copy computes the image's SHA-256 already; a second one for S3 would add a quarter to its
     * CPU time.
     *
     * @param body read once; if it throws, no object appears
     */
    Put put(String key, ImageType type, CopyJob job, InputStream body, long length) {
        String stale = job.stale();
        PutObjectRequest request = PutObjectRequest.builder()
                .bucket(bucket)
                .key(key)
                .contentType(type.contentType())
                .cacheControl(CACHE_CONTROL)
                .metadata(job.metadata())
                .ifNoneMatch(stale == null ? "*" : null)
                .ifMatch(stale)
                .checksumAlgorithm(ChecksumAlgorithm.CRC32)
                .overrideConfiguration(override ->
                        override.apiCallTimeout(atLeast(job.remaining()).plus(GRACE)))
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
     * Writes the preview of an image, in place of an existing one.
     *
     * @throws SdkException if the bucket refuses or does not answer within the limit
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

    /**
     * Reads an object, if there is one.
     *
     * @param range of the bytes, as HTTP writes it; null for all
     * @param reader It may be called again, with the object from its beginning.
     * @throws SdkException The bucket refused, did not answer, or did not send the whole object within the limit.
     */
    public <T> Optional<T> read(
            String key, @Nullable String range, Duration limit, ResponseTransformer<GetObjectResponse, T> reader) {
        GetObjectRequest request = GetObjectRequest.builder()
                .bucket(bucket)
                .key(key)
                .range(range)
                .overrideConfiguration(override -> override.apiCallTimeout(atLeast(limit)))
                .build();
        try {
            // Inside the call, so that its limit includes the body.
            return Optional.of(s3.getObject(request, reader));
        } catch (S3Exception e) {
            // Without the permission to list, S3 answers 403 for an object that does not exist.
            if (e.statusCode() == 404 || e.statusCode() == 403) {
                return Optional.empty();
            }
            throw e;
        }
    }

    /**
     * The keys of all existing images of a task. A record may not name them all, because a copy may exist without one.
     *
     * @throws SdkException if the bucket refuses or does not answer within the limit
     */
    public List<String> images(UserId user, TaskId task, Duration limit) {
        return keys(folder(user, task), limit);
    }

    /** The keys of all existing previews of a task's images, in the same way. */
    public List<String> previews(UserId user, TaskId task, Duration limit) {
        return keys(StoredImage.PREVIEWS + folder(user, task), limit);
    }

    private List<String> keys(String prefix, Duration limit) {
        ListObjectsV2Request request = ListObjectsV2Request.builder()
                .bucket(bucket)
                .prefix(prefix)
                .overrideConfiguration(override -> override.apiCallTimeout(atLeast(limit)))
                .build();
        return s3.listObjectsV2Paginator(request).contents().stream()
                .map(S3Object::key)
                .toList();
    }

    /**
     * Removes objects. An object that does not exist counts as removed.
     *
     * @param limit for each removal
     * @throws SdkException if the bucket refuses or does not answer within the limit
     */
    public void remove(List<String> keys, Duration limit) {
        for (String key : keys) {
            DeleteObjectRequest request = DeleteObjectRequest.builder()
                    .bucket(bucket)
                    .key(key)
                    .overrideConfiguration(override -> override.apiCallTimeout(atLeast(limit)))
                    .build();
            s3.deleteObject(request);
        }
    }

    /** The SDK refuses a limit of 0. This one ends the call just as well. */
    private static Duration atLeast(Duration limit) {
        return limit.isPositive() ? limit : Duration.ofMillis(1);
    }
}
