package dev.darkroom.local.apidot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.darkroom.json.Json;
import java.io.IOException;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ControlRouteTest {
    @AutoClose
    private ApiDotClient client;

    @BeforeEach
    void start() throws IOException {
        client = ApiDotClient.start();
    }

    @Test
    void faults_are_listed_and_removed() throws Exception {
        client.fault("{\"fault\":\"submit_cut\"}");
        client.apidot.faults().always(new FileFault.Empty(), "mark");

        assertThat(ApiDotClient.text(client.send("GET", "/control/faults", "")))
                .isEqualTo(
                        "[{\"id\":1,\"description\":\"SubmitFault.Cuts[moment=AFTER_ACCEPTING]\",\"match\":\"\","
                            + "\"times\":1,\"applied\":0},"
                            + "{\"id\":2,\"description\":\"FileFault.Empty[]\",\"match\":\"mark\",\"times\":0,\"applied\":0}]");
        client.send("DELETE", "/control/faults/1", "");
        assertThat(client.apidot.faults().rules()).hasSize(1);
        assertThat(client.send("DELETE", "/control/faults/1", "").statusCode()).isEqualTo(404);
        client.send("DELETE", "/control/faults", "");
        assertThat(client.apidot.faults().rules()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "[]",
                "{}",
                "{\"fault\":\"submit_explodes\"}",
                "{\"fault\":\"submit_cut\",\"momment\":\"before_accepting\"}",
                "{\"fault\":\"submit_cut\",\"moment\":\"sometimes\"}",
                "{\"fault\":\"submit_answers\",\"status\":99}",
                "{\"fault\":\"submit_answers\",\"accepted\":1}",
                "{\"fault\":\"submit_hangs\",\"seconds\":-1}",
                "{\"fault\":\"submit_cut\",\"times\":-1}",
                "{\"fault\":\"status_says\"}",
                "{\"fault\":\"status_says\",\"word\":null}",
                "{\"fault\":\"task_has_file_urls\",\"urls\":[1]}",
            })
    void a_fault_that_is_none_is_refused(String body) throws Exception {
        HttpResponse<byte[]> answer = client.send("POST", "/control/faults", body);
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(client.apidot.faults().rules()).isEmpty();
    }

    @Test
    void requests_are_counted_by_prompt_and_by_callback() throws Exception {
        SimulatedTask one = client.submitted("marker-1 fox");
        client.ended(one);
        client.send("GET", one.fileUrls().getFirst(), "");
        client.submitted("marker-2 fox");

        Stats stats = client.apidot.stats("marker-1");
        assertThat(stats.submitsArrived()).isEqualTo(1);
        assertThat(stats.statusReads()).isEqualTo(1);
        assertThat(stats.fileReads()).isEqualTo(1);
        assertThat(client.apidot.stats("fox", "/receiver/hook").tasksAccepted()).isEqualTo(2);
        assertThat(client.apidot.stats("fox", "/receiver/other").tasksAccepted())
                .isZero();
        assertThat(ApiDotClient.json(client.send("GET", "/control/stats?prompt=marker-2%20fox", ""))
                        .integer("submits_arrived"))
                .isEqualTo(1);
    }

    @Test
    void a_task_is_shown() throws Exception {
        SimulatedTask task = client.submitted("fox");
        client.ended(task);

        Json.Obj shown = ApiDotClient.json(client.send("GET", "/control/tasks/" + task.id(), ""));

        assertThat(shown.string("status")).isEqualTo("finished");
        assertThat(shown.string("prompt")).isEqualTo("fox");
        assertThat(shown.string("callback_url")).isEqualTo(client.apidot.receiverUrl("hook"));
        assertThat(shown.integer("status_reads")).isEqualTo(1);
        assertThat(ApiDotClient.text(client.send("GET", "/control/tasks?prompt=fox", "")))
                .contains(task.id());
        assertThat(client.send("GET", "/control/tasks/none", "").statusCode()).isEqualTo(404);
        assertThat(client.send("GET", "/nowhere", "").statusCode()).isEqualTo(404);
    }
}
