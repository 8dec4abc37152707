package dev.darkroom.media;

import dev.darkroom.config.Environment;
import dev.darkroom.net.TrustedHosts;
import dev.darkroom.net.UrlRules;
import dev.darkroom.net.Verdict;
import dev.darkroom.task.StoreUnavailableException;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.Map;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4FamilyHttpSigner;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4FamilyHttpSigner.AuthLocation;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4HttpSigner;
import software.amazon.awssdk.http.auth.spi.signer.HttpSigner;
import software.amazon.awssdk.identity.spi.AwsCredentialsIdentity;

/**
 * Presigns requests for single objects of the bucket, without a call to AWS. A URL allows what its signer's role may do. It
 * expires with that role's session or earlier, as requested here. Thread-safe.
 *
 * <p>The SDK's {@code S3Presigner} takes no clock, so each call would give another URL (ADR 34).
 */
public final class PresignedUrls {
    /** The longest time in which a download's URL stays the same, so that browsers can cache the picture. */
    static final Duration LONGEST_WINDOW = Duration.ofMinutes(5);

    /** A URL that is requested at the end of a window still works for eleven twelfths of its validity. */
    private static final int WINDOWS = 12;

    /** The longest that SigV4 allows: seven days, in seconds. */
    private static final long LONGEST = 604_800;

    private final AwsV4HttpSigner signer = AwsV4HttpSigner.create();
    private final AwsCredentialsProvider credentials;
    private final InstantSource clock;
    private final String region;
    private final URI base;
    private final Duration downloads;

    public PresignedUrls(Environment environment) {
        this(environment, DefaultCredentialsProvider.builder().build(), InstantSource.system());
    }

    public PresignedUrls(Environment environment, AwsCredentialsProvider credentials, InstantSource clock) {
        BucketSettings settings = BucketSettings.of(environment);
        this.credentials = credentials;
        this.clock = clock;
        this.region = settings.region().id();
        this.base = settings.objects();
        this.downloads = Duration.ofSeconds(environment.integer("DOWNLOAD_URL_SECONDS", 3600, 1, LONGEST));
    }

    /** Whether somebody who can reach only public hosts and these can use the URLs. */
    public boolean areAllowed(TrustedHosts trusted) {
        return UrlRules.check(base.toString(), trusted) instanceof Verdict.Allowed;
    }

    /**
     * A GET of the object. Within some minutes, every call gives the same URL.
     *
     * @param validity the URL works no longer than this, and at least eleven twelfths of it
     */
    public String get(String key, Duration validity) {
        long window = Math.max(1, Math.min(LONGEST_WINDOW.toSeconds(), validity.toSeconds() / WINDOWS));
        long now = clock.instant().getEpochSecond();
        return sign(SdkHttpMethod.GET, key, Map.of(), Instant.ofEpochSecond(now - now % window), validity);
    }

    /** A GET of a stored image for its owner. It works for {@code DOWNLOAD_URL_SECONDS} at most. */
    public String download(String key) {
        return get(key, downloads);
    }

    /** A PUT of a new object with exactly so many bytes of this type. S3 refuses everything else. */
    public String put(String key, String contentType, long bytes, Duration validity) {
        Map<String, String> headers =
                Map.of("Content-Type", contentType, "Content-Length", Long.toString(bytes), "If-None-Match", "*");
        return sign(SdkHttpMethod.PUT, key, headers, clock.instant(), validity);
    }

    private String sign(
            SdkHttpMethod method, String key, Map<String, String> headers, Instant from, Duration validity) {
        // Keys have only characters that need no escape (UserId.keySegment, TaskId, UploadId).
        SdkHttpRequest.Builder request = SdkHttpRequest.builder().method(method).uri(URI.create(base + "/" + key));
        headers.forEach(request::putHeader);
        AwsCredentialsIdentity identity;
        try {
            identity = credentials.resolveCredentials();
        } catch (SdkException e) {
            throw new StoreUnavailableException(e);
        }
        return signer.sign(sign -> sign.identity(identity)
                        .request(request.build())
                        .putProperty(AwsV4FamilyHttpSigner.SERVICE_SIGNING_NAME, "s3")
                        .putProperty(AwsV4HttpSigner.REGION_NAME, region)
                        .putProperty(AwsV4FamilyHttpSigner.AUTH_LOCATION, AuthLocation.QUERY_STRING)
                        .putProperty(AwsV4FamilyHttpSigner.EXPIRATION_DURATION, validity)
                        .putProperty(AwsV4FamilyHttpSigner.PAYLOAD_SIGNING_ENABLED, false)
                        .putProperty(AwsV4FamilyHttpSigner.NORMALIZE_PATH, false)
                        .putProperty(AwsV4FamilyHttpSigner.DOUBLE_URL_ENCODE, false)
                        .putProperty(HttpSigner.SIGNING_CLOCK, Clock.fixed(from, ZoneOffset.UTC)))
                .request()
                .getUri()
                .toString();
    }
}
