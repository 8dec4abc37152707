package dev.darkroom.local.aws;

import dev.darkroom.local.template.Template.Index;
import dev.darkroom.local.template.Template.KeyPart;
import dev.darkroom.local.template.Template.Table;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.handler.ContextHandler;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeDefinition;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;
import software.amazon.awssdk.services.dynamodb.model.CreateGlobalSecondaryIndexAction;
import software.amazon.awssdk.services.dynamodb.model.CreateTableRequest;
import software.amazon.awssdk.services.dynamodb.model.GlobalSecondaryIndex;
import software.amazon.awssdk.services.dynamodb.model.GlobalSecondaryIndexDescription;
import software.amazon.awssdk.services.dynamodb.model.GlobalSecondaryIndexUpdate;
import software.amazon.awssdk.services.dynamodb.model.IndexStatus;
import software.amazon.awssdk.services.dynamodb.model.KeySchemaElement;
import software.amazon.awssdk.services.dynamodb.model.Projection;
import software.amazon.awssdk.services.dynamodb.model.ResourceNotFoundException;
import software.amazon.awssdk.services.dynamodb.model.StreamSpecification;
import software.amazon.awssdk.services.dynamodb.model.TableDescription;
import software.amazon.dynamodb.services.local.monitoring.Telemetry;
import software.amazon.dynamodb.services.local.server.LocalDynamoDBRequestHandler;
import software.amazon.dynamodb.services.local.server.LocalDynamoDBServerHandler;

/** AWS's DynamoDB Local with its HTTP interface, one database for every caller. */
public final class DynamoDbServer implements AutoCloseable {
    private final Server server;
    private final LocalDynamoDBServerHandler handler;
    private final CountedCalls calls;

    private DynamoDbServer(Server server, LocalDynamoDBServerHandler handler, CountedCalls calls) {
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
        LocalDynamoDBServerHandler handler = new LocalDynamoDBServerHandler(
                new LocalDynamoDBRequestHandler(
                        bind.getPort(),
                        folder == null,
                        folder == null ? null : folder.toString(),
                        oneDatabase,
                        delayTransientStatuses),
                null);
        // Its own launcher listens on every address. The same handler in our server listens on the given one.
        Server server = new Server(bind);
        CountedCalls calls = new CountedCalls(new ContextHandler(handler, "/"));
        server.setHandler(calls);
        try {
            server.start();
        } catch (Exception e) {
            server.stop();
            throw e;
        }
        return new DynamoDbServer(server, handler, calls);
    }

    /** Requests to the tables that have arrived so far, by operation, refused ones included; streams are not counted. */
    public Map<String, Long> calls() {
        return calls.arrived();
    }

    public int port() {
        return ((ServerConnector) server.getConnectors()[0]).getLocalPort();
    }

    /** Creates the table as the template describes it. Time to live is not set: tests move time by hand. */
    public static void create(DynamoDbClient dynamoDb, Table table) {
        CreateTableRequest.Builder request = CreateTableRequest.builder()
                .tableName(table.name())
                .billingMode(BillingMode.PAY_PER_REQUEST)
                .attributeDefinitions(definitions(table))
                .keySchema(schema(table.key()));
        if (!table.indexes().isEmpty()) {
            request.globalSecondaryIndexes(
                    table.indexes().stream().map(DynamoDbServer::index).toList());
        }
        String view = table.streamView();
        if (view != null) {
            request.streamSpecification(StreamSpecification.builder()
                    .streamEnabled(true)
                    .streamViewType(view)
                    .build());
        }
        dynamoDb.createTable(request.build());
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
        if (!there.keySchema().equals(schema(table.key()))) {
            throw new IllegalStateException("its key is another");
        }
        StreamSpecification stream = there.streamSpecification();
        if (table.streamView() != null
                && (stream == null || !table.streamView().equals(stream.streamViewTypeAsString()))) {
            throw new IllegalStateException("its stream is another");
        }
        for (Index index : table.indexes()) {
            GlobalSecondaryIndex wanted = index(index);
            Optional<GlobalSecondaryIndexDescription> known = there.globalSecondaryIndexes().stream()
                    .filter(each -> each.indexName().equals(index.name()))
                    .findFirst();
            if (known.isEmpty()) {
                add(dynamoDb, table, wanted);
            } else if (!known.get().keySchema().equals(wanted.keySchema())
                    || !known.get().projection().equals(wanted.projection())) {
                throw new IllegalStateException("its index " + index.name() + " is another");
            }
        }
    }

    private static void add(DynamoDbClient dynamoDb, Table table, GlobalSecondaryIndex index) {
        CreateGlobalSecondaryIndexAction added = CreateGlobalSecondaryIndexAction.builder()
                .indexName(index.indexName())
                .keySchema(index.keySchema())
                .projection(index.projection())
                .build();
        GlobalSecondaryIndexUpdate update =
                GlobalSecondaryIndexUpdate.builder().create(added).build();
        dynamoDb.updateTable(request -> request.tableName(table.name())
                .attributeDefinitions(definitions(table))
                .globalSecondaryIndexUpdates(List.of(update)));
        while (building(dynamoDb, table)) {
            LockSupport.parkNanos(50_000_000);
        }
    }

    private static boolean building(DynamoDbClient dynamoDb, Table table) {
        return dynamoDb
                .describeTable(request -> request.tableName(table.name()))
                .table()
                .globalSecondaryIndexes()
                .stream()
                .anyMatch(index -> index.indexStatus() != IndexStatus.ACTIVE);
    }

    private static List<AttributeDefinition> definitions(Table table) {
        return table.attributes().entrySet().stream()
                .map(attribute -> AttributeDefinition.builder()
                        .attributeName(attribute.getKey())
                        .attributeType(attribute.getValue())
                        .build())
                .toList();
    }

    private static GlobalSecondaryIndex index(Index index) {
        Projection.Builder projection = Projection.builder().projectionType(index.projection());
        if (!index.attributes().isEmpty()) {
            projection.nonKeyAttributes(index.attributes());
        }
        return GlobalSecondaryIndex.builder()
                .indexName(index.name())
                .keySchema(schema(index.key()))
                .projection(projection.build())
                .build();
    }

    private static List<KeySchemaElement> schema(List<KeyPart> key) {
        return key.stream()
                .map(part -> KeySchemaElement.builder()
                        .attributeName(part.attribute())
                        .keyType(part.type())
                        .build())
                .toList();
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
