package dev.darkroom.store;

import dev.darkroom.task.Attribute;
import dev.darkroom.task.Budget;
import dev.darkroom.task.CreditChange;
import dev.darkroom.task.Due;
import dev.darkroom.task.Recorded;
import dev.darkroom.task.StoreUnavailableException;
import dev.darkroom.task.Task;
import dev.darkroom.task.TaskId;
import dev.darkroom.task.TaskStore;
import dev.darkroom.task.UpstreamTaskId;
import dev.darkroom.task.UserId;
import dev.darkroom.task.Waking;
import dev.darkroom.task.Write;
import dev.darkroom.task.Written;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Gatherers;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.BatchGetItemResponse;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;
import software.amazon.awssdk.services.dynamodb.model.KeysAndAttributes;
import software.amazon.awssdk.services.dynamodb.model.QueryRequest;
import software.amazon.awssdk.services.dynamodb.model.QueryResponse;

/** The table of tasks. Thread-safe. */
public final class DynamoTaskStore implements TaskStore {
    /** DynamoDB's limit for one batch. */
    private static final int MOST_KEYS = 100;

    private final DynamoDbClient dynamo;
    private final String table;
    private final Transactions transactions;

    public DynamoTaskStore(DynamoDbClient dynamo, String table) {
        this.dynamo = dynamo;
        this.table = table;
        this.transactions = new Transactions(dynamo, table);
    }

    private static <T> T call(Supplier<T> request) {
        try {
            return request.get();
        } catch (SdkException e) {
            throw new StoreUnavailableException(e);
        }
    }

    @Override
    public Recorded record(Write.Update record, long dailyLimit) {
        CreditChange credits = record.credits();
        return credits == null ? write(record) : call(() -> transactions.write(record, credits, dailyLimit));
    }

    @Override
    public Written write(Write write) {
        return call(() -> write instanceof Write.Update update && update.credits() == null
                ? alone(update)
                : transactions.write(write));
    }

    private Written alone(Write.Update write) {
        try {
            return new Written.Applied(Items.fromDynamo(
                    dynamo.updateItem(Statements.alone(table, write)).attributes()));
        } catch (ConditionalCheckFailedException e) {
            return write.refusedBy(Items.fromDynamo(e.item()));
        }
    }

    /**
     * Counts one more upload of a user and day, unless the limit is reached. The SDK may repeat a write whose answer was lost, so
     * an upload may count twice. Then the user can upload a little less, never more.
     *
     * @return whether it was counted
     */
    public boolean countUpload(Budget day, long limit) {
        return call(() -> {
            try {
                dynamo.updateItem(update -> update.tableName(table)
                        .key(Statements.key(day.key()))
                        .conditionExpression("attribute_not_exists(uploads) OR uploads < :limit")
                        .updateExpression("SET expires_at = :expiry ADD uploads :one")
                        .expressionAttributeValues(Map.of(
                                ":limit", Items.toDynamo(limit),
                                ":expiry", Items.toDynamo(day.expiry().getEpochSecond()),
                                ":one", Items.toDynamo(1))));
                return true;
            } catch (ConditionalCheckFailedException e) {
                return false;
            }
        });
    }

    @Override
    public Optional<Task> read(TaskId task) {
        Map<String, AttributeValue> item = call(() -> dynamo.getItem(get ->
                        get.tableName(table).key(Statements.key(task.value())).consistentRead(true))
                .item());
        return item.isEmpty() ? Optional.empty() : Optional.of(new Task(Items.fromDynamo(item)));
    }

    @Override
    public Page page(UserId user, @Nullable Position after, int limit) {
        QueryRequest.Builder query = query(
                        "by_user", "user_id = :user", Map.of(":user", AttributeValue.fromS(user.value())))
                .scanIndexForward(false)
                .limit(limit);
        if (after != null) {
            Map<String, AttributeValue> start =
                    new HashMap<>(Statements.key(after.task().value()));
            start.put("user_id", AttributeValue.fromS(user.value()));
            start.put("created_at", Items.toDynamo(after.createdAt()));
            query.exclusiveStartKey(start);
        }
        return call(() -> {
            QueryResponse answer = dynamo.query(query.build());
            List<Task> tasks = items(answer.items().stream())
                    .map(Items::fromDynamo)
                    // The index is eventually consistent, so the item says whose task it is.
                    .filter(item -> user.value().equals(item.text(Attribute.USER_ID)))
                    .map(Task::new)
                    .toList();
            return new Page(tasks, answer.hasLastEvaluatedKey() ? position(answer.lastEvaluatedKey()) : null);
        });
    }

    @Override
    public List<Task> holders(UpstreamTaskId upstream) {
        QueryRequest query = query(
                        "by_upstream",
                        "upstream_task_id = :upstream",
                        Map.of(":upstream", AttributeValue.fromS(upstream.value())))
                .build();
        return call(() -> items(dynamo.queryPaginator(query).items().stream())
                .map(Items::fromDynamo)
                .filter(item -> upstream.value().equals(item.text(Attribute.UPSTREAM_TASK_ID)))
                .map(Task::new)
                .toList());
    }

    /**
     * The items that an index's entries name, strongly consistent and in the same order, without those that do not exist. Each is
     * read once, even if it is named twice: an index may have two entries of an item that was replaced, and DynamoDB refuses a key
     * that is repeated.
     */
    private Stream<Map<String, AttributeValue>> items(Stream<Map<String, AttributeValue>> entries) {
        List<String> tasks = entries.filter(DynamoTaskStore::isTask)
                .map(DynamoTaskStore::taskId)
                .distinct()
                .toList();
        Map<String, Map<String, AttributeValue>> found = tasks.stream()
                .map(Statements::key)
                .gather(Gatherers.windowFixed(MOST_KEYS))
                .flatMap(this::batch)
                .collect(Collectors.toMap(DynamoTaskStore::taskId, Function.identity()));
        return tasks.stream().map(found::get).filter(Objects::nonNull);
    }

    /** An answer holds 16 MB at most, and less if the table is busy. The paginator asks again for what was left out. */
    private Stream<Map<String, AttributeValue>> batch(List<Map<String, AttributeValue>> keys) {
        KeysAndAttributes wanted =
                KeysAndAttributes.builder().keys(keys).consistentRead(true).build();
        List<Map<String, AttributeValue>> items = new ArrayList<>();
        int answers = 0;
        for (BatchGetItemResponse answer :
                dynamo.batchGetItemPaginator(get -> get.requestItems(Map.of(table, wanted)))) {
            items.addAll(answer.responses().getOrDefault(table, List.of()));
            if (++answers == MOST_KEYS && !answer.unprocessedKeys().isEmpty()) {
                throw SdkClientException.create("the table processes no keys");
            }
        }
        return items.stream();
    }

    /** Another id is one that a person has written. */
    private static boolean isTask(Map<String, AttributeValue> item) {
        return TaskId.parse(taskId(item)).isPresent();
    }

    private static String taskId(Map<String, AttributeValue> item) {
        return Objects.requireNonNull(item.get(Attribute.TASK_ID.text())).s();
    }

    private static Position position(Map<String, AttributeValue> key) {
        return Position.of(new Task(Items.fromDynamo(key)));
    }

    @Override
    public void overdue(int shard, Instant now, Consumer<Waking.Overdue> found) {
        if (shard < 0 || shard >= Due.SHARDS) {
            throw new IllegalArgumentException("no such shard");
        }
        QueryRequest query = query(
                        "due",
                        "due_shard = :shard AND due_at <= :now",
                        Map.of(":shard", Items.toDynamo(shard), ":now", Items.toDynamo(now.toEpochMilli())))
                .limit(1000)
                .build();
        try {
            dynamo.queryPaginator(query).items().stream()
                    .filter(DynamoTaskStore::isTask)
                    .map(item -> Waking.Overdue.of(Items.fromDynamo(item)))
                    .forEach(found);
        } catch (SdkException e) {
            throw new StoreUnavailableException(e);
        }
    }

    private QueryRequest.Builder query(String index, String condition, Map<String, AttributeValue> values) {
        return QueryRequest.builder()
                .tableName(table)
                .indexName(index)
                .keyConditionExpression(condition)
                .expressionAttributeValues(values);
    }
}
