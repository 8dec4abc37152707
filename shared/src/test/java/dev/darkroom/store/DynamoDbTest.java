package dev.darkroom.store;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.darkroom.config.Environment;
import dev.darkroom.task.TaskId;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DynamoDbTest {
    private static final TaskId TASK = new TaskId("task-0123456789abcdef");

    @Test
    void settings_name_table_and_endpoint_and_a_call_without_an_answer_is_repeated() throws Exception {
        List<String> requests = new CopyOnWriteArrayList<>();
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            try (exchange) {
                requests.add(exchange.getRequestHeaders().getFirst("X-Amz-Target") + " "
                        + new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
                if (requests.size() == 1) {
                    return;
                }
                exchange.sendResponseHeaders(200, 2);
                exchange.getResponseBody().write("{}".getBytes(StandardCharsets.UTF_8));
            }
        });
        server.start();
        try {
            DynamoTaskStore store = DynamoDb.open(new Environment(Map.of(
                    "TASKS_TABLE", "our-tasks",
                    "AWS_REGION", "eu-central-1",
                    "AWS_ENDPOINT_URL_DYNAMODB",
                            "http://127.0.0.1:" + server.getAddress().getPort())));

            assertThat(store.read(TASK)).isEmpty();
            assertThat(requests)
                    .hasSizeGreaterThan(1)
                    .allSatisfy(request -> assertThat(request)
                            .startsWith("DynamoDB_20120810.GetItem ")
                            .contains("\"our-tasks\""));
        } finally {
            server.stop(0);
        }
    }

    @Test
    void the_regions_own_endpoint_needs_no_setting() {
        assertThat(DynamoDb.open(new Environment(Map.of("TASKS_TABLE", "our-tasks", "AWS_REGION", "eu-central-1"))))
                .isNotNull();
    }

    @ParameterizedTest
    @CsvSource({"1, 20", "2, 40", "5, 320", "6, 500", "12, 500"})
    void waits_grow_up_to_half_a_second(int failures, long longest) {
        assertThat(Backoff.longestMillis(failures)).isEqualTo(longest);
    }
}
