package dev.darkroom.media;

import dev.darkroom.config.Environment;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.gaul.s3proxy.S3Proxy;
import org.gaul.s3proxy.auth.AuthenticationType;
import org.gaul.s3proxy.nio2blob.TransientNio2BlobStore;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.apache5.Apache5HttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.S3Object;

/** A real S3 server that verifies signatures, with one bucket, in memory. */
final class TestBucket {
    static final AwsCredentialsProvider CREDENTIALS =
            StaticCredentialsProvider.create(AwsBasicCredentials.create("test-key", "test-secret"));
    private static final String NAME = "images";
    private static final Pattern UNFINISHED = Pattern.compile("-[0-9a-f]{8}-[0-9a-f-]{27}$");

    private final S3Proxy server;
    final S3Client s3;

    TestBucket() throws Exception {
        server = S3Proxy.builder()
                .blobStore(new TransientNio2BlobStore())
                .endpoint(URI.create("http://127.0.0.1:0"))
                .awsAuthentication(AuthenticationType.AWS_V2_OR_V4, "test-key", "test-secret")
                .build();
        server.start();
        s3 = S3Client.builder()
                .region(Region.EU_WEST_1)
                .endpointOverride(URI.create(endpoint()))
                .forcePathStyle(true)
                .credentialsProvider(CREDENTIALS)
                .httpClientBuilder(Apache5HttpClient.builder())
                .build();
        s3.createBucket(request -> request.bucket(NAME));
    }

    String endpoint() {
        return "http://127.0.0.1:" + server.getPort();
    }

    Environment environment() {
        return environment(endpoint());
    }

    static Environment environment(String endpoint) {
        return new Environment(
                Map.of("IMAGES_BUCKET", NAME, "AWS_REGION", "eu-west-1", "AWS_ENDPOINT_URL_S3", endpoint));
    }

    /** Returns the product's own view of the bucket, at this address. */
    static ImagesBucket bucket(String endpoint) {
        return new ImagesBucket(environment(endpoint), CREDENTIALS);
    }

    /** Returns the keys of the objects. Leaves out parts of broken-off uploads, which the server lists with a UUID after the key. */
    List<String> keys() {
        return listed().stream().filter(key -> !UNFINISHED.matcher(key).find()).toList();
    }

    private List<String> listed() {
        return s3.listObjectsV2(request -> request.bucket(NAME)).contents().stream()
                .map(S3Object::key)
                .toList();
    }

    void put(String key, byte[] bytes) {
        s3.putObject(request -> request.bucket(NAME).key(key), RequestBody.fromBytes(bytes));
    }

    byte[] object(String key) {
        return s3.getObjectAsBytes(request -> request.bucket(NAME).key(key)).asByteArray();
    }

    void empty() {
        listed().forEach(key -> s3.deleteObject(request -> request.bucket(NAME).key(key)));
    }

    void stop() throws Exception {
        s3.close();
        server.stop();
    }
}
