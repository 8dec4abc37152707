package dev.darkroom.submits;

import static dev.darkroom.testing.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.darkroom.json.Json;
import dev.darkroom.local.LocalStack;
import dev.darkroom.local.apidot.Reply;
import dev.darkroom.local.apidot.SubmitFault;
import dev.darkroom.local.apidot.TaskFault;
import dev.darkroom.local.apidot.WebhookFault;
import dev.darkroom.local.function.LocalFunction;
import dev.darkroom.local.function.Outcome;
import dev.darkroom.submit.SubmitHandler;
import dev.darkroom.task.ErrorType;
import dev.darkroom.task.Settling;
import dev.darkroom.task.Task;
import dev.darkroom.task.TaskId;
import dev.darkroom.task.TaskState;
import dev.darkroom.task.Write;
import dev.darkroom.task.Written;
import dev.darkroom.testing.HttpEvent;
import dev.darkroom.testing.HttpEvent.Answer;
import dev.darkroom.testing.LocalStackExtension;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** A user's daily credits: tasks never hold more than the limit, and each credit is given back once. */
class BudgetTest {
    @RegisterExtension
    static final LocalStackExtension STACK = LocalStackExtension.plain();

    @AutoClose
    private static Bench bench;

    @BeforeAll
    static void start(LocalStack stack) {
        bench = new Bench(stack);
    }

    @AfterEach
    void mend() {
        bench.wire().lose(0, request -> false);
        bench.apiDot().faults().clear();
    }

    @Test
    void of_two_hundred_submits_at_once_the_limit_lets_through_exactly_its_number() throws Exception {
        Bench.Scene scene = bench.scene(10);
        SubmitHandler handler = scene.handler(bench.table());
        AtomicInteger number = new AtomicInteger();
        List<Answer> answers =
                IdempotencyTest.atOnce(200, () -> scene.submit(handler, "key-" + number.incrementAndGet(), scene.name));

        assertThat(answers).extracting(Answer::status).containsOnly(200, 402);
        assertThat(answers).filteredOn(answer -> answer.status() == 200).hasSize(10);
        assertThat(answers)
                .filteredOn(answer -> answer.status() == 402)
                .allSatisfy(answer -> assertThat(answer.type()).isEqualTo("insufficient_credits"));
        assertThat(scene.held()).isEqualTo(10);
        assertThat(scene.arrived()).isEqualTo(10);
    }

    @Test
    void a_request_that_costs_more_than_is_left_is_refused_and_a_cheaper_one_is_not() {
        Bench.Scene scene = bench.scene(5);
        String dear = scene.body(scene.name).replace("\"prompt\"", "\"quality\":\"medium\",\"prompt\"");
        SubmitHandler handler = scene.handler(bench.table());
        assertThat(send(handler, scene, dear).status()).isEqualTo(200);
        assertThat(send(handler, scene, dear).status()).isEqualTo(402);
        assertThat(send(handler, scene, scene.body(scene.name)).status()).isEqualTo(200);
        assertThat(send(handler, scene, scene.body(scene.name)).status()).isEqualTo(200);
        assertThat(send(handler, scene, scene.body(scene.name)).status()).isEqualTo(402);
        assertThat(scene.held()).isEqualTo(5);

        scene.clock.move(Duration.ofDays(1));
        assertThat(send(handler, scene, dear).status()).as("a new day").isEqualTo(200);
        assertThat(scene.held()).isEqualTo(3);
    }

    private static Answer send(SubmitHandler handler, Bench.Scene scene, String body) {
        return HttpEvent.submit(scene.name, body, Map.of()).through(handler);
    }

    @Test
    void a_crowd_of_refusals_gives_every_credit_back_once() throws Exception {
        Bench.Scene scene = bench.scene(1000);
        bench.apiDot().faults().always(new SubmitFault.Answers(Reply.of(400, Reply.Body.APIDOT), false), scene.name);
        // Answers of both kinds of transactions are lost on the way, so the SDK repeats some of each.
        bench.wire().lose(10, request -> request.contains("TransactWriteItems") && request.contains(scene.name));
        SubmitHandler handler = scene.handler(bench.table());
        List<Answer> answers = IdempotencyTest.atOnce(50, () -> send(handler, scene, scene.body(scene.name)));
        assertThat(answers).extracting(Answer::status).containsOnly(400);
        assertThat(bench.wire().left()).isZero();
        assertThat(scene.held()).isZero();
    }

    @Test
    void a_failing_task_settled_by_many_at_once_gives_back_once() throws Exception {
        Bench.Scene scene = bench.scene(1000);
        scene.withWebhooks();
        bench.apiDot().faults().always(new TaskFault.Fails("failed", "The prompt violates our policy"), scene.name);
        bench.apiDot().faults().always(new WebhookFault.Duplicates(5), scene.name);
        TaskId failing = new TaskId(scene.submit().taskId());
        TaskId other = new TaskId(scene.submit(scene.handler(bench.table()), "other", "still " + scene.name)
                .taskId());
        LocalFunction settle = bench.stack().function("SettleFunction");
        for (TaskId task : List.of(failing, other)) {
            await().until(() -> {
                settleAtOnce(settle, task);
                return bench.table().read(task).orElseThrow().state() == TaskState.FAILED;
            });
        }
        assertThat(scene.held()).isZero();
        settleAtOnce(settle, failing);
        assertThat(scene.held()).as("after settling what has ended").isZero();
    }

    private static void settleAtOnce(LocalFunction settle, TaskId task) throws Exception {
        assertThat(IdempotencyTest.atOnce(5, () -> settle.invoke(due(task))))
                .allMatch(Outcome.Answered.class::isInstance);
    }

    @Test
    void the_very_write_that_fails_a_task_repeated_at_once_gives_back_once() throws Exception {
        Bench.Scene scene = bench.scene(1000);
        scene.submit();
        Answer kept = scene.submit(scene.handler(bench.table()), "other", "still " + scene.name);
        assertThat(kept.status()).isEqualTo(200);
        // The task was claimed without being due, so the stream wakes no other worker.
        bench.stack()
                .dynamoDb()
                .updateItem(request -> request.tableName(bench.stack().tasksTable())
                        .key(Map.of(
                                "task_id", AttributeValue.fromS(scene.taskId().value())))
                        .updateExpression("SET #state = :settling, claim_id = :claim")
                        .expressionAttributeNames(Map.of("#state", "state"))
                        .expressionAttributeValues(Map.of(
                                ":settling", AttributeValue.fromS(TaskState.SETTLING.text()),
                                ":claim", AttributeValue.fromS("this worker"))));
        Task claimed = scene.task().orElseThrow();
        Write.Update failed =
                Settling.failed(claimed, ErrorType.UPSTREAM_FAILED, "no", scene.clock.instant(), Duration.ofDays(37));
        bench.wire()
                .lose(
                        3,
                        request -> request.contains("TransactWriteItems")
                                && request.contains(claimed.id().value()));
        List<Written> written = IdempotencyTest.atOnce(5, () -> bench.table().write(failed));
        assertThat(written).allMatch(Written.Applied.class::isInstance);
        assertThat(bench.wire().left()).isZero();
        assertThat(scene.task().map(Task::state)).contains(TaskState.FAILED);
        assertThat(scene.held()).as("what the other task holds").isEqualTo(1);
    }

    /** Returns the stream's record of the due task. */
    private static Json.Obj due(TaskId task) {
        Json.Obj key = Json.object()
                .put("task_id", Json.object().put("S", task.value()).build())
                .build();
        Json.Obj change = Json.object()
                .put("Keys", key)
                .put("SequenceNumber", "1")
                .put("StreamViewType", "NEW_IMAGE")
                .build();
        Json.Obj event = Json.object()
                .put("eventID", "1")
                .put("eventName", "MODIFY")
                .put("eventSource", "aws:dynamodb")
                .put("dynamodb", change)
                .build();
        return Json.object().put("Records", Json.array(List.of(event))).build();
    }
}
