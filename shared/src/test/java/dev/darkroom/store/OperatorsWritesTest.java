package dev.darkroom.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.darkroom.json.Json;
import dev.darkroom.json.JsonException;
import dev.darkroom.task.Attribute;
import dev.darkroom.task.Budget;
import dev.darkroom.task.Deleting;
import dev.darkroom.task.Due;
import dev.darkroom.task.Item;
import dev.darkroom.task.Notifying;
import dev.darkroom.task.OperatorsWrites;
import dev.darkroom.task.Task;
import dev.darkroom.task.TaskId;
import dev.darkroom.task.TaskState;
import dev.darkroom.task.Value;
import dev.darkroom.task.Write;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.UpdateItemRequest;
import software.amazon.awssdk.services.dynamodb.model.UpdateItemResponse;

/**
 * The operator's commands are a shell script, and a rule written twice drifts. They take their writes and times from
 * scripts/operate.d/writes.json, which this test renders from the rules: requests as the store sends them, with names in the place of
 * values.
 */
class OperatorsWritesTest {
    private static final Path FILE = Path.of("..", "scripts", "operate.d", "writes.json");

    private static final Instant NOW = Instant.ofEpochMilli(1_111_111_111_111L);
    private static final long SEEN_VERSION = 3_333;
    private static final Instant SEEN_CREATED = Instant.ofEpochMilli(1_000_000_000_001L);
    private static final String SEEN_USER = "the user";
    private static final String SEEN_REQUEST = "the request";
    private static final String AUTHOR = "the author";
    private static final TaskId TASK = new TaskId("task-aaaaaaaaaaaaaaab");

    /** A placeholder for a value that only the script knows. */
    private static final Map<String, String> PLACES = Map.of(
            Long.toString(NOW.toEpochMilli()),
            "$now",
            Long.toString(NOW.plus(Due.GRACE).toEpochMilli()),
            "$overdue_at",
            Long.toString(Due.shard(TASK)),
            "$shard",
            Long.toString(SEEN_VERSION),
            "$seen_version",
            Long.toString(SEEN_CREATED.toEpochMilli()),
            "$seen_created_at",
            SEEN_USER,
            "$seen_user",
            AUTHOR,
            "$author",
            Deleting.requestHash(TASK, SEEN_REQUEST, null),
            "$request_hash");

    @Test
    void the_scripts_writes_and_times_are_those_of_the_rules() throws IOException, JsonException {
        assertThat(Due.shard(TASK))
                .as("told apart from the other small numbers")
                .isGreaterThan(1);
        Json.Obj wanted = Json.object()
                .put("grace_millis", Due.GRACE.toMillis())
                .put("lease_millis", Due.SETTLE_LEASE.toMillis())
                .put("shards", Due.SHARDS)
                .put("budget_days", Budget.KEPT.toDays())
                .put(
                        "open_states",
                        words(TaskState.OPEN.stream().map(TaskState::text).toList()))
                .put("wake_task", request(OperatorsWrites.wake(seen(TaskState.ACCEPTED), NOW)))
                .put("wake_callback", request(OperatorsWrites.wake(seen(TaskState.FAILED), NOW)))
                .put("wake_deletion", request(OperatorsWrites.wake(seen(TaskState.DELETING), NOW)))
                .put("send_again", request(Notifying.sendAgain(seen(TaskState.FAILED), AUTHOR, NOW)))
                .put("delete_with_user", request(OperatorsWrites.deleteWithUser(seen(TaskState.FAILED), AUTHOR, NOW)))
                .build();
        assertThat(Json.parse(Files.readString(FILE)))
                .as(() -> FILE + " must hold " + wanted.text())
                .isEqualTo(wanted);
    }

    private static Task seen(TaskState state) {
        return new Task(new Item(Map.of(
                Attribute.TASK_ID, Value.of(TASK.value()),
                Attribute.USER_ID, Value.of(SEEN_USER),
                Attribute.REQUEST, Value.of(SEEN_REQUEST),
                Attribute.CREATED_AT, Value.of(SEEN_CREATED.toEpochMilli()),
                Attribute.STATE, Value.of(state.text()),
                Attribute.VERSION, Value.of(SEEN_VERSION))));
    }

    /** Returns the request as the store sends it, without table and key. */
    private static Json.Obj request(Write.Update write) {
        Wire wire = new Wire();
        new DynamoTaskStore(wire, "tasks").write(write);
        UpdateItemRequest sent = Objects.requireNonNull(wire.sent);
        Json.Builder names = Json.object();
        new TreeMap<>(sent.expressionAttributeNames()).forEach(names::put);
        Json.Builder values = Json.object();
        new TreeMap<>(sent.expressionAttributeValues()).forEach((name, value) -> values.put(name, typed(value)));
        return Json.object()
                .put("ConditionExpression", sent.conditionExpression())
                .put("UpdateExpression", sent.updateExpression().strip())
                .put("ExpressionAttributeNames", names.build())
                .put("ExpressionAttributeValues", values.build())
                .build();
    }

    private static Json typed(AttributeValue value) {
        if (value.s() == null) {
            return Json.object()
                    .put("N", PLACES.getOrDefault(value.n(), value.n()))
                    .build();
        }
        return Json.object().put("S", PLACES.getOrDefault(value.s(), value.s())).build();
    }

    private static Json words(List<String> words) {
        return Json.array(words.stream().map(Json::of).toList());
    }

    /** Records what the store would send. */
    private static final class Wire implements DynamoDbClient {
        private @Nullable UpdateItemRequest sent;

        @Override
        public UpdateItemResponse updateItem(UpdateItemRequest request) {
            sent = request;
            return UpdateItemResponse.builder().build();
        }

        @Override
        public String serviceName() {
            return "dynamodb";
        }

        @Override
        public void close() {}
    }
}
