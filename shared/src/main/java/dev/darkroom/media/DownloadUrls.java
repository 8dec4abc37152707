package dev.darkroom.media;

import dev.darkroom.config.Environment;
import java.net.URI;
import java.time.Duration;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.services.s3.S3Configuration;
import software.amazon.awssdk.services.s3.presigner.S3Presigner;

/**
 * Presigns GETs of stored images: pure computation, no call to AWS. A URL works for {@code DOWNLOAD_URL_SECONDS} at most; it
 * dies earlier with the session of the role that signed it. Thread-safe.
 */
public final class DownloadUrls {
    /** SigV4's own longest, seven days in seconds. */
    private static final long LONGEST = 604_800;

    private final S3Presigner presigner;
    private final String bucket;
    private final Duration validity;

    public DownloadUrls(Environment environment) {
        this(environment, DefaultCredentialsProvider.builder().build());
    }

    public DownloadUrls(Environment environment, AwsCredentialsProvider credentials) {
        BucketSettings settings = BucketSettings.of(environment);
        S3Presigner.Builder builder = S3Presigner.builder()
                .region(settings.region())
                .credentialsProvider(credentials)
                .serviceConfiguration(S3Configuration.builder()
                        .pathStyleAccessEnabled(settings.pathStyle())
                        .build());
        URI endpoint = settings.endpoint();
        if (endpoint != null) {
            builder.endpointOverride(endpoint);
        }
        presigner = builder.build();
        bucket = settings.bucket();
        validity = Duration.ofSeconds(environment.integer("DOWNLOAD_URL_SECONDS", 3600, 1, LONGEST));
    }

    /** A URL that gives whoever holds it the object of this key. */
    public String sign(String key) {
        return presigner
                .presignGetObject(request -> request.signatureDuration(validity)
                        .getObjectRequest(get -> get.bucket(bucket).key(key)))
                .url()
                .toString();
    }
}
