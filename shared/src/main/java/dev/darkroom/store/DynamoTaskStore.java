package dev.darkroom.store;

import dev.darkroom.task.Attribute;
import dev.darkroom.task.Budget;
import dev.darkroom.task.BudgetMove;
import dev.darkroom.task.Due;
import dev.darkroom.task.Item;
import dev.darkroom.task.StoreUnavailableException;
import dev.darkroom.task.Task;
import dev.darkroom.task.TaskId;
import dev.darkroom.task.TaskStore;
import dev.darkroom.task.UnreadableItemException;
import dev.darkroom.task.UpstreamTaskId;
import dev.darkroom.task.UserId;
import dev.darkroom.task.Waking;
import dev.darkroom.task.Write;
import dev.darkroom.task.Written;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;
import software.amazon.awssdk.services.dynamodb.model.DeleteItemRequest;
import software.amazon.awssdk.services.dynamodb.model.GetItemRequest;
import software.amazon.awssdk.services.dynamodb.model.PutItemRequest;
import software.amazon.awssdk.services.dynamodb.model.QueryRequest;
import software.amazon.awssdk.services.dynamodb.model.QueryResponse;
import software.amazon.awssdk.services.dynamodb.model.ReturnValue;
import software.amazon.awssdk.services.dynamodb.model.ReturnValuesOnConditionCheckFailure;
import software.amazon.awssdk.services.dynamodb.model.UpdateItemRequest;

/** The table of tasks. Thread-safe. */
public final class DynamoTaskStore implements TaskStore {
    private final DynamoDbClient dynamo;
    private final String table;
    private final BudgetTransactions transactions;
    private final BatchReads batches;

    public DynamoTaskStore(DynamoDbClient dynamo, String table) {
        this.dynamo = dynamo;
        this.table = table;
        this.transactions = new BudgetTransactions(dynamo, table);
        this.batches = new BatchReads(dynamo, table);
    }

    @Override
    public Written write(Write write) {
        BudgetMove budget = write.budget();
        Written written;
        try {
            written = budget == null ? single(write) : transactions.write(write, budget);
        } catch (ConditionalCheckFailedException e) {
            written = new Written.Refused(Items.fromDynamo(e.item()));
        } catch (SdkException e) {
            throw new StoreUnavailableException(e);
        }
        return written instanceof Written.Refused(Item item)
                        && write.doneBefore().holds(item)
                ? new Written.Applied(item)
                : written;
    }

    private Written single(Write write) {
        Expressions expressions = new Expressions();
        return switch (write) {
            case Write.Put put -> {
                dynamo.putItem(PutItemRequest.builder()
                        .tableName(table)
                        .item(Items.toDynamo(put.item()))
                        .conditionExpression(expressions.condition(put.condition()))
                        .expressionAttributeNames(expressions.names())
                        .expressionAttributeValues(expressions.values())
                        .returnValuesOnConditionCheckFailure(ReturnValuesOnConditionCheckFailure.ALL_OLD)
                        .build());
                yield new Written.Applied(Item.ABSENT);
            }
            case Write.Update update -> {
                Map<String, AttributeValue> after = dynamo.updateItem(UpdateItemRequest.builder()
                                .tableName(table)
                                .key(key(update.task().value()))
                                .conditionExpression(expressions.condition(update.condition()))
                                .updateExpression(expressions.update(update.changes()))
                                .expressionAttributeNames(expressions.names())
                                .expressionAttributeValues(expressions.values())
                                .returnValues(update.returning() ? ReturnValue.ALL_NEW : ReturnValue.NONE)
                                .returnValuesOnConditionCheckFailure(ReturnValuesOnConditionCheckFailure.ALL_OLD)
                                .build())
                        .attributes();
                yield new Written.Applied(Items.fromDynamo(after));
            }
            case Write.Delete delete -> {
                dynamo.deleteItem(DeleteItemRequest.builder()
                        .tableName(table)
                        .key(key(delete.task().value()))
                        .conditionExpression(expressions.condition(delete.condition()))
                        .expressionAttributeNames(expressions.names())
                        .expressionAttributeValues(expressions.values())
                        .returnValuesOnConditionCheckFailure(ReturnValuesOnConditionCheckFailure.ALL_OLD)
                        .build());
                yield new Written.Applied(Item.ABSENT);
            }
        };
    }

    /**
     * Counts one more upload of a user and day, unless the limit is reached. The SDK may repeat a write whose answer was lost, so
     * an upload may count twice. Then the user can upload a little less, never more.
     *
     * @return whether it was counted
     */
    public boolean countUpload(Budget day, long limit) {
        try {
            dynamo.updateItem(UpdateItemRequest.builder()
                    .tableName(table)
                    .key(key(day.key()))
                    .conditionExpression("attribute_not_exists(uploads) OR uploads < :limit")
                    .updateExpression("SET expires_at = :expiry ADD uploads :one")
                    .expressionAttributeValues(Map.of(
                            ":limit", AttributeValue.fromN(Long.toString(limit)),
                            ":expiry",
                                    AttributeValue.fromN(
                                            Long.toString(day.expiry().getEpochSecond())),
                            ":one", AttributeValue.fromN("1")))
                    .build());
            return true;
        } catch (ConditionalCheckFailedException e) {
            return false;
        } catch (SdkException e) {
            throw new StoreUnavailableException(e);
        }
    }

    @Override
    public Optional<Task> read(TaskId task) {
        try {
            Map<String, AttributeValue> item = dynamo.getItem(GetItemRequest.builder()
                            .tableName(table)
                            .key(key(task.value()))
                            .consistentRead(true)
                            .build())
                    .item();
            return item.isEmpty() ? Optional.empty() : Optional.of(new Task(Items.fromDynamo(item)));
        } catch (SdkException e) {
            throw new StoreUnavailableException(e);
        }
    }

    @Override
    public Page page(UserId user, @Nullable Position after, int limit) {
        QueryRequest.Builder query = QueryRequest.builder()
                .tableName(table)
                .indexName("by_user")
                .keyConditionExpression("user_id = :user")
                .expressionAttributeValues(Map.of(":user", AttributeValue.fromS(user.value())))
                .scanIndexForward(false)
                .limit(limit);
        if (after != null) {
            Map<String, AttributeValue> start = new HashMap<>(key(after.task().value()));
            start.put("user_id", AttributeValue.fromS(user.value()));
            start.put("created_at", AttributeValue.fromN(Long.toString(after.createdAt())));
            query.exclusiveStartKey(start);
        }
        try {
            QueryResponse answer = dynamo.query(query.build());
            List<Task> tasks = batches.read(keys(answer.items())).stream()
                    // The index is eventually consistent, so the item says whose task it is.
                    .filter(item -> user.value().equals(item.text(Attribute.USER_ID)))
                    .map(Task::new)
                    .toList();
            return new Page(tasks, answer.hasLastEvaluatedKey() ? position(answer.lastEvaluatedKey()) : null);
        } catch (SdkException e) {
            throw new StoreUnavailableException(e);
        }
    }

    @Override
    public List<Task> holders(UpstreamTaskId upstream) {
        try {
            List<Map<String, AttributeValue>> entries = dynamo
                    .queryPaginator(QueryRequest.builder()
                            .tableName(table)
                            .indexName("by_upstream")
                            .keyConditionExpression("upstream_task_id = :upstream")
                            .expressionAttributeValues(Map.of(":upstream", AttributeValue.fromS(upstream.value())))
                            .build())
                    .items()
                    .stream()
                    .toList();
            return batches.read(keys(entries)).stream()
                    .filter(item -> upstream.value().equals(item.text(Attribute.UPSTREAM_TASK_ID)))
                    .map(Task::new)
                    .toList();
        } catch (SdkException e) {
            throw new StoreUnavailableException(e);
        }
    }

    private static List<String> keys(List<Map<String, AttributeValue>> entries) {
        return entries.stream()
                .map(entry -> Objects.requireNonNull(entry.get(Attribute.TASK_ID.text()))
                        .s())
                .toList();
    }

    private static Position position(Map<String, AttributeValue> key) {
        return Position.of(new Task(Items.fromDynamo(key)));
    }

    @Override
    public void overdue(int shard, Instant now, Consumer<Waking.Overdue> found) {
        if (shard < 0 || shard >= Due.SHARDS) {
            throw new IllegalArgumentException("no such shard");
        }
        try {
            boolean unreadable = false;
            for (Map<String, AttributeValue> item : dynamo.queryPaginator(QueryRequest.builder()
                            .tableName(table)
                            .indexName("due")
                            .keyConditionExpression("due_shard = :shard AND due_at <= :now")
                            .expressionAttributeValues(Map.of(
                                    ":shard", AttributeValue.fromN(Integer.toString(shard)),
                                    ":now", AttributeValue.fromN(Long.toString(now.toEpochMilli()))))
                            .limit(1000)
                            .build())
                    .items()) {
                Waking.Overdue overdue;
                try {
                    overdue = Waking.Overdue.of(Items.fromDynamo(item));
                } catch (IllegalArgumentException | UnreadableItemException e) {
                    unreadable = true;
                    continue;
                }
                found.accept(overdue);
            }
            if (unreadable) {
                throw new UnreadableItemException();
            }
        } catch (SdkException e) {
            throw new StoreUnavailableException(e);
        }
    }

    static Map<String, AttributeValue> key(String value) {
        return Map.of(Attribute.TASK_ID.text(), AttributeValue.fromS(value));
    }
}
