package dev.darkroom.tasks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.darkroom.config.ConfigurationException;
import dev.darkroom.config.Environment;
import dev.darkroom.json.Json;
import dev.darkroom.log.Log;
import dev.darkroom.snapshot.Scene;
import dev.darkroom.store.DynamoDb;
import dev.darkroom.store.DynamoTaskStore;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Calls the Lambda entry point. Nothing listens at the addresses of the table and the bucket. */
class UploadsTest {
    private static final String ROUTE = "POST /api/generate/uploads";
    private static final Instant NOW = Instant.parse("2026-11-22T13:00:00Z");

    private final ByteArrayOutputStream logged = new ByteArrayOutputStream();

    @SuppressWarnings("NullAway") // The function does not use its Lambda context.
    private Json.Obj answer(String body, Map<String, String> settings) throws Exception {
        Map<String, String> all = new HashMap<>(settings);
        all.put("AWS_REGION", "eu-central-1");
        all.put("TASKS_TABLE", "none");
        all.put("IMAGES_BUCKET", "none");
        all.put("AWS_ENDPOINT_URL_DYNAMODB", "http://127.0.0.1:1");
        all.put("AWS_ENDPOINT_URL_S3", "http://127.0.0.1:1");
        Environment environment = new Environment(all);
        DynamoTaskStore store = DynamoDb.open(environment);
        TasksHandler handler = new TasksHandler(
                environment,
                store,
                store,
                InstantSource.fixed(NOW),
                new Log(new PrintStream(logged, true, StandardCharsets.UTF_8), InstantSource.system()));
        String event = Scene.request(ROUTE, Map.of(), body).event();
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        handler.handleRequest(new ByteArrayInputStream(event.getBytes(StandardCharsets.UTF_8)), out, null);
        return (Json.Obj) Json.parse(out.toString(StandardCharsets.UTF_8));
    }

    @Test
    void an_upload_costs_no_call_of_the_bucket_and_without_a_limit_none_of_the_table() throws Exception {
        Json.Obj answer = answer("{\"content_type\":\"image/jpeg\",\"bytes\":5}", Map.of("DAILY_UPLOAD_LIMIT", "0"));

        assertThat(answer.integer("statusCode")).isEqualTo(200);
        assertThat(answer.string("body"))
                .contains("\"headers\":{\"Content-Type\":\"image/jpeg\",\"If-None-Match\":\"*\"}")
                .contains("http://127.0.0.1:1/none/uploads/")
                .contains("\"expires_time\":\"2026-11-29T13:00:00Z\"", "\"expires_time\":\"2026-11-22T13:15:00Z\"");
        assertThat(logged.toString(StandardCharsets.UTF_8)).isEmpty();
    }

    @Test
    void no_upload_without_its_count() throws Exception {
        Json.Obj answer = answer("{\"content_type\":\"image/jpeg\",\"bytes\":5}", Map.of());

        assertThat(answer.integer("statusCode")).isEqualTo(503);
        assertThat(logged.toString(StandardCharsets.UTF_8))
                .contains("storage_unavailable")
                .doesNotContain("upload-")
                .doesNotContain("X-Amz-");
    }

    @ParameterizedTest
    @CsvSource({"1000, 1000, 200", "1000, 1001, 400", "'', 10485760, 200", "'', 10485761, 400"})
    void the_largest_upload_is_a_setting(String most, long bytes, int status) throws Exception {
        Json.Obj answer = answer(
                "{\"content_type\":\"image/jpeg\",\"bytes\":" + bytes + "}",
                Map.of("DAILY_UPLOAD_LIMIT", "0", "MAX_UPLOAD_BYTES", most));

        assertThat(answer.integer("statusCode")).isEqualTo(status);
    }

    @ParameterizedTest
    @CsvSource({"MAX_UPLOAD_BYTES, 0", "MAX_UPLOAD_BYTES, 10485761", "DAILY_UPLOAD_LIMIT, -1", "DAILY_UPLOAD_LIMIT, x"})
    void a_bad_setting_is_told_by_its_name_at_the_start(String setting, String value) {
        assertThatThrownBy(() -> answer("{}", Map.of(setting, value)))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining(setting);
    }
}
