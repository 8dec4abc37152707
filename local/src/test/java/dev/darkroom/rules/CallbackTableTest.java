package dev.darkroom.rules;

import static org.assertj.core.api.Assertions.assertThat;

import dev.darkroom.apidot.CallbackSignature;
import dev.darkroom.apidot.HandClock;
import dev.darkroom.callback.CallbackHandler;
import dev.darkroom.config.Environment;
import dev.darkroom.log.Metric;
import dev.darkroom.task.Attribute;
import dev.darkroom.task.ErrorType;
import dev.darkroom.task.Item;
import dev.darkroom.task.Settling;
import dev.darkroom.task.Task;
import dev.darkroom.task.TaskId;
import dev.darkroom.task.TaskState;
import dev.darkroom.task.TaskStore;
import dev.darkroom.task.Value;
import dev.darkroom.task.Write;
import dev.darkroom.task.Written;
import dev.darkroom.testing.ForwardingStore;
import dev.darkroom.testing.HttpEvent;
import dev.darkroom.testing.NewTasks;
import dev.darkroom.testing.Stores;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** Delivers every kind of correctly signed webhook to a task in every state, and checks answer, effect and database calls. */
class CallbackTableTest {
    private static final Environment KEYS = new Environment(Map.of(CallbackSignature.KEYS, "a signing key"));
    private static final CallbackSignature SIGNATURE = CallbackSignature.of(KEYS);
    private static final String OTHER = "task-unified-of-somebody-else";

    private static final Stores STORES = new Stores();
    private static final NewTasks TASKS = new NewTasks(STORES.own);
    private final HandClock clock = new HandClock();
    private final Lines lines = new Lines();

    /** The state of the task when the webhook arrives. */
    enum Standing {
        SUBMITTING,
        NOTED,
        /** A webhook named an id that upstream does not know. */
        DOUBTED,
        ACCEPTED,
        WOKEN,
        REPORTED,
        SETTLING,
        SETTLING_REPORTED,
        FINISHED,
        FAILED,
        UNCONFIRMED,
        GONE,
        EXPIRED
    }

    enum Saying {
        FINISHED,
        FAILED,
        SUCCESS,
        CANCELLED,
        OTHER,
        RUNNING,
        UNKNOWN,
        OTHER_RUNS,
        UNREADABLE,
        EMPTY,
        NO_ID,
        NUMERIC
    }

    enum Outcome {
        /** News: the webhook makes the task due. */
        N,
        /** Duplicate of an earlier webhook. */
        D,
        /** An interim report: at most, its upstream id is recorded. */
        O,
        /** Ownership violation: the webhook names another upstream task than the one recorded. */
        V,
        /** Ownership violation, but the recorded id came from a webhook only, so the task is looked at again. */
        A,
        I
    }

    /** The expected outcomes: one row for each {@link Standing}, one column for each {@link Saying}. */
    private static final String TABLE = """
        SUBMITTING         N N N N N O O O I I I I
        NOTED              N N N N A O O A N N N N
        DOUBTED            N N N N N O O O N N N N
        ACCEPTED           N N N N V O O V N N N N
        WOKEN              N N N N V O O V N N N N
        REPORTED           D D D D V O O V D D D D
        SETTLING           N N N N V O O V N N N N
        SETTLING_REPORTED  D D D D V O O V D D D D
        FINISHED           D D D D V O O V D D D D
        FAILED             D D D D V O O V D D D D
        UNCONFIRMED        D D D D D O O O I I I I
        GONE               I I I I I I I I I I I I
        EXPIRED            I I I I I I I I I I I I
        """;

    static Stream<Arguments> lines() {
        return TABLE.lines().flatMap(line -> {
            List<String> words = List.of(line.strip().split(" +"));
            Iterator<Saying> columns = List.of(Saying.values()).iterator();
            List<Arguments> cells = new ArrayList<>();
            for (String outcome : words.subList(1, words.size())) {
                cells.add(Arguments.of(Standing.valueOf(words.getFirst()), columns.next(), Outcome.valueOf(outcome)));
            }
            return cells.stream();
        });
    }

    @ParameterizedTest
    @MethodSource("lines")
    void delivery_has_the_answer_and_the_effect_that_the_table_says(
            Standing standing, Saying saying, Outcome expected) {
        for (String body : bodies(saying)) {
            TaskId id = task(standing);
            Item before = STORES.own.read(id).map(Task::item).orElse(Item.ABSENT);
            clock.move(Duration.ofSeconds(3));
            STORES.calls().forget();
            lines.forget();

            HttpEvent.Answer answer = deliver(id, body);

            assertThat(STORES.calls().sent()).isEqualTo(Map.of("UpdateItem", 1L));
            Item after = STORES.own.read(id).map(Task::item).orElse(Item.ABSENT);
            switch (expected) {
                case N -> {
                    assertThat(answer.status()).isEqualTo(200);
                    assertThat(answer.body()).isEqualTo("{\"ok\":true}");
                    assertIsDueAnew(before, after, body, names(saying));
                }
                case O -> {
                    assertThat(answer.status()).isEqualTo(200);
                    assertThat(answer.body()).isEqualTo("{\"ok\":true}");
                    assertIsNotedAtMost(standing, before, after);
                }
                case D -> {
                    assertThat(answer.status()).isEqualTo(200);
                    assertThat(answer.body()).isEqualTo("{\"ok\":true,\"duplicate\":true}");
                    assertThat(after).isEqualTo(before);
                }
                case I -> {
                    assertThat(answer.status()).isEqualTo(200);
                    assertThat(answer.body()).isEqualTo("{\"ok\":true,\"ignored\":true}");
                    assertThat(after).isEqualTo(before);
                }
                case V -> {
                    assertThat(answer.status()).isEqualTo(403);
                    assertThat(answer.body()).startsWith("{\"code\":403,");
                    assertThat(after).isEqualTo(before);
                    assertThat(lines.has("ERROR", "ownership_violation")).isTrue();
                }
                case A -> {
                    assertThat(answer.status()).isEqualTo(503);
                    assertThat(answer.headers()).containsKey("retry-after");
                    assertThat(after).isEqualTo(before);
                    assertThat(lines.has("ERROR", "ownership_violation")).isTrue();
                }
            }
            assertThat(lines.metrics()).isEqualTo(counted(standing, expected));
            assertThat(lines.has("ERROR", "callback_after_submit_deadline"))
                    .isEqualTo(standing == Standing.UNCONFIRMED);
            assertThat(lines.text()).doesNotContain(SIGNATURE.of(id), OTHER, "storage.example");
        }
    }

    /** Returns the expected metrics: each delivery counts once, by its outcome. */
    private static Map<Metric, List<Long>> counted(Standing standing, Outcome outcome) {
        List<Long> once = List.of(1L);
        if (standing == Standing.UNCONFIRMED) {
            return Map.of(Metric.CALLBACKS_TOO_LATE, once, Metric.ERROR_LINES, once);
        }
        return switch (outcome) {
            case N -> Map.of(Metric.CALLBACKS_NEWS, once);
            case D -> Map.of(Metric.CALLBACKS_DUPLICATE, once);
            case O -> Map.of(Metric.CALLBACKS_NOTED, once);
            case I -> Map.of(Metric.CALLBACKS_IGNORED, once);
            case V, A -> Map.of(Metric.OWNERSHIP_VIOLATIONS, once, Metric.ERROR_LINES, once);
        };
    }

    /** A task of which more progress is known than the webhook says, so that its id is noted by a second write. */
    @ParameterizedTest
    @CsvSource({"1000, 200", "1001, 503"})
    void a_second_write_begins_only_if_it_can_end_in_time(int millis, int status) {
        TaskId id = task(Standing.SUBMITTING);
        STORES.dynamoDb.updateItem(request -> request.tableName(STORES.name())
                .key(Map.of("task_id", AttributeValue.fromS(id.value())))
                .updateExpression("SET progress = :more")
                .expressionAttributeValues(Map.of(":more", AttributeValue.fromN("90"))));
        TaskStore slow = new ForwardingStore(STORES.counted) {
            @Override
            public Written write(Write write) {
                Written written = store.write(write);
                clock.move(Duration.ofMillis(millis));
                return written;
            }
        };

        HttpEvent.Answer answer = deliver(id, bodies(Saying.RUNNING).getFirst(), slow);

        assertThat(answer.status()).isEqualTo(status);
        Task after = STORES.own.read(id).orElseThrow();
        assertThat(after.upstreamTaskId()).isEqualTo(status == 200 ? NewTasks.UPSTREAM : null);
        assertThat(after.progress()).isEqualTo(90);
    }

    private HttpEvent.Answer deliver(TaskId id, String body) {
        return deliver(id, body, STORES.counted);
    }

    private HttpEvent.Answer deliver(TaskId id, String body, TaskStore store) {
        CallbackHandler handler = new CallbackHandler(KEYS, store, clock, lines.log());
        return HttpEvent.callback(Map.of("task_id", id.value(), "signature", SIGNATURE.of(id)), body)
                .through(handler);
    }

    private static boolean names(Saying saying) {
        return switch (saying) {
            case FINISHED, FAILED, SUCCESS, CANCELLED, OTHER, RUNNING, UNKNOWN, OTHER_RUNS -> true;
            case UNREADABLE, EMPTY, NO_ID, NUMERIC -> false;
        };
    }

    /** @param named whether the body names an upstream task */
    private void assertIsDueAnew(Item before, Item after, String body, boolean named) {
        Map<Attribute, Value> expected = new EnumMap<>(before.attributes());
        expected.put(Attribute.STATE, Value.of("due"));
        expected.put(Attribute.REPORT, Value.of(body));
        expected.put(Attribute.UPSTREAM_STATUS, Value.of("running"));
        expected.put(Attribute.UPDATED_AT, Value.of(clock.instant().toEpochMilli()));
        expected.put(Attribute.VERSION, Value.of(version(before) + 1));
        // The worker that held the task has lost its claim.
        expected.remove(Attribute.CLAIM_ID);
        expected.remove(Attribute.LEASE_UNTIL);
        if (named && before.get(Attribute.UPSTREAM_FROM) == null) {
            assertThat(after.text(Attribute.UPSTREAM_TASK_ID))
                    .isIn(NewTasks.UPSTREAM.value(), OTHER)
                    .isSubstringOf(body);
            expected.put(Attribute.UPSTREAM_TASK_ID, after.attributes().get(Attribute.UPSTREAM_TASK_ID));
            expected.put(Attribute.UPSTREAM_FROM, Value.of("webhook"));
            expected.put(Attribute.UPSTREAM_AT, Value.of(clock.instant().toEpochMilli()));
        }
        assertThat(after.attributes()).isEqualTo(expected);
    }

    private void assertIsNotedAtMost(Standing standing, Item before, Item after) {
        switch (standing) {
            case SUBMITTING, NOTED, DOUBTED, ACCEPTED, WOKEN, SETTLING -> {
                Set<Attribute> noted = Set.of(
                        Attribute.UPSTREAM_TASK_ID,
                        Attribute.UPSTREAM_FROM,
                        Attribute.UPSTREAM_AT,
                        Attribute.UPSTREAM_STATUS,
                        Attribute.PROGRESS,
                        Attribute.UPDATED_AT,
                        Attribute.VERSION);
                assertThat(without(noted, after)).isEqualTo(without(noted, before));
                assertThat(after.text(Attribute.UPSTREAM_STATUS)).isEqualTo("running");
                assertThat(after.text(Attribute.UPSTREAM_FROM))
                        .isEqualTo(Objects.requireNonNullElse(before.text(Attribute.UPSTREAM_FROM), "webhook"));
            }
            case REPORTED, SETTLING_REPORTED, FINISHED, FAILED, UNCONFIRMED ->
                assertThat(after).isEqualTo(before);
            case GONE, EXPIRED -> throw new AssertionError("nothing to note");
        }
    }

    private static Map<Attribute, Value> without(Set<Attribute> these, Item item) {
        Map<Attribute, Value> rest = new EnumMap<>(item.attributes());
        rest.keySet().removeAll(these);
        return rest;
    }

    private static long version(Item item) {
        return NewTasks.version(new Task(item));
    }

    private TaskId task(Standing standing) {
        Instant now = clock.instant();
        return switch (standing) {
            case SUBMITTING -> TASKS.submitting(now, null).id();
            case NOTED -> TASKS.noted(now).id();
            case DOUBTED ->
                TASKS.done(Settling.later(
                                TASKS.settling(TASKS.woken(TASKS.noted(now), now), now),
                                Settling.Why.UPSTREAM_UNKNOWN_TASK,
                                now,
                                now))
                        .id();
            case ACCEPTED -> TASKS.accepted(now).id();
            case WOKEN -> TASKS.woken(TASKS.accepted(now), now).id();
            case REPORTED -> TASKS.reported(TASKS.accepted(now), now).id();
            case SETTLING ->
                TASKS.settling(TASKS.woken(TASKS.accepted(now), now), now).id();
            case SETTLING_REPORTED ->
                TASKS.settling(TASKS.reported(TASKS.accepted(now), now), now).id();
            case FINISHED -> TASKS.finished(TASKS.accepted(now), List.of(), now).id();
            case FAILED -> failed(TASKS.accepted(now), ErrorType.UPSTREAM_FAILED, NewTasks.RETENTION);
            case UNCONFIRMED -> failed(TASKS.submitting(now, null), ErrorType.SUBMIT_UNCONFIRMED, NewTasks.RETENTION);
            case GONE -> NewTasks.freshId();
            case EXPIRED -> failed(TASKS.accepted(now), ErrorType.UPSTREAM_FAILED, Duration.ZERO);
        };
    }

    private Task held(Task task) {
        return TASKS.settling(TASKS.woken(task, clock.instant()), clock.instant());
    }

    private TaskId failed(Task task, ErrorType type, Duration retention) {
        Task failed = TASKS.done(Settling.failed(held(task), type, "no picture", clock.instant(), retention));
        assertThat(failed.state()).isEqualTo(TaskState.FAILED);
        return failed.id();
    }

    /** Returns the bodies with this content, in every shape that APIDot is known or believed to send. */
    private static List<String> bodies(Saying saying) {
        String ours = "\"" + NewTasks.UPSTREAM.value() + "\"";
        return switch (saying) {
            case FINISHED -> both(ours, "finished");
            case FAILED -> both(ours, "failed");
            case SUCCESS -> both(ours, "success").subList(0, 1);
            case CANCELLED -> both(ours, "cancelled").subList(1, 2);
            case OTHER -> both("\"" + OTHER + "\"", "finished");
            case RUNNING -> both(ours, "running");
            case UNKNOWN -> both(ours, "melting");
            case OTHER_RUNS -> both("\"" + OTHER + "\"", "running");
            case UNREADABLE -> List.of("{\"task_id\":", "[]");
            case EMPTY -> List.of("");
            case NO_ID -> List.of("{\"status\":\"finished\"}", "{\"code\":200,\"data\":{\"status\":\"running\"}}");
            case NUMERIC -> both("7", "finished");
        };
    }

    private static List<String> both(String id, String status) {
        String inner = "{\"task_id\":" + id + ",\"status\":\"" + status
                + "\",\"files\":[{\"file_url\":\"https://storage.example/x.png\",\"file_type\":\"image\"}],\"progress\":40}";
        return List.of(inner, "{\"code\":200,\"data\":" + inner + "}");
    }
}
