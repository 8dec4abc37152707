package dev.darkroom.local.aws;

import dev.darkroom.local.template.Template.Table;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Phaser;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.handler.ContextHandler;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.CreateTableRequest;
import software.amazon.awssdk.services.dynamodb.model.GlobalSecondaryIndex;
import software.amazon.awssdk.services.dynamodb.model.GlobalSecondaryIndexDescription;
import software.amazon.awssdk.services.dynamodb.model.GlobalSecondaryIndexUpdate;
import software.amazon.awssdk.services.dynamodb.model.IndexStatus;
import software.amazon.awssdk.services.dynamodb.model.ResourceNotFoundException;
import software.amazon.awssdk.services.dynamodb.model.StreamSpecification;
import software.amazon.awssdk.services.dynamodb.model.TableDescription;
import software.amazon.dynamodb.services.local.monitoring.Telemetry;
import software.amazon.dynamodb.services.local.server.LocalDynamoDBRequestHandler;
import software.amazon.dynamodb.services.local.server.LocalDynamoDBServerHandler;

/** AWS's DynamoDB Local with its HTTP interface, one database for every caller. */
public final class DynamoDbServer implements AutoCloseable {
    /**
     * DynamoDB Local has one static map of its operations, and each new handler fills it anew. Without this lock, another server of
     * this JVM would refuse calls meanwhile, as unknown operations.
     */
    private static final ReadWriteLock OPERATIONS = new ReentrantReadWriteLock();

    private final Server server;
    private final LocalDynamoDBServerHandler handler;
    private final ObservedCalls calls;

    private DynamoDbServer(Server server, LocalDynamoDBServerHandler handler, ObservedCalls calls) {
        this.server = server;
        this.handler = handler;
        this.calls = calls;
    }

    /** Starts it in memory; a port of 0 takes a free one. */
    public static DynamoDbServer start(InetSocketAddress bind) throws Exception {
        return start(bind, null);
    }

    /**
     * Starts it; a port of 0 takes a free one.
     *
     * @param folder the folder of its database, which must exist; null: in memory
     */
    public static DynamoDbServer start(InetSocketAddress bind, @Nullable Path folder) throws Exception {
        // Otherwise it would report its use to AWS.
        Telemetry.configureTelemetry("local", "local", false);
        boolean oneDatabase = true;
        boolean delayTransientStatuses = false;
        LocalDynamoDBRequestHandler database = new LocalDynamoDBRequestHandler(
                bind.getPort(),
                folder == null,
                folder == null ? null : folder.toString(),
                oneDatabase,
                delayTransientStatuses);
        LocalDynamoDBServerHandler handler = handler(database);
        // Its own launcher listens on every address. The same handler in our server listens on the given one.
        Server server = new Server(bind);
        ObservedCalls calls = new ObservedCalls(new ContextHandler(handler, "/"));
        server.setHandler(calls);
        try {
            server.start();
        } catch (Exception e) {
            server.stop();
            throw e;
        }
        return new DynamoDbServer(server, handler, calls);
    }

    private static LocalDynamoDBServerHandler handler(LocalDynamoDBRequestHandler database) {
        OPERATIONS.writeLock().lock();
        try {
            return new LocalDynamoDBServerHandler(database, null) {
                @Override
                public boolean handle(Request request, Response response, Callback callback) throws Exception {
                    OPERATIONS.readLock().lock();
                    try {
                        return super.handle(request, response, callback);
                    } finally {
                        OPERATIONS.readLock().unlock();
                    }
                }
            };
        } finally {
            OPERATIONS.writeLock().unlock();
        }
    }

    /** Requests to the tables that have arrived so far, by operation, refused ones included; streams are not counted. */
    public Map<String, Long> calls() {
        return calls.arrived();
    }

    /** Advances after each answer to a request that may have changed a table. */
    public Phaser writes() {
        return calls.writes();
    }

    public int port() {
        return ((ServerConnector) server.getConnectors()[0]).getLocalPort();
    }

    /** Creates the table as the template describes it. Time to live is not set: tests move time by hand. */
    public static void create(DynamoDbClient dynamoDb, Table table) {
        dynamoDb.createTable(table.request());
    }

    /**
     * Creates the table without its stream, for a test that does not read it. DynamoDB Local looks for a stream's oldest record at
     * each call, and walks over the records of all older streams to find it.
     */
    public static void createWithoutStream(DynamoDbClient dynamoDb, Table table) {
        dynamoDb.createTable(table.request().copy(request -> request.streamSpecification((StreamSpecification) null)));
    }

    /**
     * Creates the table if it does not exist. A table of an older template gets the new indexes and keeps its items.
     *
     * @throws IllegalStateException if the table has a difference that cannot be added
     */
    public static void bringUpToDate(DynamoDbClient dynamoDb, Table table) {
        TableDescription there;
        try {
            there = dynamoDb.describeTable(request -> request.tableName(table.name()))
                    .table();
        } catch (ResourceNotFoundException e) {
            create(dynamoDb, table);
            return;
        }
        CreateTableRequest wanted = table.request();
        if (!there.keySchema().equals(wanted.keySchema())) {
            throw new IllegalStateException("its key is another");
        }
        if (wanted.streamSpecification() != null
                && !wanted.streamSpecification().equals(there.streamSpecification())) {
            throw new IllegalStateException("its stream is another");
        }
        for (GlobalSecondaryIndex index : wanted.globalSecondaryIndexes()) {
            Optional<GlobalSecondaryIndexDescription> known = there.globalSecondaryIndexes().stream()
                    .filter(each -> each.indexName().equals(index.indexName()))
                    .findFirst();
            if (known.isEmpty()) {
                add(dynamoDb, wanted, index);
            } else if (!known.get().keySchema().equals(index.keySchema())
                    || !known.get().projection().equals(index.projection())) {
                throw new IllegalStateException("its index " + index.indexName() + " is another");
            }
        }
    }

    private static void add(DynamoDbClient dynamoDb, CreateTableRequest table, GlobalSecondaryIndex index) {
        GlobalSecondaryIndexUpdate update = GlobalSecondaryIndexUpdate.builder()
                .create(added -> added.indexName(index.indexName())
                        .keySchema(index.keySchema())
                        .projection(index.projection()))
                .build();
        dynamoDb.updateTable(request -> request.tableName(table.tableName())
                .attributeDefinitions(table.attributeDefinitions())
                .globalSecondaryIndexUpdates(update));
        while (building(dynamoDb, table.tableName())) {
            LockSupport.parkNanos(50_000_000);
        }
    }

    private static boolean building(DynamoDbClient dynamoDb, String table) {
        return dynamoDb.describeTable(request -> request.tableName(table)).table().globalSecondaryIndexes().stream()
                .anyMatch(index -> index.indexStatus() != IndexStatus.ACTIVE);
    }

    @Override
    public void close() {
        try {
            server.stop();
        } catch (Exception e) {
            // What was answered is written already.
            System.err.println(
                    "DynamoDB Local did not stop cleanly: " + e.getClass().getName());
        }
        handler.close();
    }
}
