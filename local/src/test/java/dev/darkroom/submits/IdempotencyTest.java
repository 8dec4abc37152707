package dev.darkroom.submits;

import static org.assertj.core.api.Assertions.assertThat;

import dev.darkroom.local.LocalStack;
import dev.darkroom.local.apidot.Reply;
import dev.darkroom.local.apidot.SubmitFault;
import dev.darkroom.submit.SubmitHandler;
import dev.darkroom.task.Task;
import dev.darkroom.task.TaskState;
import dev.darkroom.testing.HttpEvent;
import dev.darkroom.testing.HttpEvent.Answer;
import dev.darkroom.testing.LocalStackExtension;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** Submits with the same key create one task and one purchase. */
class IdempotencyTest {
    @RegisterExtension
    static final LocalStackExtension STACK = LocalStackExtension.plain();

    @AutoClose
    private static Bench bench;

    @BeforeAll
    static void start(LocalStack stack) {
        bench = new Bench(stack);
    }

    private static final int CROWD = 200;

    @AfterEach
    void mend() {
        bench.apiDot().faults().clear();
    }

    /** Runs the same call this many times at once. */
    static <T> List<T> atOnce(int times, Callable<T> call) throws Exception {
        CountDownLatch start = new CountDownLatch(times);
        try (ExecutorService threads = Executors.newFixedThreadPool(times)) {
            List<Future<T>> calls = new ArrayList<>();
            for (int i = 0; i < times; i++) {
                calls.add(threads.submit(() -> {
                    start.countDown();
                    start.await();
                    return call.call();
                }));
            }
            List<T> results = new ArrayList<>();
            for (Future<T> each : calls) {
                results.add(each.get());
            }
            return results;
        }
    }

    @Test
    void two_hundred_submits_with_one_key_make_one_task_and_one_purchase() throws Exception {
        Bench.Scene scene = bench.scene(1000);
        SubmitHandler handler = scene.handler(bench.table());
        List<Answer> answers = atOnce(CROWD, () -> scene.submit(handler, "key-" + scene.name, scene.name));

        assertThat(answers).hasSize(CROWD).allSatisfy(answer -> {
            if (answer.status() == 200) {
                assertThat(answer.taskId()).isEqualTo(scene.taskId().value());
            } else {
                assertThat(answer.status()).isEqualTo(409);
                assertThat(answer.type()).isEqualTo("idempotency_conflict");
                assertThat(answer.retryAfter()).isBetween(1, 29);
            }
        });
        assertThat(answers).extracting(Answer::status).contains(200);
        assertThat(scene.arrived()).isEqualTo(1);
        assertThat(scene.accepted()).isEqualTo(1);
        assertThat(scene.held()).isEqualTo(1);
        assertThat(scene.task().map(Task::state)).contains(TaskState.ACCEPTED);
    }

    @Test
    void a_crowd_of_keys_and_users_meets_in_nothing() throws Exception {
        Bench.Scene scene = bench.scene(0);
        Bench.Scene other = bench.scene(0);
        String one = scene.submit(scene.handler(bench.table()), "same-key", scene.name)
                .taskId();
        String two = other.submit(other.handler(bench.table()), "same-key", other.name)
                .taskId();
        String three = scene.submit(scene.handler(bench.table()), "another-key", scene.name)
                .taskId();
        assertThat(List.of(one, two, three)).doesNotHaveDuplicates();
    }

    @Test
    void the_first_answer_is_repeated_however_the_body_is_written() {
        Bench.Scene scene = bench.scene(1);
        Answer first = scene.submit();
        String rewritten = "{ \"input\" : {\"prompt\":\"" + scene.name + "\"}, \"model\":\"gpt-image-2\" }";
        SubmitHandler handler = scene.handler(bench.table());
        Answer again = HttpEvent.submit(scene.name, rewritten, Map.of("idempotency-key", "key-" + scene.name))
                .through(handler);
        assertThat(again).as("the day's budget is spent by now").isEqualTo(first);
        assertThat(scene.arrived()).isEqualTo(1);
    }

    @Test
    void a_key_is_bound_to_its_request() {
        Bench.Scene scene = bench.scene(0);
        assertThat(scene.submit().status()).isEqualTo(200);
        SubmitHandler handler = scene.handler(bench.table());
        Answer otherPrompt = scene.submit(handler, "key-" + scene.name, scene.name + " in oil");
        assertThat(otherPrompt.status()).isEqualTo(422);
        assertThat(otherPrompt.type()).isEqualTo("idempotency_mismatch");
        String withCallback =
                scene.body(scene.name).replaceFirst("\\{", "{\"callback_url\":\"https://client.example.com/told\",");
        Answer otherCallback = HttpEvent.submit(
                        scene.name, withCallback, Map.of("idempotency-key", "key-" + scene.name))
                .through(handler);
        assertThat(otherCallback.status()).isEqualTo(422);
        assertThat(scene.arrived()).isEqualTo(1);
    }

    @Test
    void a_key_is_free_after_upstream_refused() {
        Bench.Scene scene = bench.scene(0);
        bench.apiDot().faults().add(new SubmitFault.Answers(Reply.of(400, Reply.Body.APIDOT), false), 1, scene.name);
        assertThat(scene.submit().status()).isEqualTo(400);
        Answer other = scene.submit(scene.handler(bench.table()), "key-" + scene.name, scene.name + " again");
        assertThat(other.status()).isEqualTo(200);
        assertThat(other.taskId()).isEqualTo(scene.taskId().value());
    }

    @Test
    void a_key_is_free_when_its_task_is_past_retention() {
        Bench.Scene scene = bench.scene(1000);
        String first = scene.submit().taskId();
        long now = scene.clock.instant().getEpochSecond();
        expire(scene, now + 1);
        assertThat(scene.submit().taskId()).isEqualTo(first);
        assertThat(scene.arrived()).isEqualTo(1);

        expire(scene, now);
        Answer again = scene.submit(scene.handler(bench.table()), "key-" + scene.name, scene.name + " again");
        assertThat(again.status()).isEqualTo(200);
        assertThat(scene.arrived()).isEqualTo(2);
        Task task = scene.task().orElseThrow();
        assertThat(task.request()).contains("again");
        assertThat(task.isExpired(scene.clock.instant())).isFalse();
    }

    private static void expire(Bench.Scene scene, long at) {
        bench.stack()
                .dynamoDb()
                .updateItem(request -> request.tableName(bench.stack().tasksTable())
                        .key(Map.of(
                                "task_id", AttributeValue.fromS(scene.taskId().value())))
                        .updateExpression("SET expires_at = :at")
                        .expressionAttributeValues(Map.of(":at", AttributeValue.fromN(Long.toString(at)))));
    }
}
