package dev.darkroom.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.darkroom.task.Attribute;
import dev.darkroom.task.Budget;
import dev.darkroom.task.Change;
import dev.darkroom.task.Condition;
import dev.darkroom.task.CreditChange;
import dev.darkroom.task.Due;
import dev.darkroom.task.Item;
import dev.darkroom.task.Recorded;
import dev.darkroom.task.StoreUnavailableException;
import dev.darkroom.task.Submitting;
import dev.darkroom.task.Task;
import dev.darkroom.task.TaskId;
import dev.darkroom.task.TaskStore;
import dev.darkroom.task.UpstreamTaskId;
import dev.darkroom.task.UserId;
import dev.darkroom.task.Value;
import dev.darkroom.task.Waking;
import dev.darkroom.task.Write;
import dev.darkroom.task.Written;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.BatchGetItemRequest;
import software.amazon.awssdk.services.dynamodb.model.BatchGetItemResponse;
import software.amazon.awssdk.services.dynamodb.model.CancellationReason;
import software.amazon.awssdk.services.dynamodb.model.KeysAndAttributes;
import software.amazon.awssdk.services.dynamodb.model.QueryRequest;
import software.amazon.awssdk.services.dynamodb.model.QueryResponse;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItemsRequest;
import software.amazon.awssdk.services.dynamodb.model.TransactionCanceledException;

/** Sends the rules' writes and queries through the store to AWS's own DynamoDB Local. */
class DynamoTaskStoreTest {
    private static final Instant NOW = Instant.parse("2026-11-22T13:00:00Z");
    private static final UserId USER = new UserId("judy");
    private static final Budget BUDGET = new Budget(USER, LocalDate.of(2026, 11, 22));
    private static final Condition NEVER = new Condition.Is(Attribute.TASK_ID, Value.of("nobody"));
    private static final Condition HOLDS = withValue(new Condition.Present(Attribute.TASK_ID));
    private static final Condition NEW = withValue(new Condition.Absent(Attribute.TASK_ID));

    private static final List<Change> ONE_MORE = List.of(new Change.Add(Attribute.VERSION, 1));

    private static TestTable table;

    private DynamoTaskStore store;

    @BeforeAll
    static void open() {
        table = new TestTable();
    }

    @AfterAll
    static void close() {
        table.close();
    }

    @BeforeEach
    void begin() {
        table.clear();
        store = table.store();
    }

    /**
     * Returns the same condition with a value in it: DynamoDB refuses a request whose expressions have no values. The rules never make one.
     */
    private static Condition withValue(Condition condition) {
        return new Condition.Any(List.of(condition, NEVER));
    }

    private static TaskId id(int number) {
        return new TaskId("task-%016d".formatted(number));
    }

    private static Item item(int number) {
        return new Item(Map.of(
                Attribute.TASK_ID, Value.of(id(number).value()),
                Attribute.USER_ID, Value.of(USER.value()),
                Attribute.CREATED_AT, Value.of(1_000L + number),
                Attribute.VERSION, Value.of(1)));
    }

    private static Item with(Item item, Attribute attribute, Value value) {
        Map<Attribute, Value> attributes = new HashMap<>(item.attributes());
        attributes.put(attribute, value);
        return new Item(attributes);
    }

    /** Makes the item, if there is none. */
    private static Write.Update make(Item item, @Nullable CreditChange credits) {
        return make(item, NEVER, credits);
    }

    private static Write.Update make(Item item, Condition done, @Nullable CreditChange credits) {
        List<Change> changes = new ArrayList<>();
        item.attributes().forEach((attribute, value) -> changes.add(new Change.Set(attribute, value)));
        changes.removeIf(change -> change.attribute() == Attribute.TASK_ID);
        return new Write.Update(new Task(item).id(), NEW, done, changes, Write.Returned.NONE, credits);
    }

    private static Write.Update update(Condition condition, List<Change> changes, @Nullable CreditChange credits) {
        return new Write.Update(id(1), condition, NEVER, changes, Write.Returned.NONE, credits);
    }

    private static Write delete(Condition condition, @Nullable CreditChange credits) {
        return new Write.Delete(id(1), condition, NEVER, credits);
    }

    private void have(Item item) {
        assertThat(store.write(make(item, null))).isEqualTo(new Written.Applied(Item.ABSENT));
    }

    private Item stored() {
        return store.read(id(1)).map(Task::item).orElse(Item.ABSENT);
    }

    @Test
    void a_condition_means_the_same_in_dynamodb_and_in_java() {
        Value ten = Value.of(10);
        Value text = Value.of("text");
        List<Condition> conditions = List.of(
                new Condition.Is(Attribute.PROGRESS, ten),
                new Condition.Is(Attribute.MODEL, text),
                new Condition.Is(Attribute.MODEL, Value.of("other")),
                new Condition.Present(Attribute.MODEL),
                new Condition.Absent(Attribute.MODEL),
                new Condition.AtMost(Attribute.PROGRESS, 10),
                new Condition.AtMost(Attribute.PROGRESS, 9),
                new Condition.Above(Attribute.PROGRESS, 10),
                new Condition.Above(Attribute.PROGRESS, 9),
                new Condition.All(
                        List.of(new Condition.Present(Attribute.MODEL), new Condition.AtMost(Attribute.PROGRESS, 10))),
                new Condition.Any(
                        List.of(new Condition.Present(Attribute.MODEL), new Condition.AtMost(Attribute.PROGRESS, 10))),
                new Condition.All(List.of(
                        new Condition.Any(List.of(NEW, new Condition.Present(Attribute.PROGRESS))),
                        new Condition.Absent(Attribute.MODEL))));
        List<Item> items = List.of(
                item(1),
                with(item(1), Attribute.PROGRESS, ten),
                with(item(1), Attribute.PROGRESS, text),
                with(item(1), Attribute.MODEL, text),
                with(with(item(1), Attribute.MODEL, text), Attribute.PROGRESS, Value.of(11)));
        for (Item item : items) {
            for (Condition bare : conditions) {
                Condition condition = withValue(bare);
                for (Write write : List.of(update(condition, ONE_MORE, null), delete(condition, null))) {
                    table.clear();
                    have(item);

                    Written written = store.write(write);

                    assertThat(written)
                            .as("%s of %s", condition, item)
                            .isEqualTo(
                                    condition.holds(item)
                                            ? new Written.Applied(Item.ABSENT)
                                            : new Written.Refused(item));
                    assertThat(stored()).isEqualTo(condition.holds(item) ? write.apply(item) : item);
                }
            }
        }
    }

    @Test
    void a_change_does_the_same_in_dynamodb_and_in_java() {
        List<Change> changes = List.of(
                new Change.Set(Attribute.MODEL, Value.of("\"quoted\" #v0 :v0 \uD83D\uDC3B")),
                new Change.Set(Attribute.EXPIRES_AT, Value.of(Long.MAX_VALUE)),
                new Change.SetIfAbsent(Attribute.VERSION, Value.of(9)),
                new Change.SetIfAbsent(Attribute.UPSTREAM_AT, Value.of(9)),
                new Change.Remove(Attribute.USER_ID),
                new Change.Remove(Attribute.REPORT),
                new Change.Add(Attribute.ATTEMPTS, 2),
                new Change.Add(Attribute.CREATED_AT, -1));
        for (CreditChange credits : new CreditChange[] {null, new CreditChange(BUDGET, 0)}) {
            table.clear();
            have(item(1));
            Write write = update(HOLDS, changes, credits);

            store.write(write);

            assertThat(stored()).isEqualTo(write.apply(item(1)));
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void a_record_leaves_nothing_of_an_expired_task_under_its_key(boolean isCounted) {
        Map<String, AttributeValue> old = new HashMap<>();
        // A person may have written anything but the keys of table and indexes.
        for (Attribute attribute : Attribute.values()) {
            old.put(attribute.text(), AttributeValue.fromBool(true));
        }
        old.putAll(TestTable.attributes(with(due(1, 2, 3), Attribute.EXPIRES_AT, Value.of(NOW.getEpochSecond()))));
        old.put("upstream_task_id", AttributeValue.fromS("upstream-1"));
        table.put(old);
        Write.Update record = Submitting.record(
                new Submitting.NewTask(id(1), USER, "gpt-image-2", "{}", 12, "1K", null, "author"),
                NOW,
                Duration.ofMinutes(2),
                Duration.ofMinutes(15),
                isCounted);

        assertThat(store.record(record, 12)).isEqualTo(new Written.Applied(Item.ABSENT));

        assertThat(table.item(id(1).value())).isEqualTo(TestTable.attributes(record.apply(Item.ABSENT)));
    }

    @Test
    void an_update_that_asks_for_it_returns_the_changed_item() {
        have(item(1));
        assertThat(store.write(new Write.Update(id(1), HOLDS, NEVER, ONE_MORE, Write.Returned.AFTER, null)))
                .isEqualTo(new Written.Applied(with(item(1), Attribute.VERSION, Value.of(2))));
    }

    @Test
    void a_refusal_by_what_this_write_left_is_its_own_success() {
        have(item(1));
        Item other = with(item(1), Attribute.VERSION, Value.of(2));
        Condition done = new Condition.Is(Attribute.VERSION, Value.of(1));

        for (@Nullable CreditChange credits : Arrays.asList(null, new CreditChange(BUDGET, 1))) {
            Write.Update again = make(other, done, credits);
            assertThat(store.record(again, 10)).isEqualTo(new Written.Applied(item(1)));
            assertThat(store.write(again)).isEqualTo(new Written.Applied(item(1)));
        }
        assertThat(stored()).isEqualTo(item(1));
        assertThat(table.counter(BUDGET)).isEmpty();
    }

    private static long credits() {
        AttributeValue credits = table.counter(BUDGET).get("credits");
        return credits == null ? 0 : Long.parseLong(credits.n());
    }

    @ParameterizedTest
    @CsvSource({
        // held before, asked for, limit; fits?
        " 0, 12, 12, true",
        " 0, 13, 12, false",
        "88, 12, 100, true",
        "89, 12, 100, false",
        "-5, 12, 100, true"
    })
    void a_record_is_written_with_its_credits_or_not_at_all(long held, long asked, long limit, boolean fits) {
        if (held != 0) {
            store.write(make(item(2), new CreditChange(BUDGET, held)));
        }

        Recorded recorded = store.record(make(item(1), new CreditChange(BUDGET, asked)), limit);

        assertThat(recorded).isEqualTo(fits ? new Written.Applied(Item.ABSENT) : new Recorded.OverBudget());
        assertThat(stored()).isEqualTo(fits ? item(1) : Item.ABSENT);
        assertThat(credits()).isEqualTo(fits ? held + asked : held);
    }

    @Test
    void credits_are_given_back_with_the_write_or_not_at_all() {
        store.record(make(item(1), new CreditChange(BUDGET, 12)), 100);
        CreditChange back = new CreditChange(BUDGET, -12);
        for (Write refused : List.of(update(NEW, ONE_MORE, back), delete(NEW, back))) {
            assertThat(store.write(refused)).isEqualTo(new Written.Refused(item(1)));
            assertThat(credits()).isEqualTo(12);
        }
        assertThat(store.write(update(HOLDS, ONE_MORE, back))).isEqualTo(new Written.Applied(Item.ABSENT));
        assertThat(stored()).isEqualTo(with(item(1), Attribute.VERSION, Value.of(2)));
        assertThat(credits()).isZero();
        assertThat(store.write(delete(HOLDS, back))).isEqualTo(new Written.Applied(Item.ABSENT));
        assertThat(stored()).isEqualTo(Item.ABSENT);
        assertThat(credits()).isEqualTo(-12);
        assertThat(table.counter(BUDGET).get("expires_at"))
                .isEqualTo(AttributeValue.fromN(Long.toString(BUDGET.expiry().getEpochSecond())));
    }

    @Test
    void a_task_that_refuses_is_told_before_a_budget_that_is_spent() {
        have(item(1));
        store.record(make(item(2), new CreditChange(BUDGET, 10)), 10);

        assertThat(store.record(make(item(1), new CreditChange(BUDGET, 10)), 10))
                .isEqualTo(new Written.Refused(item(1)));
    }

    private static TransactionCanceledException conflict() {
        return TransactionCanceledException.builder()
                .cancellationReasons(
                        CancellationReason.builder().code("None").build(),
                        CancellationReason.builder().code("TransactionConflict").build())
                .build();
    }

    @ParameterizedTest
    @CsvSource({"0, true", "3, true", "12, false"})
    void a_transaction_that_met_another_is_tried_again(int conflicts, boolean written) {
        AtomicInteger attempts = new AtomicInteger();
        DynamoTaskStore busy = table.store(request -> {
            if (request instanceof TransactWriteItemsRequest && attempts.getAndIncrement() < conflicts) {
                throw conflict();
            }
            return null;
        });
        Write.Update write = make(item(1), new CreditChange(BUDGET, 12));

        if (written) {
            assertThat(busy.record(write, 100)).isEqualTo(new Written.Applied(Item.ABSENT));
        } else {
            assertThatThrownBy(() -> busy.record(write, 100)).isInstanceOf(StoreUnavailableException.class);
        }
        assertThat(attempts).hasValue(written ? conflicts + 1 : conflicts);
        assertThat(credits()).isEqualTo(written ? 12 : 0);
    }

    @Test
    void a_transaction_that_was_cancelled_without_reasons_is_tried_again_too() {
        AtomicInteger attempts = new AtomicInteger();
        DynamoTaskStore busy = table.store(request -> {
            if (request instanceof TransactWriteItemsRequest && attempts.getAndIncrement() == 0) {
                throw TransactionCanceledException.builder().build();
            }
            return null;
        });

        assertThat(busy.record(make(item(1), new CreditChange(BUDGET, 12)), 100))
                .isEqualTo(new Written.Applied(Item.ABSENT));
    }

    @Test
    void uploads_of_a_day_are_counted_up_to_the_limit() {
        assertThat(store.countUpload(BUDGET, 2)).isTrue();
        assertThat(store.countUpload(BUDGET, 2)).isTrue();
        assertThat(store.countUpload(BUDGET, 2)).isFalse();
        assertThat(store.countUpload(BUDGET, 3)).isTrue();
        assertThat(store.countUpload(new Budget(new UserId("kim"), BUDGET.day()), 2))
                .isTrue();
        assertThat(table.counter(BUDGET))
                .containsEntry("uploads", AttributeValue.fromN("3"))
                .containsEntry(
                        "expires_at",
                        AttributeValue.fromN(Long.toString(BUDGET.expiry().getEpochSecond())));
    }

    @Test
    void a_user_sees_pages_of_their_own_tasks_newest_first() {
        for (int number = 1; number <= 3; number++) {
            have(item(number));
        }
        have(with(item(4), Attribute.USER_ID, Value.of("kim")));

        TaskStore.Page first = store.page(USER, null, 2);
        TaskStore.Page second = store.page(USER, first.next(), 2);

        assertThat(first.tasks()).extracting(Task::id).containsExactly(id(3), id(2));
        assertThat(first.tasks().getFirst().item()).isEqualTo(item(3));
        assertThat(first.next()).isEqualTo(new TaskStore.Position(id(2), 1_002));
        assertThat(second.tasks()).extracting(Task::id).containsExactly(id(1));
        assertThat(second.next()).isNull();
    }

    @Test
    void the_item_says_whose_task_it_is_not_the_index() {
        have(item(1));
        have(with(item(2), Attribute.UPSTREAM_TASK_ID, Value.of("upstream-1")));
        // Both items have changed since the index was written.
        DynamoTaskStore late = table.store(request -> request instanceof BatchGetItemRequest
                ? BatchGetItemResponse.builder()
                        .responses(Map.of(
                                TestTable.NAME,
                                List.of(
                                        TestTable.attributes(with(item(1), Attribute.USER_ID, Value.of("kim"))),
                                        TestTable.attributes(with(item(2), Attribute.USER_ID, Value.of("kim"))))))
                        .unprocessedKeys(Map.of())
                        .build()
                : null);

        assertThat(late.page(USER, null, 9).tasks()).isEmpty();
        assertThat(late.holders(new UpstreamTaskId("upstream-1"))).isEmpty();
    }

    @Test
    void the_holders_of_an_upstream_task_are_found() {
        for (int number = 1; number <= 3; number++) {
            have(with(item(number), Attribute.UPSTREAM_TASK_ID, Value.of(number == 3 ? "upstream-2" : "upstream-1")));
        }

        assertThat(store.holders(new UpstreamTaskId("upstream-1")))
                .extracting(Task::id)
                .containsExactlyInAnyOrder(id(1), id(2));
        assertThat(store.holders(new UpstreamTaskId("upstream-3"))).isEmpty();
    }

    private static Item due(int number, int shard, long at) {
        return with(with(item(number), Attribute.DUE_SHARD, Value.of(shard)), Attribute.DUE_AT, Value.of(at));
    }

    @Test
    void what_is_overdue_in_a_shard_is_passed_on_the_longest_overdue_first() {
        long now = NOW.toEpochMilli();
        have(due(1, Due.SHARDS - 1, now));
        have(due(2, Due.SHARDS - 1, now - 5));
        have(due(3, Due.SHARDS - 1, now + 1));
        have(due(4, 0, now));
        List<Waking.Overdue> found = new ArrayList<>();

        store.overdue(Due.SHARDS - 1, NOW, found::add);

        assertThat(found).containsExactly(new Waking.Overdue(id(2), now - 5), new Waking.Overdue(id(1), now));
        found.clear();
        store.overdue(0, NOW, found::add);
        assertThat(found).containsExactly(new Waking.Overdue(id(4), now));
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, Due.SHARDS})
    void no_other_shard_is_asked_for(int shard) {
        assertThatThrownBy(() -> store.overdue(shard, NOW, task -> {})).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void a_key_that_is_no_task_id_hides_no_task() {
        table.put(Map.of(
                "task_id", AttributeValue.fromS("by hand"),
                "due_shard", AttributeValue.fromN("1"),
                "due_at", AttributeValue.fromN("1")));
        have(due(1, 1, 2));
        List<Waking.Overdue> found = new ArrayList<>();

        store.overdue(1, NOW, found::add);

        assertThat(found).containsExactly(new Waking.Overdue(id(1), 2));
    }

    @Test
    void many_items_are_read_by_the_hundred_in_the_order_of_their_index() {
        List<Integer> sizes = new ArrayList<>();
        List<TaskId> tasks =
                IntStream.rangeClosed(1, 201).mapToObj(DynamoTaskStoreTest::id).toList();
        tasks.forEach(task -> have(with(item(1), Attribute.TASK_ID, Value.of(task.value()))));
        for (int number = 1; number <= 201; number++) {
            Change created = new Change.Set(Attribute.CREATED_AT, Value.of(1_000L + number));
            store.write(new Write.Update(id(number), HOLDS, NEVER, List.of(created), Write.Returned.NONE, null));
        }
        DynamoTaskStore counted = table.store(request -> {
            if (request instanceof BatchGetItemRequest batch) {
                sizes.add(keys(batch).size());
            }
            return null;
        });

        assertThat(counted.page(USER, null, 201).tasks()).extracting(Task::id).isEqualTo(tasks.reversed());
        assertThat(sizes).containsExactly(100, 100, 1);
    }

    /** While an expired item is replaced under its own key, an index may still have the old entry beside the new one. */
    @Test
    void a_task_that_an_index_names_twice_is_read_once() {
        have(with(item(1), Attribute.UPSTREAM_TASK_ID, Value.of("upstream-1")));
        have(with(item(2), Attribute.UPSTREAM_TASK_ID, Value.of("upstream-1")));
        DynamoTaskStore late = table.store(request -> request instanceof QueryRequest
                ? QueryResponse.builder()
                        .items(Stream.of(2, 1, 2)
                                .map(number -> Statements.key(id(number).value()))
                                .toList())
                        .build()
                : null);

        assertThat(late.page(USER, null, 9).tasks()).extracting(Task::id).containsExactly(id(2), id(1));
        assertThat(late.holders(new UpstreamTaskId("upstream-1")))
                .extracting(Task::id)
                .containsExactly(id(2), id(1));
    }

    private static List<Map<String, AttributeValue>> keys(BatchGetItemRequest batch) {
        return Objects.requireNonNull(batch.requestItems().get(TestTable.NAME)).keys();
    }

    private static Map<String, AttributeValue> itemOf(Map<String, AttributeValue> key) {
        Map<String, AttributeValue> item = new HashMap<>(TestTable.attributes(item(1)));
        item.putAll(key);
        return item;
    }

    /** A busy table that processes this many keys of each request. */
    private static DynamoTaskStore busy(int processed) {
        return table.store(request -> {
            if (!(request instanceof BatchGetItemRequest batch)) {
                return null;
            }
            List<Map<String, AttributeValue>> keys = keys(batch);
            List<Map<String, AttributeValue>> left = keys.subList(processed, keys.size());
            return BatchGetItemResponse.builder()
                    .responses(Map.of(
                            TestTable.NAME,
                            keys.subList(0, processed).stream()
                                    .map(DynamoTaskStoreTest::itemOf)
                                    .toList()))
                    .unprocessedKeys(
                            left.isEmpty()
                                    ? Map.of()
                                    : Map.of(
                                            TestTable.NAME,
                                            KeysAndAttributes.builder()
                                                    .keys(left)
                                                    .build()))
                    .build();
        });
    }

    @Test
    void keys_that_a_busy_table_left_out_are_asked_for_again() {
        for (int number = 1; number <= 100; number++) {
            have(item(number));
        }

        assertThat(busy(1).page(USER, null, 100).tasks())
                .extracting(Task::id)
                .startsWith(id(100), id(99))
                .hasSize(100)
                .endsWith(id(1));
        assertThatThrownBy(() -> busy(0).page(USER, null, 9)).isInstanceOf(StoreUnavailableException.class);
    }

    @Test
    void a_table_that_cannot_be_reached_is_unavailable_whatever_is_asked() {
        DynamoTaskStore down = table.store(request -> {
            throw SdkClientException.create("no route");
        });
        List<Consumer<DynamoTaskStore>> calls = List.of(
                each -> each.write(make(item(1), null)),
                each -> each.record(make(item(1), null), 1),
                each -> each.record(make(item(1), new CreditChange(BUDGET, 1)), 1),
                each -> each.countUpload(BUDGET, 1),
                each -> each.read(id(1)),
                each -> each.page(USER, null, 1),
                each -> each.holders(new UpstreamTaskId("upstream-1")),
                each -> each.overdue(0, NOW, task -> {}));
        for (Consumer<DynamoTaskStore> call : calls) {
            assertThatThrownBy(() -> call.accept(down)).isInstanceOf(StoreUnavailableException.class);
        }
    }

    @Test
    void what_a_person_wrote_into_an_item_counts_as_absent() {
        Map<String, AttributeValue> attributes = new HashMap<>(TestTable.attributes(item(1)));
        attributes.put("note", AttributeValue.fromBool(true));
        table.put(attributes);

        assertThat(stored()).isEqualTo(item(1));
        for (AttributeValue wrong :
                List.of(AttributeValue.fromBool(true), AttributeValue.fromN("1.5"), AttributeValue.fromN("1e30"))) {
            attributes.put("progress", wrong);
            table.put(attributes);
            assertThat(stored()).isEqualTo(item(1));
        }
    }
}
