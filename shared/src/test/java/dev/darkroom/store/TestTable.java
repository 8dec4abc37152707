package dev.darkroom.store;

import dev.darkroom.task.Budget;
import dev.darkroom.task.Item;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeDefinition;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;
import software.amazon.awssdk.services.dynamodb.model.GlobalSecondaryIndex;
import software.amazon.awssdk.services.dynamodb.model.KeySchemaElement;
import software.amazon.awssdk.services.dynamodb.model.KeyType;
import software.amazon.awssdk.services.dynamodb.model.ProjectionType;
import software.amazon.awssdk.services.dynamodb.model.ScalarAttributeType;
import software.amazon.dynamodb.services.local.embedded.DynamoDBEmbedded;
import software.amazon.dynamodb.services.local.monitoring.Telemetry;
import software.amazon.dynamodb.services.local.shared.access.AmazonDynamoDBLocal;

/** AWS's DynamoDB Local in this JVM, with a table like the one in template.yaml. */
final class TestTable implements AutoCloseable {
    static final String NAME = "tasks";

    private final AmazonDynamoDBLocal server;
    private final DynamoDbClient client;

    TestTable() {
        // Keeps DynamoDB Local from reporting its use to AWS.
        Telemetry.configureTelemetry("local", "local", false);
        server = DynamoDBEmbedded.create();
        client = server.dynamoDbClient();
        client.createTable(request -> request.tableName(NAME)
                .billingMode(BillingMode.PAY_PER_REQUEST)
                .attributeDefinitions(
                        definition("task_id", ScalarAttributeType.S),
                        definition("user_id", ScalarAttributeType.S),
                        definition("created_at", ScalarAttributeType.N),
                        definition("due_shard", ScalarAttributeType.N),
                        definition("due_at", ScalarAttributeType.N),
                        definition("upstream_task_id", ScalarAttributeType.S))
                .keySchema(key("task_id", KeyType.HASH))
                .globalSecondaryIndexes(
                        index("by_user", key("user_id", KeyType.HASH), key("created_at", KeyType.RANGE)),
                        index("due", key("due_shard", KeyType.HASH), key("due_at", KeyType.RANGE)),
                        index("by_upstream", key("upstream_task_id", KeyType.HASH))));
    }

    private static AttributeDefinition definition(String name, ScalarAttributeType type) {
        return AttributeDefinition.builder()
                .attributeName(name)
                .attributeType(type)
                .build();
    }

    private static KeySchemaElement key(String name, KeyType type) {
        return KeySchemaElement.builder().attributeName(name).keyType(type).build();
    }

    private static GlobalSecondaryIndex index(String name, KeySchemaElement... keys) {
        return GlobalSecondaryIndex.builder()
                .indexName(name)
                .keySchema(keys)
                .projection(projection -> projection.projectionType(ProjectionType.KEYS_ONLY))
                .build();
    }

    DynamoTaskStore store() {
        return new DynamoTaskStore(client, NAME);
    }

    /**
     * Returns a store whose requests go to this function first: it throws, answers instead of the table, or returns null to pass the
     * request on.
     */
    DynamoTaskStore store(Function<Object, @Nullable Object> first) {
        InvocationHandler handler = (proxy, method, arguments) -> {
            if (method.isDefault() && method.getName().endsWith("Paginator")) {
                return InvocationHandler.invokeDefault(proxy, method, arguments);
            }
            Object answer = arguments == null ? null : first.apply(arguments[0]);
            return answer == null ? called(method, arguments) : answer;
        };
        return new DynamoTaskStore(
                (DynamoDbClient) Proxy.newProxyInstance(
                        TestTable.class.getClassLoader(), new Class<?>[] {DynamoDbClient.class}, handler),
                NAME);
    }

    private Object called(Method method, Object[] arguments) throws Throwable {
        try {
            return method.invoke(client, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }

    static Map<String, AttributeValue> attributes(Item item) {
        Map<String, AttributeValue> attributes = new HashMap<>();
        item.attributes().forEach((attribute, value) -> attributes.put(attribute.text(), Items.toDynamo(value)));
        return attributes;
    }

    void put(Map<String, AttributeValue> item) {
        client.putItem(request -> request.tableName(NAME).item(item));
    }

    /** Returns the attributes of a user's counter of a day. */
    Map<String, AttributeValue> counter(Budget budget) {
        return item(budget.key());
    }

    /** Returns the attributes under this key. */
    Map<String, AttributeValue> item(String key) {
        return client.getItem(request -> request.tableName(NAME).key(Statements.key(key)))
                .item();
    }

    void clear() {
        List<Map<String, AttributeValue>> items =
                client.scan(request -> request.tableName(NAME)).items();
        for (Map<String, AttributeValue> item : items) {
            client.deleteItem(request -> request.tableName(NAME).key(Map.of("task_id", item.get("task_id"))));
        }
    }

    @Override
    public void close() {
        server.shutdown();
    }
}
