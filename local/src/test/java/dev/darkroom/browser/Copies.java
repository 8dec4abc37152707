package dev.darkroom.browser;

import static org.awaitility.Awaitility.await;

import dev.darkroom.local.LocalStack;
import dev.darkroom.task.TaskId;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** Makes many finished tasks of one: drawing as many pictures would take minutes. */
record Copies(LocalStack stack) {
    /** So many have their picture, too. The others have previews only: of each picture another preview would be made. */
    private static final int LARGE = 3;

    /** So many copies of a user's only task, each older than the one before, with a number in its prompt. */
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
        IntStream.rangeClosed(1, count).parallel().forEach(i -> copy(original, objects, i));
    }

    private List<String> objects(String task) {
        return stack.s3().listObjectsV2(list -> list.bucket(stack.imagesBucket())).contents().stream()
                .map(object -> object.key())
                .filter(key -> key.contains(task))
                .toList();
    }

    private void copy(Map<String, AttributeValue> original, List<String> objects, int number) {
        String from = Objects.requireNonNull(original.get("task_id")).s();
        String to = new TaskId("task-" + String.format("%024d", number)).value();
        Map<String, AttributeValue> copy = new HashMap<>();
        original.forEach((name, value) -> copy.put(name, replaced(value, from, to, number)));
        long created = Long.parseLong(
                Objects.requireNonNull(original.get("created_at")).n());
        copy.put("created_at", AttributeValue.fromN(Long.toString(created - 60_000L * number)));
        stack.dynamoDb().putItem(put -> put.tableName(stack.tasksTable()).item(copy));
        for (String key : objects) {
            if (number > LARGE && key.startsWith("images/")) {
                continue;
            }
            stack.s3()
                    .copyObject(object -> object.sourceBucket(stack.imagesBucket())
                            .sourceKey(key)
                            .destinationBucket(stack.imagesBucket())
                            .destinationKey(key.replace(from, to)));
        }
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
