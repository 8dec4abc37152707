package dev.darkroom.local.apidot;

import static dev.darkroom.testing.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.darkroom.json.Json;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SubmitRouteTest {
    @AutoClose
    private ApiDotClient client;

    @BeforeEach
    void start() throws IOException {
        client = ApiDotClient.start();
    }

    @Test
    void a_submit_is_accepted_in_the_published_shape() throws Exception {
        HttpResponse<byte[]> answer = client.submit("a fox");

        Json.Obj data = ApiDotClient.part(ApiDotClient.json(answer), "data");
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(ApiDotClient.json(answer).integer("code")).isEqualTo(200);
        assertThat(data.string("task_id")).startsWith("task-unified-");
        assertThat(data.string("status")).isEqualTo("not_started");
        assertThat(data.string("created_time")).matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d");
        assertThat(client.apidot.stats("a fox").tasksAccepted()).isEqualTo(1);
    }

    @Test
    void a_wrong_key_is_refused_and_the_request_counted() throws Exception {
        try (ApiDotClient other = ApiDotClient.start(Settings.quick("another-key"))) {
            HttpResponse<byte[]> answer = other.submit("a fox");
            assertThat(answer.statusCode()).isEqualTo(401);
            assertThat(ApiDotClient.text(answer)).contains("authentication_error");
            assertThat(other.apidot.stats().submitsArrived()).isEqualTo(1);
            assertThat(other.apidot.stats().tasksAccepted()).isZero();
        }
    }

    @Test
    void what_breaks_the_request_rules_is_refused_in_apidots_shape() throws Exception {
        HttpResponse<byte[]> answer = client.send("POST", "/api/generate/submit", "{\"model\":\"gpt-image-2\"}");
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(ApiDotClient.text(answer))
                .isEqualTo("{\"code\":400,\"error\":{\"message\":\"input is required\","
                        + "\"type\":\"invalid_request_error\"}}");
    }

    @ParameterizedTest(name = "{0} {1} code {2} accepted {3}")
    @CsvSource(delimiter = '|', textBlock = """
        400 | apidot      | 400 | false | invalid_request_error
        401 | apidot      | 401 | false | authentication_error
        402 | apidot      | 402 | false | insufficient_credits_error
        422 | detail_list | 422 | false | "detail":[{"loc":["body","input"],"msg":
        429 | apidot      | 429 | false | rate_limit_error
        500 | apidot      | 500 | true  | server_error
        502 | html        | 502 | true  | <html>
        503 | apidot      | 503 | false | server_error
        503 | html        | 503 | true  | <html>
        504 | empty       | 504 | true  | ''
        408 | text        | 408 | true  | Request timeout
        403 | message     | 403 | false | "code":403,"message":
        404 | detail      | 404 | false | "detail":
        200 | apidot      | 402 | false | insufficient_credits_error
        200 | html        | 200 | true  | <html>
        200 | empty       | 200 | true  | ''
        200 | no_task_id  | 200 | true  | "not_started"
        200 | broken_json | 200 | true  | task-unif
        """)
    void a_submit_is_answered_as_told(int status, String body, int code, boolean accepted, String says)
            throws Exception {
        client.fault("{\"fault\":\"submit_answers\",\"status\":%d,\"body\":\"%s\",\"code\":%d,\"accepted\":%s}"
                .formatted(status, body, code, accepted));

        HttpResponse<byte[]> answer = client.submit("marked");

        assertThat(answer.statusCode()).isEqualTo(status);
        assertThat(ApiDotClient.text(answer)).contains(says);
        assertThat(client.apidot.stats("marked").submitsArrived()).isEqualTo(1);
        assertThat(client.apidot.stats("marked").tasksAccepted()).isEqualTo(accepted ? 1 : 0);
        assertThat(client.submit("marked").statusCode()).isEqualTo(200);
    }

    @Test
    void an_answer_carries_retry_after_and_location() throws Exception {
        client.fault("{\"fault\":\"submit_answers\",\"status\":503,\"retry_after\":\"7\"}");
        client.fault("{\"fault\":\"submit_answers\",\"status\":302,\"body\":\"empty\",\"location\":\"/elsewhere\"}");

        assertThat(client.submit("a").headers().firstValue("Retry-After")).hasValue("7");
        HttpResponse<byte[]> redirect = client.submit("b");
        assertThat(redirect.statusCode()).isEqualTo(302);
        assertThat(redirect.headers().firstValue("Location")).hasValue("/elsewhere");
    }

    @ParameterizedTest
    @CsvSource({"before_accepting, 0", "after_accepting, 1"})
    void a_cut_connection_leaves_a_task_or_none(String moment, int tasks) throws Exception {
        client.fault("{\"fault\":\"submit_cut\",\"moment\":\"%s\"}".formatted(moment));

        assertThatThrownBy(() -> client.submit("marked")).isInstanceOf(IOException.class);

        assertThat(client.apidot.stats("marked").submitsArrived()).isEqualTo(1);
        assertThat(client.apidot.stats("marked").tasksAccepted()).isEqualTo(tasks);
    }

    @Test
    void a_submit_that_hangs_before_its_task_exists_outlasts_its_client() throws Exception {
        client.fault("{\"fault\":\"submit_hangs\",\"seconds\":1.5,\"moment\":\"before_accepting\"}");

        Instant sent = Instant.now();
        givesUpAfter(() -> client.apidot.stats("marked").submitsArrived() == 1);

        await().until(() -> client.apidot.stats("marked").tasksAccepted() == 1);
        assertThat(client.apidot.tasks("marked").getFirst().acceptedAt()).isAfterOrEqualTo(sent.plusMillis(1500));
    }

    @Test
    void a_submit_that_hangs_after_its_task_exists_gives_no_answer() throws Exception {
        client.fault("{\"fault\":\"submit_hangs\",\"seconds\":600,\"moment\":\"after_accepting\"}");

        givesUpAfter(() -> client.apidot.stats("marked").tasksAccepted() == 1);
    }

    /** Submits, and closes the connection once this is so. */
    private void givesUpAfter(Callable<Boolean> happened) {
        var pending = client.begin(
                "POST", "/api/generate/submit", client.requestFor("marked").text());
        await().until(happened);
        assertThat(pending.cancel(true)).as("no answer came").isTrue();
    }

    @Test
    void the_webhook_can_be_answered_before_the_submit_is() throws Exception {
        client.fault("{\"fault\":\"submit_webhook_first\"}");

        client.submit("early");

        assertThat(client.apidot.receiver().callbacks("hook")).hasSize(1);
        assertThat(client.apidot.receiver().callbacks("hook").getFirst().body()).contains("\"finished\"");
    }

    @Test
    void a_fault_happens_as_often_as_told_and_only_to_its_match() throws Exception {
        client.fault("{\"fault\":\"submit_answers\",\"status\":500,\"times\":2,\"match\":\"mark\"}");

        assertThat(client.submit("plain").statusCode()).isEqualTo(200);
        assertThat(client.submit("a mark").statusCode()).isEqualTo(500);
        assertThat(client.submit("plain").statusCode()).isEqualTo(200);
        assertThat(client.submit("mark two").statusCode()).isEqualTo(500);
        assertThat(client.submit("mark three").statusCode()).isEqualTo(200);
        assertThat(client.apidot.faults().rules().getFirst().applied()).isEqualTo(2);
    }
}
