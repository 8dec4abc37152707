package dev.darkroom.endtoend;

import static dev.darkroom.testing.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;

import com.standardwebhooks.Webhook;
import dev.darkroom.json.Json;
import dev.darkroom.local.LocalStack;
import dev.darkroom.local.apidot.Callback;
import dev.darkroom.local.apidot.FaultRule;
import dev.darkroom.local.apidot.ReceiverAnswer;
import dev.darkroom.local.apidot.TaskFault;
import dev.darkroom.testing.LocalStackExtension;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** A program submits with a {@code callback_url} and waits for the callback: the whole round trip. */
class ClientCallbackTest {
    private static final String OLD = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    private static final String NEW = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD";
    private static final Duration GENEROUS = Duration.ofSeconds(90);

    @RegisterExtension
    static final LocalStackExtension STACK = LocalStackExtension.with("CLIENT_WEBHOOK_SECRETS", NEW + "," + OLD);

    private static LocalStack stack;

    private static ApiDotProgram alice;

    @BeforeAll
    static void start(LocalStack started) {
        stack = started;
        alice = new ApiDotProgram(stack.apiUrl().toString(), "alice");
    }

    private static String submitted(String receiver, String prompt) throws Exception {
        return alice.submit(ApiDotProgram.payload(stack.apiDot().receiverUrl(receiver), prompt));
    }

    private static void awaitCallback(String task, String status) {
        await().until(() -> status.equals(
                Objects.requireNonNull(alice.status(task).object("callback")).string("status")));
    }

    private static List<Callback> callbacks(String receiver) {
        return stack.apiDot().receiver().callbacks(receiver);
    }

    /** Throws unless the official Standard Webhooks library accepts the signature under this secret at the present time. */
    private static void verify(String secret, Callback callback) throws Exception {
        Map<String, List<String>> headers = new HashMap<>();
        callback.headers().forEach((name, value) -> headers.put(name, List.of(value)));
        new Webhook(secret).verify(callback.body(), headers);
    }

    /** Removes what differs between two status answers: {@code callback}, and the queries of file URLs, which are signed anew each time. */
    private static Json comparable(Json json) {
        return switch (json) {
            case Json.Obj(Map<String, Json> fields) -> {
                Map<String, Json> left = new LinkedHashMap<>();
                fields.forEach((name, value) -> left.put(
                        name,
                        List.of("file_url", "preview_url").contains(name) && value instanceof Json.Str(String url)
                                ? Json.of(url.substring(0, url.indexOf('?')))
                                : comparable(value)));
                left.remove("callback");
                left.remove("input");
                yield new Json.Obj(left);
            }
            case Json.Arr(List<Json> items) ->
                Json.array(items.stream().map(ClientCallbackTest::comparable).toList());
            case Json.Str text -> text;
            case Json.Num number -> number;
            case Json.Bool bool -> bool;
            case Json.Null none -> none;
        };
    }

    @ParameterizedTest
    @CsvSource({"finished, a silver espresso machine", "failed, an impossible espresso machine"})
    void the_readmes_payload_brings_one_callback_that_says_what_the_status_says(String status, String prompt)
            throws Exception {
        stack.apiDot()
                .faults()
                .add(new TaskFault.Fails("failed", "It cannot be drawn"), FaultRule.ALWAYS, "impossible");
        String task = submitted(status, prompt);
        awaitCallback(task, "delivered");
        stack.sweepNow();

        assertThat(callbacks(status)).hasSize(1);
        Callback callback = callbacks(status).getFirst();
        assertThat(callback.id()).isEqualTo(task);
        assertThat(callback.headers()).containsEntry("content-type", "application/json");
        assertThat(callback.signature()).isEqualTo(Callback.Signature.VALID);
        verify(OLD, callback);
        verify(NEW, callback);
        assertThat(Objects.requireNonNull(callback.headers().get("webhook-signature"))
                        .split(" ", -1))
                .hasSize(2);
        HttpResponse<String> answer = alice.get("/api/generate/status/" + task);
        assertThat(comparable(callback.json())).isEqualTo(comparable(Json.parse(answer.body())));
        Json.Obj data = Objects.requireNonNull(((Json.Obj) callback.json()).object("data"));
        assertThat(data.string("status")).isEqualTo(status);
        assertThat(data.get("callback")).isNull();
        assertThat(data.get("input")).isNull();
        for (Json file : data.items("files")) {
            assertThat(alice.download(Objects.requireNonNull(((Json.Obj) file).string("file_url"))))
                    .hasSize(Math.toIntExact(Objects.requireNonNull(((Json.Obj) file).integer("bytes"))));
        }
        assertThat(data.items("files")).hasSize(status.equals("finished") ? 1 : 0);
    }

    @Test
    void a_callback_that_waits_shows_its_next_attempt() throws Exception {
        stack.apiDot().receiver().answer("away", ReceiverAnswer.status(503, 1));
        String task = submitted("away", "a fox");
        await().until(() ->
                Objects.requireNonNull(alice.status(task).object("callback")).string("next_attempt_time") != null);
        Json.Obj waiting = Objects.requireNonNull(alice.status(task).object("callback"));
        assertThat(waiting.string("status")).isEqualTo("pending");
        assertThat(waiting.integer("attempts")).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://example.com/hook",
                "https://user:secret@example.com/",
                "https://localhost/",
                "https://127.0.0.1/",
                "https://0x7f.1/",
                "https://2130706433/",
                "https://[::ffff:127.0.0.1]/",
                "https://169.254.169.254/latest/meta-data/",
                "https://metadata.google.internal/",
                "https://intranet/",
                "ftp://example.com/",
                "javascript:alert(1)"
            })
    void a_hostile_url_is_refused_before_anything_is_recorded_or_sent(String url) throws Exception {
        HttpResponse<String> answer = alice.post(
                "/api/generate/submit", ApiDotProgram.payload(url, "hostile").text());
        assertThat(answer.statusCode()).isEqualTo(400);
        Json.Obj error = Objects.requireNonNull(((Json.Obj) Json.parse(answer.body())).object("error"));
        assertThat(error.items("details"))
                .extracting(detail -> ((Json.Obj) detail).string("field"))
                .containsExactly("callback_url");
        assertThat(answer.body()).doesNotContain(url);
        assertThat(stack.apiDot().stats("hostile").submitsArrived()).isZero();
        assertThat(stack.dynamoDb()
                        .scan(request -> request.tableName(stack.tasksTable()))
                        .items())
                .noneMatch(item -> item.toString().contains("hostile"));
    }

    @Test
    void a_callback_is_sent_again_under_the_same_id_and_says_what_came_of_it() throws Exception {
        String task = submitted("again", "a hedgehog");
        awaitCallback(task, "delivered");
        assertThat(callback(task).string("last_result")).isEqualTo("200");
        assertThat(Instant.parse(callback(task).string("last_attempt_time")))
                .isBetween(Instant.now().minus(GENEROUS), Instant.now());

        assertThat(sendAgain(task).statusCode()).isEqualTo(200);
        await().until(() -> callbacks("again").size() == 2);
        awaitCallback(task, "delivered");
        assertThat(callbacks("again")).extracting(Callback::id).containsOnly(task);
        assertThat(callback(task).integer("attempts")).isEqualTo(1);

        stack.apiDot().receiver().answer("again", ReceiverAnswer.status(410, 1));
        assertThat(sendAgain(task).body()).contains("\"callback\":{\"status\":\"pending\",\"attempts\":0");
        awaitCallback(task, "failed");
        assertThat(callback(task).string("last_result")).isEqualTo("410");
        assertThat(sendAgain(task).statusCode()).isEqualTo(200);
        awaitCallback(task, "delivered");
        assertThat(callbacks("again")).hasSize(4);
    }

    @Test
    void nothing_is_sent_again_where_there_is_nothing_to_send() throws Exception {
        String silent = alice.submit(Json.object()
                .put("model", "gpt-image-2")
                .put("input", Json.object().put("prompt", "a silent hedgehog").build())
                .build());
        alice.ended(silent);
        assertConflict(silent, "The task has no callback_url.");

        stack.apiDot().faults().add(new TaskFault.NeverEnds("running"), 1, "a slow hedgehog");
        assertConflict(submitted("nobody", "a slow hedgehog"), "The task has not ended.");

        String task = submitted("slow", "a quick hedgehog");
        awaitCallback(task, "delivered");
        // While an attempt gets no answer, the notifier takes no further change of its task.
        stack.apiDot()
                .receiver()
                .answer("slow", new ReceiverAnswer(200, null, null, Duration.ofSeconds(9), false, 0, 0, 0));
        assertThat(sendAgain(task).statusCode()).isEqualTo(200);
        await().until(() -> callbacks("slow").size() > 1);
        for (String underWay : List.of("due", "sending")) {
            Map<String, AttributeValue> changed = with(item(task), "callback_status", AttributeValue.fromS(underWay));
            put(changed);
            assertConflict(task, "The callback is being sent now. Try again later.");
        }
        ApiDotProgram bob = new ApiDotProgram(stack.apiUrl().toString(), "bob");
        assertThat(bob.post("/api/generate/tasks/" + task + "/callback", "").statusCode())
                .isEqualTo(404);
    }

    private static void assertConflict(String task, String message) throws Exception {
        Map<String, AttributeValue> before = item(task);
        HttpResponse<String> answer = sendAgain(task);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(409);
        assertThat(answer.body()).contains("\"type\":\"conflict\"").contains(message);
        assertThat(item(task).get("callback_attempts")).isEqualTo(before.get("callback_attempts"));
    }

    private static HttpResponse<String> sendAgain(String task) throws Exception {
        return alice.post("/api/generate/tasks/" + task + "/callback", "");
    }

    private static Json.Obj callback(String task) throws Exception {
        return Objects.requireNonNull(alice.status(task).object("callback"));
    }

    private static void put(Map<String, AttributeValue> item) {
        stack.dynamoDb().putItem(put -> put.tableName(stack.tasksTable()).item(item));
    }

    private static Map<String, AttributeValue> with(
            Map<String, AttributeValue> item, String name, AttributeValue value) {
        Map<String, AttributeValue> changed = new HashMap<>(item);
        changed.put(name, value);
        return changed;
    }

    private static Map<String, AttributeValue> item(String task) {
        return stack.dynamoDb()
                .getItem(request ->
                        request.tableName(stack.tasksTable()).key(Map.of("task_id", AttributeValue.fromS(task))))
                .item();
    }
}
