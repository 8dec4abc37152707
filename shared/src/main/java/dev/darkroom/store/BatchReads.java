package dev.darkroom.store;

import dev.darkroom.task.Attribute;
import dev.darkroom.task.Item;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.BatchGetItemRequest;
import software.amazon.awssdk.services.dynamodb.model.BatchGetItemResponse;
import software.amazon.awssdk.services.dynamodb.model.KeysAndAttributes;

/** Reads many items at once, strongly consistent. */
record BatchReads(DynamoDbClient dynamo, String table) {
    /** DynamoDB's limit for one request. */
    private static final int MOST_KEYS = 100;

    /** After so many requests in a row without an item, the table counts as unavailable. */
    private static final int FRUITLESS = 6;

    /**
     * The items of these tasks, in the order of the tasks, without those that do not exist. Each is read once, even if it is named
     * twice: an index may have two entries of an item that was replaced, and DynamoDB refuses a key that is repeated.
     *
     * @param form converts an item, and keeps its task id
     */
    List<Item> read(List<String> named, Function<Map<String, AttributeValue>, Item> form) {
        List<String> tasks = named.stream().distinct().toList();
        Map<String, Item> found = new HashMap<>();
        for (int from = 0; from < tasks.size(); from += MOST_KEYS) {
            read(tasks.subList(from, Math.min(tasks.size(), from + MOST_KEYS)), form, found);
        }
        return tasks.stream().map(found::get).filter(Objects::nonNull).toList();
    }

    /** An answer holds 16 MB at most, and less if the table is busy. This asks again for what was left out. */
    private void read(List<String> tasks, Function<Map<String, AttributeValue>, Item> form, Map<String, Item> found) {
        Map<String, KeysAndAttributes> left = Map.of(
                table,
                KeysAndAttributes.builder()
                        .keys(tasks.stream().map(Statements::key).toList())
                        .consistentRead(true)
                        .build());
        int fruitless = 0;
        while (true) {
            BatchGetItemResponse answer = dynamo.batchGetItem(
                    BatchGetItemRequest.builder().requestItems(left).build());
            List<Map<String, AttributeValue>> items = answer.responses().getOrDefault(table, List.of());
            for (Map<String, AttributeValue> attributes : items) {
                Item item = form.apply(attributes);
                found.put(Objects.requireNonNull(item.text(Attribute.TASK_ID)), item);
            }
            left = answer.unprocessedKeys();
            if (left.isEmpty()) {
                return;
            }
            fruitless = items.isEmpty() ? fruitless + 1 : 0;
            if (fruitless == FRUITLESS) {
                throw SdkClientException.create("the table processes no keys");
            }
            if (fruitless > 0) {
                Backoff.pause(fruitless);
            }
        }
    }
}
