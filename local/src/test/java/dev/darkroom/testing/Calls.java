package dev.darkroom.testing;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkRequest;
import software.amazon.awssdk.core.SdkResponse;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.services.dynamodb.model.BatchGetItemRequest;
import software.amazon.awssdk.services.dynamodb.model.BatchGetItemResponse;
import software.amazon.awssdk.services.dynamodb.model.Capacity;
import software.amazon.awssdk.services.dynamodb.model.ConsumedCapacity;
import software.amazon.awssdk.services.dynamodb.model.GetItemRequest;
import software.amazon.awssdk.services.dynamodb.model.GetItemResponse;
import software.amazon.awssdk.services.dynamodb.model.QueryRequest;
import software.amazon.awssdk.services.dynamodb.model.QueryResponse;
import software.amazon.awssdk.services.dynamodb.model.ReturnConsumedCapacity;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItemsRequest;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItemsResponse;
import software.amazon.awssdk.services.dynamodb.model.UpdateItemRequest;
import software.amazon.awssdk.services.dynamodb.model.UpdateItemResponse;

/**
 * Counts the requests of an AWS client, without those that the SDK repeats on a busy machine, and the capacity units and items of the
 * answers. Thread-safe.
 */
public final class Calls implements ExecutionInterceptor {
    /** The name of the table itself among the indexes of {@link #units}. */
    public static final String TABLE = "table";

    private final Map<String, Long> sent = new TreeMap<>();
    private final Map<String, Double> units = new TreeMap<>();
    private long itemsRead;

    /** Requests the consumed capacity of each call, which the product itself does not need. */
    @Override
    public SdkRequest modifyRequest(Context.ModifyRequest context, ExecutionAttributes attributes) {
        return switch (context.request()) {
            case UpdateItemRequest update ->
                update.copy(more -> more.returnConsumedCapacity(ReturnConsumedCapacity.INDEXES));
            case TransactWriteItemsRequest both ->
                both.copy(more -> more.returnConsumedCapacity(ReturnConsumedCapacity.INDEXES));
            case GetItemRequest get -> get.copy(more -> more.returnConsumedCapacity(ReturnConsumedCapacity.INDEXES));
            case QueryRequest query -> query.copy(more -> more.returnConsumedCapacity(ReturnConsumedCapacity.INDEXES));
            case BatchGetItemRequest many ->
                many.copy(more -> more.returnConsumedCapacity(ReturnConsumedCapacity.INDEXES));
            default -> context.request();
        };
    }

    @Override
    public void beforeTransmission(Context.BeforeTransmission context, ExecutionAttributes attributes) {
        String name = context.request().getClass().getSimpleName().replace("Request", "");
        String attempt =
                context.httpRequest().firstMatchingHeader("amz-sdk-request").orElse("");
        if (!attempt.contains("attempt=1;")) {
            return;
        }
        synchronized (sent) {
            sent.merge(name, 1L, Long::sum);
        }
    }

    @Override
    public void afterExecution(Context.AfterExecution context, ExecutionAttributes attributes) {
        synchronized (sent) {
            if (context.response() instanceof QueryResponse answer) {
                itemsRead += answer.scannedCount();
            }
            capacity(context.response()).forEach(this::add);
        }
    }

    private static List<ConsumedCapacity> capacity(SdkResponse response) {
        return switch (response) {
            case UpdateItemResponse update -> one(update.consumedCapacity());
            case GetItemResponse get -> one(get.consumedCapacity());
            case QueryResponse query -> one(query.consumedCapacity());
            case BatchGetItemResponse many -> many.consumedCapacity();
            case TransactWriteItemsResponse both -> both.consumedCapacity();
            default -> List.of();
        };
    }

    private static List<ConsumedCapacity> one(@Nullable ConsumedCapacity capacity) {
        return capacity == null ? List.of() : List.of(capacity);
    }

    private void add(ConsumedCapacity capacity) {
        Capacity table = capacity.table();
        if (table != null) {
            units.merge(TABLE, table.capacityUnits(), Double::sum);
        }
        capacity.globalSecondaryIndexes()
                .forEach((index, used) -> units.merge(index, used.capacityUnits(), Double::sum));
    }

    /** Returns the requests sent since the last {@link #forget}, by operation. */
    public Map<String, Long> sent() {
        synchronized (sent) {
            return new TreeMap<>(sent);
        }
    }

    /** Returns how many items queries have read since then, including those that a filter removed. */
    public long itemsRead() {
        synchronized (sent) {
            return itemsRead;
        }
    }

    /** Returns the read or write units of the calls since then, by index, with {@link #TABLE} for the table. */
    public Map<String, Double> units() {
        synchronized (sent) {
            return new TreeMap<>(units);
        }
    }

    public void forget() {
        synchronized (sent) {
            sent.clear();
            units.clear();
            itemsRead = 0;
        }
    }
}
