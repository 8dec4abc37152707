package dev.darkroom.bench;

import dev.darkroom.config.Environment;
import dev.darkroom.media.CopyResult;
import dev.darkroom.media.ImageCopier;
import dev.darkroom.media.ImagesBucket;
import dev.darkroom.net.OutsideHttp;
import dev.darkroom.net.TrustedHosts;
import dev.darkroom.task.TaskId;
import dev.darkroom.task.UserId;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import software.amazon.awssdk.auth.credentials.AnonymousCredentialsProvider;

/** The settle function's copier, between a local media host and a local bucket. */
final class Copying {
    private static final Duration LIMIT = Duration.ofMinutes(10);

    private final ImageCopier copier;

    Copying(String mediaHost, String bucketUrl) {
        Environment environment = new Environment(
                Map.of("IMAGES_BUCKET", "images", "AWS_REGION", "eu-central-1", "AWS_ENDPOINT_URL_S3", bucketUrl));
        copier = new ImageCopier(
                environment,
                new OutsideHttp(new TrustedHosts(Set.of(mediaHost))),
                // Over plain HTTP the SDK would sign each chunk of a body. Over TLS, as in production, it does not.
                new ImagesBucket(environment, AnonymousCredentialsProvider.create()));
    }

    void copy(String url) {
        CopyResult result = copier.copy(url, new UserId("alice"), new TaskId(StubCloud.TASK), Instant.EPOCH, 0, LIMIT);
        if (!(result instanceof CopyResult.Stored)) {
            throw new IllegalStateException("not copied: " + result);
        }
    }
}
