package dev.darkroom.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.darkroom.task.TaskId;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.GetItemRequest;
import software.amazon.awssdk.services.dynamodb.model.GetItemResponse;

/** DynamoDB Local is consistent whatever it is asked for, so what is asked for is looked at. */
class ConsistentReadsTest {
    /** Notes what the store would send. */
    private static final class Wire implements DynamoDbClient {
        private final List<GetItemRequest> sent = new ArrayList<>();

        @Override
        public GetItemResponse getItem(GetItemRequest request) {
            sent.add(request);
            return GetItemResponse.builder().build();
        }

        @Override
        public String serviceName() {
            return "dynamodb";
        }

        @Override
        public void close() {}
    }

    @Test
    void a_task_is_read_strongly_consistent() {
        Wire wire = new Wire();

        assertThat(new DynamoTaskStore(wire, "tasks").read(new TaskId("task-0123456789abcdef")))
                .isEmpty();

        assertThat(wire.sent).hasSize(1);
        assertThat(wire.sent.getFirst().consistentRead()).isTrue();
    }
}
