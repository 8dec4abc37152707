package dev.darkroom.local.aws;

import dev.darkroom.local.template.Template.Index;
import dev.darkroom.local.template.Template.KeyPart;
import dev.darkroom.local.template.Template.Table;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.handler.ContextHandler;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeDefinition;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;
import software.amazon.awssdk.services.dynamodb.model.CreateTableRequest;
import software.amazon.awssdk.services.dynamodb.model.GlobalSecondaryIndex;
import software.amazon.awssdk.services.dynamodb.model.KeySchemaElement;
import software.amazon.awssdk.services.dynamodb.model.Projection;
import software.amazon.awssdk.services.dynamodb.model.StreamSpecification;
import software.amazon.dynamodb.services.local.monitoring.Telemetry;
import software.amazon.dynamodb.services.local.server.LocalDynamoDBRequestHandler;
import software.amazon.dynamodb.services.local.server.LocalDynamoDBServerHandler;

/** AWS's DynamoDB Local with its HTTP interface, in memory, one database for every caller. */
public final class DynamoDbServer implements AutoCloseable {
    private final Server server;
    private final LocalDynamoDBServerHandler handler;
    private final CountedCalls calls;

    private DynamoDbServer(Server server, LocalDynamoDBServerHandler handler, CountedCalls calls) {
        this.server = server;
        this.handler = handler;
        this.calls = calls;
    }

    /** Starts it; a port of 0 takes a free one. */
    public static DynamoDbServer start(InetSocketAddress bind) throws Exception {
        // It would report its use to AWS.
        Telemetry.configureTelemetry("local", "local", false);
        boolean inMemory = true;
        boolean oneDatabase = true;
        boolean delayTransientStatuses = false;
        LocalDynamoDBServerHandler handler = new LocalDynamoDBServerHandler(
                new LocalDynamoDBRequestHandler(bind.getPort(), inMemory, null, oneDatabase, delayTransientStatuses),
                null);
        // Its own launcher listens on every address; the same handler under a server of ours listens where it is told.
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
                .attributeDefinitions(table.attributes().entrySet().stream()
                        .map(attribute -> AttributeDefinition.builder()
                                .attributeName(attribute.getKey())
                                .attributeType(attribute.getValue())
                                .build())
                        .toList())
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
            // It keeps nothing, so nothing is lost with it.
            System.err.println(
                    "DynamoDB Local did not stop cleanly: " + e.getClass().getName());
        }
        handler.close();
    }
}
