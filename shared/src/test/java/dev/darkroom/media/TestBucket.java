package dev.darkroom.media;

import dev.darkroom.config.Environment;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.UUID;
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

/** A bucket of a test's own on a real S3 server that verifies signatures, in memory. The server is shared by all tests of this JVM and ends with it. */
final class TestBucket {
    static final AwsCredentialsProvider CREDENTIALS =
            StaticCredentialsProvider.create(AwsBasicCredentials.create("test-key", "test-secret"));
    private static final Pattern UNFINISHED = Pattern.compile("-[0-9a-f]{8}-[0-9a-f-]{27}$");

    private static final String SERVER;
    private static final S3Client CLIENT;

    static {
        S3Proxy server = S3Proxy.builder()
                .blobStore(new TransientNio2BlobStore())
                .endpoint(URI.create("http://127.0.0.1:0"))
                .awsAuthentication(AuthenticationType.AWS_V2_OR_V4, "test-key", "test-secret")
                .build();
        try {
            server.start();
        } catch (Exception e) {
            throw new IllegalStateException("the S3 server did not start", e);
        }
        SERVER = "http://127.0.0.1:" + server.getPort();
        CLIENT = S3Client.builder()
                .region(Region.EU_WEST_1)
                .endpointOverride(URI.create(SERVER))
                .forcePathStyle(true)
                .credentialsProvider(CREDENTIALS)
                .httpClientBuilder(Apache5HttpClient.builder())
                .build();
    }

    final String name = "images-" + UUID.randomUUID();
    final S3Client s3 = CLIENT;

    TestBucket() {
        s3.createBucket(request -> request.bucket(name));
    }

    Environment environment() {
        return environment(name, SERVER);
    }

    private static Environment environment(String name, String endpoint) {
        return new Environment(
                Map.of("IMAGES_BUCKET", name, "AWS_REGION", "eu-west-1", "AWS_ENDPOINT_URL_S3", endpoint));
    }

    /** Returns the product's own view of this bucket. */
    ImagesBucket bucket() {
        return new ImagesBucket(environment(), CREDENTIALS);
    }

    /** Returns the product's own view of a bucket {@code images} at this address. */
    static ImagesBucket bucket(String endpoint) {
        return new ImagesBucket(environment("images", endpoint), CREDENTIALS);
    }

    /** Returns the keys of the objects. Leaves out parts of broken-off uploads, which the server lists with a UUID after the key. */
    List<String> keys() {
        return listed().stream().filter(key -> !UNFINISHED.matcher(key).find()).toList();
    }

    private List<String> listed() {
        return s3.listObjectsV2(request -> request.bucket(name)).contents().stream()
                .map(S3Object::key)
                .toList();
    }

    void put(String key, byte[] bytes) {
        s3.putObject(request -> request.bucket(name).key(key), RequestBody.fromBytes(bytes));
    }

    byte[] object(String key) {
        return s3.getObjectAsBytes(request -> request.bucket(name).key(key)).asByteArray();
    }

    void empty() {
        listed().forEach(key -> s3.deleteObject(request -> request.bucket(name).key(key)));
    }
}
