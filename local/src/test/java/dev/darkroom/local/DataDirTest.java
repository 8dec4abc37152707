package dev.darkroom.local;

import static dev.darkroom.testing.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.darkroom.local.fixture.EchoHandler;
import dev.darkroom.local.fixture.RecordingHandler;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.s3.model.S3Object;

@ResourceLock("what the fixtures received")
class DataDirTest {
    private static final Path TEMPLATE = Path.of("src", "test", "resources", "stack.yaml");
    private static final String INDEX = """
              GlobalSecondaryIndexes:
                - IndexName: by_user
                  KeySchema: [{AttributeName: user_id, KeyType: HASH}]
                  Projection: {ProjectionType: KEYS_ONLY}
        """;

    @TempDir
    private Path folder;

    private Options options() {
        return Options.forTests().withTemplate(TEMPLATE).withDataDir(folder.resolve("data"));
    }

    private static void put(LocalStack stack, String task) {
        put(stack, task, "accepted");
    }

    private static void put(LocalStack stack, String task, String state) {
        stack.dynamoDb()
                .putItem(request -> request.tableName(stack.tasksTable())
                        .item(Map.of(
                                "task_id", AttributeValue.fromS(task),
                                "user_id", AttributeValue.fromS("alice"),
                                "state", AttributeValue.fromS(state))));
    }

    private static void store(LocalStack stack, String key) {
        stack.s3()
                .putObject(
                        request -> request.bucket(stack.imagesBucket())
                                .key(key)
                                .ifNoneMatch("*")
                                .contentType("image/webp")
                                .cacheControl("private"),
                        RequestBody.fromString("12345"));
    }

    @Test
    void the_next_start_finds_table_objects_and_secrets() throws Exception {
        Secrets secrets;
        String etag;
        try (LocalStack first = LocalStack.start(options())) {
            put(first, "task-1");
            store(first, "watched/a.png");
            secrets = first.secrets();
            etag = first.s3()
                    .headObject(request -> request.bucket(first.imagesBucket()).key("watched/a.png"))
                    .eTag();
            assertThat(Welcome.text(first, options(), Duration.ZERO)).contains("kept in " + folder.resolve("data"));
        }
        Path unfinished =
                folder.resolve("data/objects/darkroom-images/watched/a.png-0e1fdb52-4c3b-4e0f-9a51-6d2f6a0c1b2d");
        Files.writeString(unfinished, "123");
        EchoHandler.EVENTS.clear();
        try (LocalStack second = LocalStack.start(options())) {
            assertThat(second.secrets()).isEqualTo(secrets);
            assertThat(second.dynamoDb()
                            .getItem(request -> request.tableName(second.tasksTable())
                                    .key(Map.of("task_id", AttributeValue.fromS("task-1"))))
                            .item())
                    .containsEntry("state", AttributeValue.fromS("accepted"));
            var object = second.s3()
                    .getObjectAsBytes(
                            request -> request.bucket(second.imagesBucket()).key("watched/a.png"));
            assertThat(object.asUtf8String()).isEqualTo("12345");
            assertThat(object.response().contentType()).isEqualTo("image/webp");
            assertThat(object.response().cacheControl()).isEqualTo("private");
            assertThat(object.response().eTag()).isEqualTo(etag);
            assertThatThrownBy(() -> store(second, "watched/a.png"))
                    .isInstanceOfSatisfying(
                            S3Exception.class, e -> assertThat(e.statusCode()).isEqualTo(412));
            assertThat(second.s3()
                            .listObjectsV2(request -> request.bucket(second.imagesBucket()))
                            .contents())
                    .extracting(S3Object::key)
                    .containsExactly("watched/a.png");
            // A function that was called for the object may have died before it did its work.
            await().until(() -> EchoHandler.EVENTS.stream().anyMatch(event -> event.contains("watched/a.png")));
        }
    }

    @Test
    void changes_that_nobody_has_read_are_handed_out_at_the_next_start() {
        try (LocalStack first = LocalStack.start(options().withoutFunctions())) {
            put(first, "task-unread", "due");
        }
        try (LocalStack _ = LocalStack.start(options())) {
            await().until(() -> RecordingHandler.RECORDS.stream()
                    .anyMatch(record -> record.text().contains("task-unread")));
        }
    }

    @Test
    void secrets_are_for_their_owner() throws Exception {
        LocalStack.start(options()).close();
        Path secrets = folder.resolve("data/secrets.properties");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(secrets)))
                .isEqualTo("rw-------");
        assertThat(PosixFilePermissions.toString(
                        Files.getPosixFilePermissions(Objects.requireNonNull(secrets.getParent()))))
                .isEqualTo("rwx------");
        // Secrets from the environment are not stored in the folder.
        try (LocalStack stack =
                LocalStack.start(options().with("CALLBACK_SIGNING_KEYS", "another-key-given-by-hand"))) {
            assertThat(stack.secrets().callbackSigningKeys()).isEqualTo("another-key-given-by-hand");
        }
        assertThat(Files.readString(secrets)).doesNotContain("given-by-hand");
    }

    @Test
    void second_stack_on_the_same_folder_is_refused() {
        try (LocalStack _ = LocalStack.start(options())) {
            assertThatThrownBy(() -> LocalStack.start(options()))
                    .isInstanceOf(StackException.class)
                    .hasMessageContaining("in use by another Darkroom")
                    .hasMessageContaining(folder.toString())
                    .hasMessageNotContaining("\n");
        }
        LocalStack.start(options()).close();
    }

    @Test
    void file_as_data_dir_is_refused_with_a_message() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "");
        assertThatThrownBy(() -> LocalStack.start(options().withDataDir(file)))
                .isInstanceOf(StackException.class)
                .hasMessageContaining("DATA_DIR");
    }

    private Path template(String projection) throws IOException {
        String text = Files.readString(TEMPLATE)
                .replace(
                        "AttributeDefinitions: [{AttributeName: task_id, AttributeType: S}]",
                        "AttributeDefinitions: [{AttributeName: task_id, AttributeType: S}, {AttributeName: user_id,"
                                + " AttributeType: S}]")
                .replace(
                        "      StreamSpecification:",
                        INDEX.replace("KEYS_ONLY", projection) + "      StreamSpecification:");
        assertThat(text).contains("by_user");
        return Files.writeString(folder.resolve("template.yaml"), text);
    }

    @Test
    void a_newer_templates_index_is_added_to_the_table_that_is_there() throws IOException {
        try (LocalStack first = LocalStack.start(options())) {
            put(first, "task-1");
        }
        try (LocalStack second = LocalStack.start(options().withTemplate(template("KEYS_ONLY")))) {
            assertThat(second.dynamoDb()
                            .query(request -> request.tableName(second.tasksTable())
                                    .indexName("by_user")
                                    .keyConditionExpression("user_id = :user")
                                    .expressionAttributeValues(Map.of(":user", AttributeValue.fromS("alice"))))
                            .items())
                    .hasSize(1);
        }
    }

    @Test
    void a_table_that_cannot_be_brought_up_to_date_is_left_alone_and_told() throws IOException {
        try (LocalStack first = LocalStack.start(options().withTemplate(template("KEYS_ONLY")))) {
            put(first, "task-1");
        }
        Options newer = options().withTemplate(template("ALL"));
        assertThatThrownBy(() -> LocalStack.start(newer))
                .isInstanceOf(StackException.class)
                .hasMessageContaining("by_user")
                .hasMessageContaining("DATA_DIR");
        try (LocalStack again = LocalStack.start(options().withTemplate(template("KEYS_ONLY")))) {
            assertThat(again.dynamoDb()
                            .scan(request -> request.tableName(again.tasksTable()))
                            .count())
                    .isEqualTo(1);
        }
    }

    @Test
    void with_a_real_key_what_was_paid_for_is_kept() {
        assertThat(Options.of(Map.of()).dataDir()).isNull();
        assertThat(Options.of(Map.of("APIDOT_API_KEY", "k")).dataDir()).isEqualTo(Path.of("darkroom-data"));
        assertThat(Options.of(Map.of("APIDOT_API_KEY", "k", "DATA_DIR", "elsewhere"))
                        .dataDir())
                .isEqualTo(Path.of("elsewhere"));
        assertThat(Options.of(Map.of("DATA_DIR", "here")).dataDir()).isEqualTo(Path.of("here"));
    }
}
