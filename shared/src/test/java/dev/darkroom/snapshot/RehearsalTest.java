package dev.darkroom.snapshot;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import dev.darkroom.config.Environment;
import dev.darkroom.log.Log;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RehearsalTest {
    private static final Scene SCENE = Scene.request("GET /a/{b}", Map.of("b", "c"), null);
    private static final Environment REAL = new Environment(Map.of(
            "AWS_REGION", "eu-central-1",
            "APIDOT_API_KEY", "real",
            "CALLBACK_SIGNING_KEYS", "real",
            "AWS_ENDPOINT_URL_DYNAMODB", "https://real.example.com",
            "TASKS_TABLE", "real"));

    private final ByteArrayOutputStream lines = new ByteArrayOutputStream();

    @Test
    void scenes_are_played_many_times_on_one_handler_and_one_line_says_so() {
        List<String> events = new ArrayList<>();
        List<Environment> made = new ArrayList<>();
        rehearse(
                (environment, log) -> {
                    made.add(environment);
                    return (in, out, context) -> {
                        log.error("nobody_reads_this").write();
                        events.add(new String(in.readAllBytes(), UTF_8));
                    };
                },
                SCENE);
        assertThat(output()).contains("\"primed\"", "\"rounds\":50").doesNotContain("ERROR", "nobody_reads_this");
        assertThat(made).hasSize(1);
        assertThat(events).hasSize(50).allMatch(event -> event.equals(SCENE.event()));
    }

    @Test
    void the_outside_is_this_process_and_no_setting_is_real() {
        List<Environment> made = new ArrayList<>();
        rehearse(
                (environment, log) -> {
                    made.add(environment);
                    return (in, out, context) ->
                            assertThat(get(environment, "/told")).isEqualTo("200 {\"a\":1}");
                },
                SCENE.answered("GET /told", "{\"a\":1}"));
        assertThat(output()).contains("\"primed\"").doesNotContain("ERROR");
        assertThat(made.getFirst().variables().values()).noneMatch(value -> value.contains("real"));
    }

    /** An exception from it would make Lambda's publishing of the version fail. */
    @ParameterizedTest
    @ValueSource(strings = {"a call that is not made", "a call too many", "an exception", "an error", "no handler"})
    void what_goes_wrong_is_logged_with_the_scene_and_thrown_to_nobody(String fault) {
        Scene bad = fault.equals("a call that is not made") ? SCENE.answered("GetItem", "{}") : SCENE;
        AtomicInteger played = new AtomicInteger();
        rehearse(
                (environment, log) -> {
                    if (fault.equals("no handler")) {
                        throw new IllegalStateException("as asked");
                    }
                    return (in, out, context) -> {
                        switch (played.getAndIncrement() % 2 == 0 ? "" : fault) {
                            case "a call too many" -> get(environment, "/untold");
                            case "an exception" -> throw new IOException("as asked");
                            case "an error" -> throw new NoClassDefFoundError("as asked");
                            default -> {}
                        }
                    };
                },
                SCENE,
                bad);
        assertThat(output())
                .contains("\"level\":\"ERROR\",\"event\":\"rehearsal_failed\"")
                .doesNotContain("\"scene\":0", "as asked");
        if (!fault.equals("no handler")) {
            assertThat(output()).containsOnlyOnce("\"scene\":1").contains("\"primed\"");
        }
    }

    /** On a slow machine our own time-outs end the calls until most classes are loaded. */
    @Test
    void call_that_succeeds_in_the_end_is_no_failure() {
        AtomicInteger played = new AtomicInteger();
        rehearse(
                (environment, log) -> (in, out, context) -> {
                    if (played.getAndIncrement() < 3) {
                        throw new IOException("too slow");
                    }
                },
                SCENE);
        assertThat(output()).contains("\"primed\"").doesNotContain("ERROR");
    }

    @Test
    void last_step_has_the_real_environment_and_may_fail() {
        List<Environment> seen = new ArrayList<>();
        Rehearsal.play(
                (environment, log) -> (in, out, context) -> {},
                environment -> List.of(SCENE),
                environment -> {
                    seen.add(environment);
                    throw new IOException("as asked");
                },
                REAL,
                log());
        assertThat(seen).containsExactly(REAL);
        assertThat(output()).contains("rehearsal_failed").doesNotContain("as asked");
    }

    private void rehearse(BiFunction<Environment, Log, RequestStreamHandler> handler, Scene... scenes) {
        Rehearsal.play(handler, environment -> List.of(scenes), environment -> {}, REAL, log());
    }

    private Log log() {
        return new Log(new PrintStream(lines, true, UTF_8), InstantSource.system());
    }

    private String output() {
        return lines.toString(UTF_8);
    }

    private static String get(Environment environment, String path) throws IOException {
        HttpURLConnection connection = (HttpURLConnection) URI.create(environment.required("APIDOT_BASE_URL") + path)
                .toURL()
                .openConnection();
        int status = connection.getResponseCode();
        return status + " "
                + (status == 200 ? new String(connection.getInputStream().readAllBytes(), UTF_8) : "");
    }
}
