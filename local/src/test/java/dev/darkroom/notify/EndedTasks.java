package dev.darkroom.notify;

import static org.assertj.core.api.Assertions.assertThat;

import dev.darkroom.local.aws.Clients;
import dev.darkroom.local.aws.DynamoDbServer;
import dev.darkroom.local.template.TemplateReader;
import dev.darkroom.log.Log;
import dev.darkroom.store.DynamoTaskStore;
import dev.darkroom.sweep.Sweep;
import dev.darkroom.task.Item;
import dev.darkroom.task.OperatorsWrites;
import dev.darkroom.task.Settling;
import dev.darkroom.task.StoredImage;
import dev.darkroom.task.Submitting;
import dev.darkroom.task.Task;
import dev.darkroom.task.TaskId;
import dev.darkroom.task.TaskStore;
import dev.darkroom.task.UpstreamTaskId;
import dev.darkroom.task.UserId;
import dev.darkroom.task.Write;
import dev.darkroom.task.Written;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** A table as the template describes it, with tasks that were ended by the product's own writes. */
final class EndedTasks {
    static final Duration RETENTION = Duration.ofDays(37);
    static final String PROMPT = "a lighthouse nobody should read of";

    private static final Path TEMPLATE = Path.of("..", "template.yaml");

    private final InstantSource clock;
    private final DynamoDbClient dynamoDb;
    private final String table;
    private final TaskStore store;

    EndedTasks(DynamoDbClient dynamoDb, String table, InstantSource clock) {
        this.clock = clock;
        this.dynamoDb = dynamoDb;
        this.table = table;
        this.store = new DynamoTaskStore(dynamoDb, table);
        TemplateReader.read(TEMPLATE, Map.of(), Map.of("TasksTable", table, "ImagesBucket", "images"))
                .tables()
                .forEach(described -> DynamoDbServer.create(dynamoDb, described));
    }

    static DynamoDbClient client(DynamoDbServer server) {
        return Clients.dynamoDb(URI.create("http://localhost:" + server.port()));
    }

    Map<String, AttributeValue> item(TaskId task) {
        return dynamoDb.getItem(request -> request.tableName(table)
                        .key(Map.of("task_id", AttributeValue.fromS(task.value())))
                        .consistentRead(true))
                .item();
    }

    TaskStore store() {
        return store;
    }

    Task read(TaskId id) {
        return store.read(id).orElseThrow();
    }

    /** Runs the sweep and returns the number of tasks that it woke. */
    long swept(Log log) {
        Sweep.Swept swept = new Sweep(store, clock, log).run(clock.instant().plus(Duration.ofHours(1)));
        assertThat(swept.complete()).isTrue();
        return swept.woken();
    }

    /** Returns a task that has just finished with one file and has a callback to send. */
    TaskId finished(String id, String callbackUrl) {
        Instant now = clock.instant();
        TaskId task = new TaskId(id);
        Submitting.NewTask submitted = new Submitting.NewTask(
                task,
                new UserId("alice"),
                "gpt-image-2",
                "{\"prompt\":\"" + PROMPT + "\"}",
                1,
                "1K",
                callbackUrl,
                "submit");
        Write.Update record = Submitting.record(submitted, now, Duration.ofMinutes(1), Duration.ofMinutes(15), false);
        done(record);
        done(Submitting.accepted(
                new Task(record.apply(Item.ABSENT)), new UpstreamTaskId("up-" + id), now, Duration.ofMinutes(1)));
        Task accepted = read(task);
        done(OperatorsWrites.wake(accepted, now));
        Task claimed = new Task(done(Settling.claim(task, "settle", now)));
        StoredImage image =
                new StoredImage("images/YWxpY2U/" + id + "/0.png", "image/png", 7, "00".repeat(32), 1024, 1024);
        done(Settling.finished(claimed, List.of(image), now, RETENTION));
        return task;
    }

    private Item done(Write write) {
        if (store.write(write) instanceof Written.Applied(Item item)) {
            return item;
        }
        throw new AssertionError("refused");
    }
}
