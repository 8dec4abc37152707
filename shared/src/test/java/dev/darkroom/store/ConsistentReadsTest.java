package dev.darkroom.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.darkroom.task.TaskId;
import dev.darkroom.task.UpstreamTaskId;
import dev.darkroom.task.UserId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.BatchGetItemRequest;
import software.amazon.awssdk.services.dynamodb.model.BatchGetItemResponse;
import software.amazon.awssdk.services.dynamodb.model.GetItemRequest;
import software.amazon.awssdk.services.dynamodb.model.GetItemResponse;
import software.amazon.awssdk.services.dynamodb.model.KeysAndAttributes;
import software.amazon.awssdk.services.dynamodb.model.QueryRequest;
import software.amazon.awssdk.services.dynamodb.model.QueryResponse;

/** DynamoDB Local is always consistent, so the tests look at the requests instead. */
class ConsistentReadsTest {
    private static final TaskId TASK = new TaskId("task-0123456789abcdef");

    /** Records whether each read of items asks for consistency. Every index holds one task. */
    private static final class Wire implements DynamoDbClient {
        private final List<Boolean> consistent = new ArrayList<>();

        @Override
        public GetItemResponse getItem(GetItemRequest request) {
            consistent.add(request.consistentRead());
            return GetItemResponse.builder().build();
        }

        @Override
        public BatchGetItemResponse batchGetItem(BatchGetItemRequest request) {
            request.requestItems().values().stream()
                    .map(KeysAndAttributes::consistentRead)
                    .forEach(consistent::add);
            return BatchGetItemResponse.builder()
                    .responses(Map.of())
                    .unprocessedKeys(Map.of())
                    .build();
        }

        @Override
        public QueryResponse query(QueryRequest request) {
            return QueryResponse.builder()
                    .items(List.of(Map.of("task_id", AttributeValue.fromS(TASK.value()))))
                    .build();
        }

        @Override
        public String serviceName() {
            return "dynamodb";
        }

        @Override
        public void close() {}
    }

    private final Wire wire = new Wire();
    private final DynamoTaskStore store = new DynamoTaskStore(wire, "tasks");

    @Test
    void a_task_is_read_strongly_consistent() {
        assertThat(store.read(TASK)).isEmpty();

        assertThat(wire.consistent).containsExactly(true);
    }

    @Test
    void so_are_the_tasks_of_a_page() {
        assertThat(store.page(new UserId("judy"), null, 20).tasks()).isEmpty();

        assertThat(wire.consistent).containsExactly(true);
    }

    @Test
    void so_are_the_tasks_that_hold_an_upstream_id() {
        assertThat(store.holders(new UpstreamTaskId("task-unified-1"))).isEmpty();

        assertThat(wire.consistent).containsExactly(true);
    }
}
