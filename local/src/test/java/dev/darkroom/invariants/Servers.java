package dev.darkroom.invariants;

import dev.darkroom.config.Environment;
import dev.darkroom.local.apidot.Settings;
import dev.darkroom.local.apidot.SimulatedApiDot;
import dev.darkroom.local.aws.Clients;
import dev.darkroom.local.aws.DynamoDbServer;
import dev.darkroom.local.aws.S3Server;
import dev.darkroom.local.template.Template;
import dev.darkroom.local.template.TemplateReader;
import dev.darkroom.task.Budget;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.S3Object;

/** The world around the functions: DynamoDB Local with the template's table, an S3 server, and a simulated APIDot. */
final class Servers implements AutoCloseable {
    static final String TABLE = "proof-tasks";
    static final String BUCKET = "proof-images";
    static final String API_KEY = "proof-api-key-5f2c";
    static final String WEBHOOK_SECRET = "whsec_cHJvb2Ytd2ViaG9vay1zZWNyZXQtb2YtMzItYnl0ZXM=";

    private final DynamoDbServer dynamoDbServer;
    private final S3Server s3Server;
    private final SimulatedApiDot apiDot;
    private final DynamoDbClient dynamoDb;
    private final S3Client s3;

    private Servers(DynamoDbServer dynamoDbServer, S3Server s3Server, SimulatedApiDot apiDot) {
        this.dynamoDbServer = dynamoDbServer;
        this.s3Server = s3Server;
        this.apiDot = apiDot;
        this.dynamoDb = Clients.dynamoDb(url(dynamoDbServer.port()));
        this.s3 = Clients.s3(url(s3Server.port()));
    }

    static Servers start() throws Exception {
        return start(null);
    }

    /** @param mediaUrl the prefix of the URLs of upstream's files; null for this server's own address */
    static Servers start(@Nullable String mediaUrl) throws Exception {
        InetSocketAddress free = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        Servers servers = new Servers(
                DynamoDbServer.start(free),
                S3Server.start(free),
                // Every upstream task ends at once. The test decides which webhooks arrive, and when.
                SimulatedApiDot.start(
                        free,
                        Settings.quick(API_KEY)
                                .withPace(Duration.ZERO, Duration.ZERO)
                                .withPublicUrl(mediaUrl)
                                .withReceiverSecrets(List.of(WEBHOOK_SECRET))));
        template().tables().forEach(table -> DynamoDbServer.createWithoutStream(servers.dynamoDb, table));
        servers.s3.createBucket(request -> request.bucket(BUCKET));
        return servers;
    }

    private static Template template() {
        Path here = Path.of("template.yaml");
        return TemplateReader.read(
                Files.exists(here) ? here : Path.of("..").resolve(here),
                Map.of(),
                Map.of("TasksTable", TABLE, "ImagesBucket", BUCKET));
    }

    static URI url(int port) {
        return URI.create("http://localhost:" + port);
    }

    /** Returns the settings of functions that call the stores directly. */
    Environment environment() {
        return new Environment(Map.of(
                "AWS_REGION",
                Clients.REGION,
                "TASKS_TABLE",
                TABLE,
                "IMAGES_BUCKET",
                BUCKET,
                "AWS_ENDPOINT_URL_DYNAMODB",
                url(dynamoDbPort()).toString(),
                "AWS_ENDPOINT_URL_S3",
                url(s3Port()).toString()));
    }

    DynamoDbClient dynamoDb() {
        return dynamoDb;
    }

    S3Client s3() {
        return s3;
    }

    SimulatedApiDot apiDot() {
        return apiDot;
    }

    long credits(Budget budget) {
        Map<String, AttributeValue> counter = dynamoDb.getItem(request -> request.tableName(TABLE)
                        .key(Map.of("task_id", AttributeValue.fromS(budget.key())))
                        .consistentRead(true))
                .item();
        return counter.isEmpty()
                ? 0
                : Long.parseLong(counter.getOrDefault("credits", AttributeValue.fromN("0"))
                        .n());
    }

    /** Writes an object without any function's help. */
    void put(String key) {
        s3.putObject(request -> request.bucket(BUCKET).key(key), RequestBody.fromString("late"));
    }

    /** Writes an object that an earlier task with the same id left. */
    void leave(String key) {
        s3.putObject(
                request -> request.bucket(BUCKET).key(key).metadata(Map.of("created-at", "1")),
                RequestBody.fromString("earlier"));
    }

    List<String> keys(String prefix) {
        return s3.listObjectsV2(request -> request.bucket(BUCKET).prefix(prefix)).contents().stream()
                .map(S3Object::key)
                .toList();
    }

    void emptyTable() {
        dynamoDb.scanPaginator(request -> request.tableName(TABLE).projectionExpression("task_id"))
                .items()
                .forEach(item ->
                        dynamoDb.deleteItem(request -> request.tableName(TABLE).key(item)));
    }

    int dynamoDbPort() {
        return dynamoDbServer.port();
    }

    int s3Port() {
        return s3Server.port();
    }

    @Override
    public void close() {
        dynamoDb.close();
        s3.close();
        apiDot.close();
        s3Server.close();
        dynamoDbServer.close();
    }
}
