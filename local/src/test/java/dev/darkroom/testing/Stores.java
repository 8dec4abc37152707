package dev.darkroom.testing;

import dev.darkroom.config.Environment;
import dev.darkroom.local.Options;
import dev.darkroom.local.aws.Clients;
import dev.darkroom.local.aws.DynamoDbServer;
import dev.darkroom.local.aws.S3Server;
import dev.darkroom.local.template.TemplateReader;
import dev.darkroom.net.TestHost;
import dev.darkroom.store.DynamoTaskStore;
import dev.darkroom.task.Budget;
import dev.darkroom.task.TaskStore;
import java.lang.reflect.Proxy;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Pattern;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.apache5.Apache5HttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.S3Object;

/**
 * A table and a bucket for one test, as template.yaml describes them, but for the table's stream. Their servers are shared by all tests
 * of this JVM and end with it.
 */
public final class Stores {
    public static final URI TABLES;
    public static final URI BUCKETS;

    private static final Pattern UNFINISHED = Pattern.compile("-[0-9a-f]{8}-[0-9a-f-]{27}$");
    private static final DynamoDbClient DYNAMO_DB;
    private static final S3Client S3;

    static {
        InetSocketAddress free = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        try {
            TABLES = URI.create("http://127.0.0.1:" + DynamoDbServer.start(free).port());
            BUCKETS = URI.create("http://127.0.0.1:" + S3Server.start(free).port());
        } catch (Exception e) {
            throw new IllegalStateException("the stores did not start", e);
        }
        DYNAMO_DB = Clients.dynamoDb(TABLES);
        S3 = Clients.s3(BUCKETS);
    }

    private final String name = "darkroom-" + UUID.randomUUID();
    private final Calls calls = new Calls();

    /** The tests' own client; its calls are not counted. */
    public final DynamoDbClient dynamoDb = DYNAMO_DB;

    public final S3Client s3 = S3;

    /** The test's own store; its calls are not counted. */
    public final TaskStore own = new DynamoTaskStore(dynamoDb, name);

    /** The store for the code under test; its calls are counted. */
    public final TaskStore counted;

    public Stores() {
        TemplateReader.read(Options.forTests().template(), Map.of(), Map.of("TasksTable", name, "ImagesBucket", name))
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
    public static TaskStore unavailable() {
        return new DynamoTaskStore(Clients.dynamoDb(URI.create("http://127.0.0.1:" + TestHost.CLOSED_PORT)), "nothing");
    }

    /** Returns a store that fails as a programming error would. */
    public static TaskStore broken() {
        return (TaskStore) Proxy.newProxyInstance(
                TaskStore.class.getClassLoader(), new Class<?>[] {TaskStore.class}, (proxy, method, arguments) -> {
                    throw new IllegalStateException();
                });
    }

    /** Returns the name of the table, which is also the bucket's. */
    public String name() {
        return name;
    }

    public Calls calls() {
        return calls;
    }

    /** Returns the settings that every function needs, plus these. */
    public Environment environment(Map<String, String> more) {
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

    /** Returns the credits that this budget holds; 0 without a counter. */
    public long credits(Budget budget) {
        AttributeValue credits = item(budget.key()).get("credits");
        return credits == null ? 0 : Long.parseLong(credits.n());
    }

    /** Returns the attributes of an item; none if it does not exist. */
    public Map<String, AttributeValue> item(String key) {
        return dynamoDb.getItem(request -> request.tableName(name)
                        .key(Map.of("task_id", AttributeValue.fromS(key)))
                        .consistentRead(true))
                .item();
    }

    public void emptyTable() {
        dynamoDb.scanPaginator(request -> request.tableName(name).projectionExpression("task_id"))
                .items()
                .forEach(item ->
                        dynamoDb.deleteItem(request -> request.tableName(name).key(item)));
    }

    /** Writes an object without any function's help. */
    public void put(String key, byte[] bytes) {
        s3.putObject(request -> request.bucket(name).key(key), RequestBody.fromBytes(bytes));
    }

    /** Writes an object that an earlier task with the same id left. */
    public void leave(String key) {
        s3.putObject(request -> request.bucket(name).key(key).metadata(Map.of("created-at", "1")), RequestBody.empty());
    }

    public List<String> keys() {
        return keys("");
    }

    /** Returns the keys of the objects. Leaves out parts of broken-off uploads, which the server lists with a UUID after the key. */
    public List<String> keys(String prefix) {
        return s3.listObjectsV2Paginator(request -> request.bucket(name).prefix(prefix)).contents().stream()
                .map(S3Object::key)
                .filter(key -> !UNFINISHED.matcher(key).find())
                .toList();
    }

    public byte[] object(String key) {
        return s3.getObjectAsBytes(request -> request.bucket(name).key(key)).asByteArray();
    }
}
