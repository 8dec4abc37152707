package dev.darkroom.media;

import dev.darkroom.config.Environment;
import java.net.URI;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.regions.Region;

/** The bucket's location: {@code IMAGES_BUCKET}, {@code AWS_REGION} and, for another S3, {@code AWS_ENDPOINT_URL_S3}. */
record BucketSettings(
        String bucket, Region region, @Nullable URI endpoint) {
    static BucketSettings of(Environment environment) {
        return of(environment, environment.required("IMAGES_BUCKET"));
    }

    static BucketSettings of(Environment environment, String bucket) {
        URI endpoint = environment.optional("AWS_ENDPOINT_URL_S3") == null
                ? null
                : environment.baseUrl("AWS_ENDPOINT_URL_S3", null);
        return new BucketSettings(bucket, Region.of(environment.required("AWS_REGION")), endpoint);
    }

    /** Other servers than AWS have no DNS name for each bucket. */
    boolean pathStyle() {
        return endpoint != null && !endpoint.getHost().contains(".amazonaws.com");
    }

    /** The beginning of an object's URL, before the slash of its key. */
    URI objects() {
        if (endpoint == null) {
            return URI.create("https://" + bucket + ".s3." + region.id() + ".amazonaws.com");
        }
        return pathStyle()
                ? URI.create(endpoint + "/" + bucket)
                : URI.create(endpoint.getScheme() + "://" + bucket + "." + endpoint.getRawAuthority());
    }
}
