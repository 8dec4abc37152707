package dev.darkroom.store;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.darkroom.config.Environment;
import dev.darkroom.task.Budget;
import dev.darkroom.task.TaskId;
import dev.darkroom.task.UserId;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

class DynamoDbTest {
    private static final TaskId TASK = new TaskId("task-0123456789abcdef");

    @Test
    void settings_name_table_and_endpoint_and_a_call_without_an_answer_is_repeated() throws Exception {
        try (Server server = new Server(Server.NO_ANSWER)) {
            assertThat(server.store().read(TASK)).isEmpty();
            assertThat(server.requests)
                    .hasSizeGreaterThan(1)
                    .allSatisfy(request -> assertThat(request)
                            .startsWith("DynamoDB_20120810.GetItem ")
                            .contains("\"our-tasks\""));
        }
    }

    /** DynamoDB Local lets such writes wait instead. */
    @Test
    void a_write_that_meets_a_transaction_is_repeated() throws Exception {
        try (Server server = new Server(
                "{\"__type\":\"com.amazonaws.dynamodb.v20120810#TransactionConflictException\",\"message\":\"ongoing\"}")) {
            Budget day = Budget.of(new UserId("alice"), Instant.parse("2026-11-22T13:00:00Z"));

            assertThat(server.store().countUpload(day, 5)).isTrue();
            assertThat(server.requests)
                    .hasSizeGreaterThan(1)
                    .allSatisfy(request -> assertThat(request).startsWith("DynamoDB_20120810.UpdateItem "));
        }
    }

    @Test
    void the_regions_own_endpoint_needs_no_setting() {
        assertThat(DynamoDb.open(new Environment(Map.of("TASKS_TABLE", "our-tasks", "AWS_REGION", "eu-central-1"))))
                .isNotNull();
    }

    /** Fails the first request as told, and answers all others with an empty object. */
    private static final class Server implements AutoCloseable {
        static final String NO_ANSWER = "";

        final List<String> requests = new CopyOnWriteArrayList<>();
        private final HttpServer http;

        Server(String failure) throws IOException {
            http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            http.createContext("/", exchange -> {
                try (exchange) {
                    requests.add(exchange.getRequestHeaders().getFirst("X-Amz-Target") + " "
                            + new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
                    boolean fails = requests.size() == 1;
                    if (fails && failure.equals(NO_ANSWER)) {
                        return;
                    }
                    byte[] answer = (fails ? failure : "{}").getBytes(StandardCharsets.UTF_8);
                    exchange.getResponseHeaders().set("Content-Type", "application/x-amz-json-1.0");
                    exchange.sendResponseHeaders(fails ? 400 : 200, answer.length);
                    exchange.getResponseBody().write(answer);
                }
            });
            http.start();
        }

        DynamoTaskStore store() {
            return DynamoDb.open(new Environment(Map.of(
                    "TASKS_TABLE", "our-tasks",
                    "AWS_REGION", "eu-central-1",
                    "AWS_ENDPOINT_URL_DYNAMODB",
                            "http://127.0.0.1:" + http.getAddress().getPort())));
        }

        @Override
        public void close() {
            http.stop(0);
        }
    }
}
