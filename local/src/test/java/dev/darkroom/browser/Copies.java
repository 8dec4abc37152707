package dev.darkroom.browser;

import static dev.darkroom.testing.Patience.await;

import dev.darkroom.local.LocalStack;
import dev.darkroom.task.TaskId;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Gatherers;
import java.util.stream.IntStream;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.WriteRequest;
import software.amazon.awssdk.services.s3.model.CopyObjectResponse;

/** Copies one finished task many times: drawing that many pictures would take minutes. */
record Copies(LocalStack stack) {
    /** The number of copies that get the full picture. The others get previews only, because each stored picture triggers a new preview. */
    private static final int LARGE = 3;

    /** The most items in one BatchWriteItem. */
    private static final int BATCH = 25;

    /** Makes {@code count} copies of the user's only task, each older than the one before, with a number in its prompt. */
    void of(String user, int count) {
        Map<String, AttributeValue> original =
                stack.dynamoDb().scan(scan -> scan.tableName(stack.tasksTable())).items().stream()
                        .filter(item -> item.containsKey("user_id")
                                && user.equals(item.get("user_id").s()))
                        .findFirst()
                        .orElseThrow();
        String task = Objects.requireNonNull(original.get("task_id")).s();
        await().until(() -> objects(task).stream().anyMatch(key -> key.startsWith("previews/")));
        List<String> objects = objects(task);
        List<Integer> numbers = IntStream.rangeClosed(1, count).boxed().toList();
        write(numbers.stream().map(number -> copy(original, number)).toList());
        numbers.stream()
                .gather(Gatherers.mapConcurrent(count, number -> copy(objects, task, number)))
                .forEach(_ -> {});
    }

    private void write(List<Map<String, AttributeValue>> items) {
        for (int from = 0; from < items.size(); from += BATCH) {
            List<WriteRequest> puts = items.subList(from, Math.min(from + BATCH, items.size())).stream()
                    .map(item -> WriteRequest.builder()
                            .putRequest(put -> put.item(item))
                            .build())
                    .toList();
            stack.dynamoDb().batchWriteItem(batch -> batch.requestItems(Map.of(stack.tasksTable(), puts)));
        }
    }

    private List<String> objects(String task) {
        return stack.s3().listObjectsV2(list -> list.bucket(stack.imagesBucket())).contents().stream()
                .map(object -> object.key())
                .filter(key -> key.contains(task))
                .toList();
    }

    private static Map<String, AttributeValue> copy(Map<String, AttributeValue> original, int number) {
        String from = Objects.requireNonNull(original.get("task_id")).s();
        Map<String, AttributeValue> copy = new HashMap<>();
        original.forEach((name, value) -> copy.put(name, replaced(value, from, id(number), number)));
        long created = Long.parseLong(
                Objects.requireNonNull(original.get("created_at")).n());
        copy.put("created_at", AttributeValue.fromN(Long.toString(created - 60_000L * number)));
        return copy;
    }

    private static String id(int number) {
        return new TaskId("task-" + String.format("%024d", number)).value();
    }

    private List<CopyObjectResponse> copy(List<String> objects, String task, int number) {
        return objects.stream()
                .filter(key -> number <= LARGE || !key.startsWith("images/"))
                .map(key -> stack.s3()
                        .copyObject(object -> object.sourceBucket(stack.imagesBucket())
                                .sourceKey(key)
                                .destinationBucket(stack.imagesBucket())
                                .destinationKey(key.replace(task, id(number)))))
                .toList();
    }

    private static AttributeValue replaced(AttributeValue value, String from, String to, int number) {
        if (value.s() != null) {
            return AttributeValue.fromS(value.s().replace(from, to).replace("Number 0 ", "Number " + number + " "));
        }
        if (value.hasM()) {
            Map<String, AttributeValue> map = new HashMap<>();
            value.m().forEach((name, part) -> map.put(name, replaced(part, from, to, number)));
            return AttributeValue.fromM(map);
        }
        return value.hasL()
                ? AttributeValue.fromL(value.l().stream()
                        .map(part -> replaced(part, from, to, number))
                        .toList())
                : value;
    }
}
