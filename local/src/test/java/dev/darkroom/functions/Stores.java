package dev.darkroom.functions;

import dev.darkroom.config.Environment;
import dev.darkroom.local.aws.Clients;
import dev.darkroom.local.aws.DynamoDbServer;
import dev.darkroom.local.aws.S3Server;
import dev.darkroom.local.template.TemplateReader;
import dev.darkroom.net.TestHost;
import dev.darkroom.store.DynamoTaskStore;
import dev.darkroom.task.TaskStore;
import java.lang.reflect.Proxy;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Pattern;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.apache5.Apache5HttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.S3Object;

/**
 * A table and a bucket for one test, as template.yaml describes them. Their servers are shared by all tests of this JVM and end with it.
 */
final class Stores {
    private static final Pattern UNFINISHED = Pattern.compile("-[0-9a-f]{8}-[0-9a-f-]{27}$");
    private static final URI TABLES;
    private static final URI BUCKETS;

    static {
        InetSocketAddress free = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        try {
            TABLES = URI.create("http://127.0.0.1:" + DynamoDbServer.start(free).port());
            BUCKETS = URI.create("http://127.0.0.1:" + S3Server.start(free).port());
        } catch (Exception e) {
            throw new IllegalStateException("the stores did not start", e);
        }
    }

    private final String name = "trial-" + UUID.randomUUID();
    private final Calls calls = new Calls();

    /** The test's own client; its calls are not counted. */
    final DynamoDbClient dynamoDb = Clients.dynamoDb(TABLES);

    final S3Client s3 = Clients.s3(BUCKETS);

    /** The test's own store; its calls are not counted. */
    final TaskStore own = new DynamoTaskStore(dynamoDb, name);

    /** The store for the code under test; its calls are counted. */
    final TaskStore counted;

    Stores() {
        TemplateReader.read(Path.of("..", "template.yaml"), Map.of(), Map.of("TasksTable", name, "ImagesBucket", name))
                .tables()
                .forEach(table -> DynamoDbServer.createWithoutStream(dynamoDb, table));
        s3.createBucket(request -> request.bucket(name));
        counted = new DynamoTaskStore(
                DynamoDbClient.builder()
                        .endpointOverride(TABLES)
                        .region(Region.of(Clients.REGION))
                        .credentialsProvider(StaticCredentialsProvider.create(
                                AwsBasicCredentials.create(Clients.ACCESS_KEY, Clients.SECRET_KEY)))
                        .httpClientBuilder(Apache5HttpClient.builder())
                        .overrideConfiguration(override -> override.addExecutionInterceptor(calls))
                        .build(),
                name);
    }

    /** Returns a store whose table is unreachable. */
    static TaskStore unavailable() {
        return new DynamoTaskStore(Clients.dynamoDb(URI.create("http://127.0.0.1:" + TestHost.CLOSED_PORT)), "nothing");
    }

    /** Returns a store that fails as a programming error would. */
    static TaskStore broken() {
        return (TaskStore) Proxy.newProxyInstance(
                TaskStore.class.getClassLoader(), new Class<?>[] {TaskStore.class}, (proxy, method, arguments) -> {
                    throw new IllegalStateException();
                });
    }

    /** Returns the name of the table, which is also the bucket's. */
    String name() {
        return name;
    }

    Calls calls() {
        return calls;
    }

    /** Returns the settings that every function needs, plus these. */
    Environment environment(Map<String, String> more) {
        Map<String, String> settings = new HashMap<>(Map.of(
                "TASKS_TABLE",
                name,
                "IMAGES_BUCKET",
                name,
                "AWS_REGION",
                Clients.REGION,
                "AWS_ENDPOINT_URL_DYNAMODB",
                TABLES.toString(),
                "AWS_ENDPOINT_URL_S3",
                BUCKETS.toString()));
        settings.putAll(more);
        return new Environment(settings);
    }

    /** Returns the keys of all objects. Leaves out parts of broken-off uploads, which the server lists with a UUID after the key. */
    List<String> keys() {
        return s3.listObjectsV2Paginator(request -> request.bucket(name)).contents().stream()
                .map(S3Object::key)
                .filter(key -> !UNFINISHED.matcher(key).find())
                .toList();
    }

    byte[] object(String key) {
        return s3.getObjectAsBytes(request -> request.bucket(name).key(key)).asByteArray();
    }
}
