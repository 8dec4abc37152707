package dev.darkroom.local.apidot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.darkroom.json.Json;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StatusRouteTest {
    @AutoClose
    private ApiDotClient client;

    @BeforeEach
    void start() throws IOException {
        client = ApiDotClient.start();
    }

    private static List<String> urls(List<Json> files) {
        return files.stream().map(file -> ((Json.Obj) file).string("file_url")).toList();
    }

    @Test
    void a_task_goes_from_not_started_over_running_to_finished() throws Exception {
        Duration day = Duration.ofDays(1);
        assertThat(word(day, day)).isEqualTo("not_started");
        assertThat(word(Duration.ZERO, day)).isEqualTo("running");
        assertThat(word(Duration.ZERO, Duration.ZERO)).isEqualTo("finished");
    }

    /** Returns what a new task says at this pace. */
    private static String word(Duration untilRunning, Duration untilEnd) throws Exception {
        try (ApiDotClient client =
                ApiDotClient.start(Settings.quick(ApiDotClient.KEY).withPace(untilRunning, untilEnd))) {
            SimulatedTask task = client.submitted("fox");
            assertThat(task.stageAt(task.acceptedAt().plus(untilRunning)).finished())
                    .isEqualTo(untilEnd.isZero());
            assertThat(task.stageAt(task.endsAt()).word()).isEqualTo("finished");
            String word = Objects.requireNonNull(client.statusData(task).string("status"));
            assertThat(client.apidot.stats("fox").creditsCharged()).isEqualTo(word.equals("finished") ? 1 : 0);
            return word;
        }
    }

    /** A container reaches this machine by a host name that does not resolve on this machine. */
    @Test
    void the_files_are_where_the_asker_found_this_server() throws Exception {
        SimulatedTask task = client.submitted("fox");
        client.apidot.speak(new Shapes(Shapes.Status.DATA, Shapes.Webhook.FLAT, Shapes.Picture.PNG));
        client.ended(task);

        for (String host : List.of("localhost", "127.0.0.1")) {
            String base = "http://" + host + ":" + client.apidot.port();
            HttpResponse<byte[]> answer = client.send("GET", base + "/api/generate/status/" + task.id(), "");
            List<Json> files =
                    ApiDotClient.part(ApiDotClient.json(answer), "data").items("files");
            assertThat(urls(files)).containsExactly(base + "/files/" + task.id() + "/0.png");
        }
    }

    @Test
    void files_stand_in_either_place() throws Exception {
        SimulatedTask task = client.submitted("fox");

        client.send("PUT", "/control/shapes", "{\"status\":\"data\"}");
        Json.Obj flat = client.ended(task);
        assertThat(urls(flat.items("files"))).hasSize(1);
        assertThat(flat.object("output")).isNull();

        client.apidot.speak(new Shapes(Shapes.Status.OUTPUT, Shapes.Webhook.FLAT, Shapes.Picture.PNG));
        Json.Obj nested = client.statusData(task);
        assertThat(nested.get("files")).isNull();
        assertThat(urls(ApiDotClient.part(nested, "output").items("files")).getFirst())
                .startsWith(client.apidot.baseUrl() + "/files/" + task.id() + "/0.");
    }

    @Test
    void an_unknown_task_is_404_and_a_wrong_key_401() throws Exception {
        assertThat(client.send("GET", "/api/generate/status/task-none", "").statusCode())
                .isEqualTo(404);
        SimulatedTask task = client.submitted("fox");
        assertThat(client.stream(client.apidot.baseUrl() + "/api/generate/status/" + task.id())
                        .statusCode())
                .isEqualTo(401);
    }

    @ParameterizedTest
    @CsvSource({
        "404, apidot",
        "401, apidot",
        "402, apidot",
        "403, message",
        "408, text",
        "429, empty",
        "500, html",
        "503, detail",
        "200, broken_json"
    })
    void a_read_is_answered_as_told_for_so_many_reads(int status, String body) throws Exception {
        SimulatedTask task = client.submitted("marked");
        client.ended(task);
        client.fault("{\"fault\":\"status_answers\",\"status\":%d,\"body\":\"%s\",\"times\":2,\"match\":\"marked\"}"
                .formatted(status, body));

        assertThat(client.status(task).statusCode()).isEqualTo(status);
        HttpResponse<byte[]> second = client.status(task);
        assertThat(second.statusCode()).isEqualTo(status);
        assertThat(ApiDotClient.text(second)).doesNotContain("finished");
        assertThat(client.statusData(task).string("status")).isEqualTo("finished");
        assertThat(task.statusReads()).isEqualTo(4);
    }

    @Test
    void a_read_can_hang_or_be_cut() throws Exception {
        SimulatedTask task = client.submitted("fox");
        // All answers are cut, because the JDK's client repeats a GET that got no answer.
        client.fault("{\"fault\":\"status_cut\",\"times\":0}");
        assertThatThrownBy(() -> client.status(task)).isInstanceOf(IOException.class);
        client.apidot.faults().clear();
        client.fault("{\"fault\":\"status_hangs\",\"seconds\":30}");
        assertThatThrownBy(() -> client.send("GET", "/api/generate/status/" + task.id(), "", Duration.ofMillis(200)))
                .isInstanceOf(HttpTimeoutException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"running", "processing", "queued", "simmering"})
    void a_read_can_say_any_word(String word) throws Exception {
        SimulatedTask task = client.submitted("fox");
        client.fault("{\"fault\":\"status_says\",\"word\":\"" + word + "\"}");
        assertThat(client.statusData(task).string("status")).isEqualTo(word);
    }

    @ParameterizedTest
    @ValueSource(strings = {"failed", "cancelled", "canceled"})
    void a_task_fails_with_a_message_that_quotes_what_it_was_given(String word) throws Exception {
        client.fault("""
            {"fault":"task_fails","word":"%s","message":"no: {prompt} {callback_url} {file_url}"}\
            """.formatted(word));
        SimulatedTask task = client.submitted("a bad fox");

        Json.Obj data = client.ended(task);

        assertThat(data.string("status")).isEqualTo(word);
        assertThat(data.string("error_message"))
                .startsWith("no: a bad fox " + client.apidot.receiverUrl("hook") + " http://localhost");
        assertThat(client.apidot.stats().creditsCharged()).isZero();
    }

    @Test
    void a_task_can_be_spelt_otherwise() throws Exception {
        client.fault("{\"fault\":\"task_spells\",\"finished\":\"success\"}");
        assertThat(client.ended(client.submitted("fox")).string("status")).isEqualTo("success");

        client.fault("{\"fault\":\"task_never_ends\",\"word\":\"processing\"}");
        assertThat(client.ended(client.submitted("fox")).string("status")).isEqualTo("processing");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 3})
    void a_task_has_as_many_files_as_told(int count) throws Exception {
        client.apidot.speak(new Shapes(Shapes.Status.DATA, Shapes.Webhook.FLAT, Shapes.Picture.JPEG));
        client.fault("{\"fault\":\"task_has_files\",\"count\":" + count + "}");

        Json.Obj data = client.ended(client.submitted("fox"));

        assertThat(data.string("status")).isEqualTo("finished");
        assertThat(urls(data.items("files"))).hasSize(count);
        for (String url : urls(data.items("files"))) {
            assertThat(client.stream(url).statusCode()).isEqualTo(200);
        }
    }

    @Test
    void a_task_can_name_any_url() throws Exception {
        client.apidot.speak(new Shapes(Shapes.Status.DATA, Shapes.Webhook.FLAT, Shapes.Picture.JPEG));
        client.fault("{\"fault\":\"task_has_file_urls\",\"urls\":[\"http://169.254.169.254/latest\",\"::\"]}");

        assertThat(urls(client.ended(client.submitted("fox")).items("files")))
                .containsExactly("http://169.254.169.254/latest", "::");
    }

    @Test
    void a_task_takes_as_long_as_told() throws Exception {
        client.fault("{\"fault\":\"task_takes\",\"seconds\":3600,\"match\":\"slow\"}");
        SimulatedTask slow = client.submitted("slow fox");
        SimulatedTask quick = client.submitted("fox");
        client.ended(quick);
        assertThat(client.statusData(slow).string("status")).isNotEqualTo("finished");
    }
}
