package dev.darkroom.receivers;

import static dev.darkroom.testing.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.darkroom.config.Environment;
import dev.darkroom.local.apidot.Callback;
import dev.darkroom.local.apidot.ReceiverAnswer;
import dev.darkroom.local.apidot.Settings;
import dev.darkroom.local.apidot.SimulatedApiDot;
import dev.darkroom.local.aws.Clients;
import dev.darkroom.local.aws.DynamoDbServer;
import dev.darkroom.local.function.LocalFunction;
import dev.darkroom.local.stream.StreamConsumer;
import dev.darkroom.local.stream.StreamPoller;
import dev.darkroom.local.template.Template;
import dev.darkroom.local.template.Template.EventSource.TableStream;
import dev.darkroom.local.template.TemplateReader;
import dev.darkroom.notify.Notification;
import dev.darkroom.store.DynamoTaskStore;
import dev.darkroom.task.CallbackStatus;
import dev.darkroom.task.Task;
import dev.darkroom.task.TaskId;
import dev.darkroom.task.TaskStore;
import dev.darkroom.testing.NewTasks;
import dev.darkroom.testing.Stores;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.WriteRequest;
import software.amazon.awssdk.services.dynamodb.streams.DynamoDbStreamsClient;

/**
 * Hanging and healthy receivers side by side, through the table's stream and the template's event source mapping. The stream is read
 * only when everything is in it, so the test has a server of its own and starts the reader itself.
 */
@Order(1)
class MixedReceiversTest {
    /** The number of receivers of each kind; {@code -Ddarkroom.receivers=1000} for more. */
    private static final int RECEIVERS = Integer.getInteger("darkroom.receivers", 100);

    /** The most items in one BatchWriteItem. */
    private static final int MOST_WRITES = 25;

    private static final String TABLE = "tasks";
    private static final Template TEMPLATE = TemplateReader.read(
            Path.of("..", "template.yaml"), Map.of(), Map.of("TasksTable", TABLE, "ImagesBucket", "images"));

    private static URI url(DynamoDbServer server) {
        return URI.create("http://localhost:" + server.port());
    }

    @Test
    void receivers_that_answer_are_told_before_any_that_hangs_has_used_up_its_time() throws Exception {
        System.out.println("receivers of each kind: " + RECEIVERS);
        InetSocketAddress free = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        try (DynamoDbServer server = DynamoDbServer.start(free);
                SimulatedApiDot simulated = SimulatedApiDot.start(free, Settings.quick("key"));
                DynamoDbClient dynamoDb = Clients.dynamoDb(url(server));
                DynamoDbStreamsClient streams = Clients.streams(url(server))) {
            TEMPLATE.tables().forEach(table -> DynamoDbServer.create(dynamoDb, table));
            TaskStore tasks = new DynamoTaskStore(dynamoDb, TABLE);
            simulated
                    .receiver()
                    .answer("hangs", new ReceiverAnswer(200, null, null, Duration.ofHours(1), false, 0, 0, 0));
            List<TaskId> hanging = endTogether(dynamoDb, simulated);
            try (StreamConsumer consumer = notifier(server, simulated);
                    StreamPoller poller =
                            new StreamPoller(streams, stream(dynamoDb), server.writes(), List.of(consumer))) {
                // The stream now has both kinds mixed, as when all tasks end at the same moment.
                poller.start();
                // Delivery is at least once: on a slow machine a callback may arrive twice.
                await().until(() -> simulated.receiver().received("answers") >= RECEIVERS);
                await().until(() -> simulated.receiver().received("hangs") > 0);
                Instant firstHung =
                        simulated.receiver().callbacks("hangs").getFirst().receivedAt();
                assertThat(simulated.receiver().callbacks("answers"))
                        .extracting(Callback::receivedAt)
                        .allMatch(firstHung.plus(Notification.ATTEMPT)::isAfter);
                await().until(() -> hanging.stream()
                        .allMatch(task -> tasks.read(task).orElseThrow().callbackStatus() == CallbackStatus.WAITING));
                assertThat(simulated.receiver().received("hangs")).isGreaterThanOrEqualTo(RECEIVERS);
                assertThat(consumer.dead()).isEmpty();
            }
        }
    }

    /**
     * Writes copies of one ended task, alternately with a hanging and a healthy receiver.
     *
     * @return the tasks whose receiver hangs
     */
    private static List<TaskId> endTogether(DynamoDbClient dynamoDb, SimulatedApiDot simulated) {
        List<TaskId> hanging = new ArrayList<>();
        List<WriteRequest> copies = new ArrayList<>();
        Stores elsewhere = new Stores();
        Task one = new NewTasks(elsewhere.own).finished(Instant.now(), simulated.receiverUrl("answers"));
        Map<String, AttributeValue> ended = elsewhere.item(one.id().value());
        for (int i = 0; i < 2 * RECEIVERS; i++) {
            TaskId task = new TaskId("task-0123456789abcdef-" + i);
            String receiver = i % 2 == 0 ? "hangs" : "answers";
            if (receiver.equals("hangs")) {
                hanging.add(task);
            }
            Map<String, AttributeValue> copy = new HashMap<>(ended);
            copy.put("task_id", AttributeValue.fromS(task.value()));
            copy.put("callback_url", AttributeValue.fromS(simulated.receiverUrl(receiver)));
            copies.add(WriteRequest.builder().putRequest(put -> put.item(copy)).build());
        }
        for (int i = 0; i < copies.size(); i += MOST_WRITES) {
            List<WriteRequest> some = copies.subList(i, Math.min(copies.size(), i + MOST_WRITES));
            dynamoDb.batchWriteItem(request -> request.requestItems(Map.of(TABLE, some)));
        }
        return hanging;
    }

    private static String stream(DynamoDbClient dynamoDb) {
        return dynamoDb.describeTable(request -> request.tableName(TABLE))
                .table()
                .latestStreamArn();
    }

    private static StreamConsumer notifier(DynamoDbServer server, SimulatedApiDot simulated) {
        Template.Function function = TEMPLATE.functions().stream()
                .filter(each -> each.id().equals("NotifyFunction"))
                .findFirst()
                .orElseThrow();
        Map<String, String> variables = new HashMap<>(function.environment());
        variables.put("AWS_REGION", Clients.REGION);
        variables.put("AWS_ENDPOINT_URL_DYNAMODB", url(server).toString());
        variables.put("CLIENT_WEBHOOK_SECRETS", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
        variables.put("TRUSTED_HOSTS", "localhost:" + simulated.port());
        TableStream source = function.events(TableStream.class).findFirst().orElseThrow();
        return new StreamConsumer(LocalFunction.of(function, new Environment(variables)), source);
    }
}
