package dev.darkroom.lambda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.darkroom.log.Log;
import dev.darkroom.task.StoreUnavailableException;
import dev.darkroom.task.TaskId;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StreamBatchTest {
    private static final TaskId TASK = new TaskId("task-0123456789abcdef");
    private static final TaskId OTHER = new TaskId("task-fedcba9876543210");

    @Test
    void each_record_wakes_its_task_and_a_done_batch_names_no_failure() throws IOException {
        List<StreamBatch.Woken> woken = new CopyOnWriteArrayList<>();
        assertThat(served("""
            {"Records":[
              {"eventID":"1","eventName":"INSERT","eventVersion":"1.1","eventSource":"aws:dynamodb","awsRegion":"us-east-1",
               "dynamodb":{"ApproximateCreationDateTime":1479499740,"Keys":{"task_id":{"S":"task-0123456789abcdef"}},
                "NewImage":{"updated_at":{"N":"1795352400123"},"b":{"B":"AAEC"},"files":{"L":[{"M":{}},{"S":"x"}]}},
                "OldImage":{"updated_at":{"N":"1"}},"SequenceNumber":"111","SizeBytes":26,"StreamViewType":"NEW_IMAGE"},
               "eventSourceARN":"arn:aws:dynamodb:us-east-1:123456789012:table/t/stream/1"},
              {"eventID":"2","eventName":"REMOVE",
               "dynamodb":{"Keys":{"task_id":{"S":"task-fedcba9876543210"}},"SequenceNumber":"222"}}
            ]}\
            """, woken::add)).isEqualTo("{\"batchItemFailures\":[]}");
        assertThat(woken)
                .containsExactlyInAnyOrder(
                        new StreamBatch.Woken(TASK, Instant.ofEpochMilli(1_795_352_400_123L)),
                        new StreamBatch.Woken(OTHER, null));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"Records\":{}}",
                "{\"Records\":[1]}",
                "{\"Records\":[{}]}",
                "{\"Records\":[{\"dynamodb\":{\"Keys\":{\"task_id\":{\"S\":\"secret\"}}}}]}",
                "{\"Records\":[{\"dynamodb\":{\"SequenceNumber\":1}}]}"
            })
    void what_is_no_stream_batch_fails_clearly_and_is_not_quoted(String event) {
        assertThatThrownBy(() -> served(event, woken -> {}))
                .isInstanceOf(MalformedEventException.class)
                .hasMessageNotContaining("secret");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"task_id\":\"task-0123456789abcdef\"}",
                "{\"task_id\":{\"N\":\"1\"}}",
                "{\"task_id\":{\"S\":\"no id\"}}"
            })
    void a_record_without_a_task_wakes_nobody_and_blocks_nothing(String keys) throws IOException {
        assertThat(served(record("1", keys, "{}"), woken -> {
                    throw new IllegalStateException("nobody is to be woken");
                }))
                .isEqualTo("{\"batchItemFailures\":[]}");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"updated_at\":{\"N\":\"1e99\"}}",
                "{\"updated_at\":{\"N\":\"-1\"}}",
                "{\"updated_at\":{\"S\":\"yesterday\"}}"
            })
    void a_time_that_is_none_of_ours_is_none(String image) throws IOException {
        List<StreamBatch.Woken> woken = new CopyOnWriteArrayList<>();
        served(record("1", "{\"task_id\":{\"S\":\"" + TASK.value() + "\"}}", image), woken::add);
        assertThat(woken).containsExactly(new StreamBatch.Woken(TASK, null));
    }

    @Test
    void only_a_record_whose_table_did_not_answer_is_named_as_failed() throws IOException {
        String records = "{\"Records\":[" + item("111", TASK) + "," + item("222", OTHER) + "]}";
        assertThat(served(records, woken -> {
                    if (woken.task().equals(TASK)) {
                        throw new StoreUnavailableException(new IllegalStateException("as asked"));
                    }
                    throw new IllegalStateException("a mistake of ours");
                }))
                .isEqualTo("{\"batchItemFailures\":[{\"itemIdentifier\":\"111\"}]}");
    }

    @Test
    void all_records_of_a_batch_are_worked_on_at_once() throws IOException {
        int records = 100;
        CyclicBarrier together = new CyclicBarrier(records);
        String batch =
                IntStream.range(0, records).mapToObj(i -> item("" + i, TASK)).collect(Collectors.joining(","));
        assertThat(served("{\"Records\":[" + batch + "]}", woken -> {
                    try {
                        together.await(1, TimeUnit.MINUTES);
                    } catch (Exception e) {
                        throw new StoreUnavailableException(e);
                    }
                }))
                .isEqualTo("{\"batchItemFailures\":[]}");
    }

    @Test
    void an_error_in_one_record_fails_the_batch_after_the_others_have_done_their_work() {
        CountDownLatch thrown = new CountDownLatch(1);
        AtomicBoolean done = new AtomicBoolean();
        String records = "{\"Records\":[" + item("111", TASK) + "," + item("222", OTHER) + "]}";
        assertThatThrownBy(() -> served(records, woken -> {
                    if (woken.task().equals(TASK)) {
                        thrown.countDown();
                        throw new StackOverflowError("as asked");
                    }
                    try {
                        thrown.await();
                        // An interrupt would end this wait.
                        done.set(!new CountDownLatch(1).await(100, TimeUnit.MILLISECONDS));
                    } catch (InterruptedException e) {
                        throw new IllegalStateException(e);
                    }
                }))
                .isInstanceOf(StackOverflowError.class);
        assertThat(done).isTrue();
    }

    private static String record(String sequenceNumber, String keys, String image) {
        return "{\"Records\":[{\"dynamodb\":{\"SequenceNumber\":\"" + sequenceNumber + "\",\"Keys\":" + keys
                + ",\"NewImage\":" + image + "}}]}";
    }

    private static String item(String sequenceNumber, TaskId task) {
        return "{\"dynamodb\":{\"SequenceNumber\":\"" + sequenceNumber + "\",\"Keys\":{\"task_id\":{\"S\":\""
                + task.value() + "\"}}}}";
    }

    private static String served(String event, Consumer<StreamBatch.Woken> work) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        StreamBatch.serve(
                new ByteArrayInputStream(event.getBytes(StandardCharsets.UTF_8)), out, work, Log.toStandardOutput());
        return out.toString(StandardCharsets.UTF_8);
    }
}
