package dev.darkroom.settle;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.darkroom.config.Environment;
import dev.darkroom.log.Log;
import dev.darkroom.media.ImagesBucket;
import dev.darkroom.store.DynamoDb;
import dev.darkroom.task.Attribute;
import dev.darkroom.task.Item;
import dev.darkroom.task.Task;
import dev.darkroom.task.Value;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.auth.credentials.AnonymousCredentialsProvider;

class RemovalTest {
    private static final Instant NOW = Instant.ofEpochMilli(100_000);

    @Test
    void bucket_that_refuses_is_logged_with_its_exception_and_the_table_is_left_alone() throws Exception {
        ByteArrayOutputStream lines = new ByteArrayOutputStream();
        AtomicInteger requests = new AtomicInteger();
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            requests.incrementAndGet();
            exchange.sendResponseHeaders(403, -1);
            exchange.close();
        });
        server.start();
        try {
            String url = "http://127.0.0.1:" + server.getAddress().getPort();
            Environment environment = new Environment(Map.of(
                    "AWS_REGION", "eu-central-1",
                    "TASKS_TABLE", "tasks",
                    "IMAGES_BUCKET", "images",
                    "AWS_ENDPOINT_URL_DYNAMODB", url,
                    "AWS_ENDPOINT_URL_S3", url));
            new Removal(
                            DynamoDb.open(environment),
                            new ImagesBucket(environment, AnonymousCredentialsProvider.create()),
                            Duration.ofDays(37),
                            InstantSource.fixed(NOW),
                            new Log(new PrintStream(lines, true, UTF_8), InstantSource.fixed(NOW)))
                    .remove(task(), NOW.plusSeconds(60));
            assertThat(requests).hasValue(1);
        } finally {
            server.stop(0);
        }
        assertThat(lines.toString(UTF_8))
                .containsOnlyOnce("\"event\":\"objects_not_removed\"")
                .contains("\"cause\":\"software.amazon.awssdk.services.s3.model.S3Exception\"")
                .contains("\"at\":\"dev.darkroom.media.ImagesBucket.keys:");
    }

    private static Task task() {
        return new Task(new Item(
                Map.of(Attribute.TASK_ID, Value.of("task-aaaaaaaaaaaaaaab"), Attribute.USER_ID, Value.of("judy"))));
    }
}
