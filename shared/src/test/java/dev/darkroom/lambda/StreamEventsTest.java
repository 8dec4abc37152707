package dev.darkroom.lambda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.amazonaws.services.lambda.runtime.events.DynamodbEvent;
import com.amazonaws.services.lambda.runtime.events.StreamsEventResponse;
import com.amazonaws.services.lambda.runtime.events.models.dynamodb.AttributeValue;
import dev.darkroom.log.Log;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StreamEventsTest {
    private static final String BATCH = """
        {"Records":[
          {"eventID":"1","eventName":"INSERT","eventVersion":"1.1","eventSource":"aws:dynamodb","awsRegion":"us-east-1",
           "dynamodb":{"ApproximateCreationDateTime":1479499740,"Keys":{"task_id":{"S":"task-1"}},
            "NewImage":{"task_id":{"S":"task-1"},"n":{"N":"101.5"},"b":{"B":"AAEC"},"t":{"BOOL":true},"z":{"NULL":true},
             "files":{"L":[{"M":{"width":{"N":"1024"}}},{"S":"x"}]},"ss":{"SS":["a","b"]},"ns":{"NS":["1"]},
             "bs":{"BS":["AA=="]},"empty":{"M":{}},"none":{"L":[]}},
            "SequenceNumber":"111","SizeBytes":26,"StreamViewType":"NEW_IMAGE"},
           "eventSourceARN":"arn:aws:dynamodb:us-east-1:123456789012:table/t/stream/1"},
          {"eventID":"2","eventName":"REMOVE","dynamodb":{"Keys":{"task_id":{"S":"task-2"}},"SequenceNumber":"222"}}
        ]}\
        """;

    @Test
    void every_kind_of_attribute_is_read() throws IOException {
        List<DynamodbEvent.DynamodbStreamRecord> records =
                StreamEvents.read(stream(BATCH)).getRecords();

        assertThat(records)
                .extracting(DynamodbEvent.DynamodbStreamRecord::getEventName)
                .containsExactly("INSERT", "REMOVE");
        assertThat(records.getFirst().getDynamodb().getSequenceNumber()).isEqualTo("111");
        assertThat(records.getFirst().getDynamodb().getKeys())
                .isEqualTo(Map.of("task_id", new AttributeValue().withS("task-1")));
        assertThat(records.getFirst().getDynamodb().getOldImage()).isNull();
        assertThat(records.getFirst().getDynamodb().getNewImage())
                .containsEntry("task_id", new AttributeValue().withS("task-1"))
                .containsEntry("n", new AttributeValue().withN("101.5"))
                .containsEntry("b", new AttributeValue().withB(ByteBuffer.wrap(new byte[] {0, 1, 2})))
                .containsEntry("t", new AttributeValue().withBOOL(true))
                .containsEntry("z", new AttributeValue().withNULL(true))
                .containsEntry(
                        "files",
                        new AttributeValue()
                                .withL(
                                        new AttributeValue().withM(Map.of("width", new AttributeValue().withN("1024"))),
                                        new AttributeValue().withS("x")))
                .containsEntry("ss", new AttributeValue().withSS("a", "b"))
                .containsEntry("ns", new AttributeValue().withNS("1"))
                .containsEntry("bs", new AttributeValue().withBS(ByteBuffer.wrap(new byte[1])))
                .containsEntry("empty", new AttributeValue().withM(Map.of()))
                .containsEntry("none", new AttributeValue().withL(List.of()))
                .hasSize(11);
        assertThat(records.getLast().getDynamodb().getNewImage()).isNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"Records\":{}}",
                "{\"Records\":[1]}",
                "{\"Records\":[{}]}",
                "{\"Records\":[{\"dynamodb\":{}}]}",
                "{\"Records\":[{\"dynamodb\":{\"SequenceNumber\":\"1\",\"Keys\":{\"a\":\"secret\"}}}]}",
                "{\"Records\":[{\"dynamodb\":{\"SequenceNumber\":\"1\",\"Keys\":{\"a\":{\"S\":1}}}}]}",
                "{\"Records\":[{\"dynamodb\":{\"SequenceNumber\":\"1\",\"Keys\":{\"a\":{\"X\":\"secret\"}}}}]}",
                "{\"Records\":[{\"dynamodb\":{\"SequenceNumber\":\"1\",\"Keys\":{\"a\":{\"M\":[]}}}}]}",
                "{\"Records\":[{\"dynamodb\":{\"SequenceNumber\":\"1\",\"Keys\":{\"a\":{\"L\":{}}}}}]}",
                "{\"Records\":[{\"dynamodb\":{\"SequenceNumber\":\"1\",\"Keys\":{\"a\":{\"B\":\"?secret\"}}}}]}",
                "{\"Records\":[{\"dynamodb\":{\"SequenceNumber\":\"1\",\"Keys\":{\"a\":{\"BOOL\":\"true\"}}}}]}",
                "{\"Records\":[{\"dynamodb\":{\"SequenceNumber\":\"1\",\"Keys\":{\"a\":{}}}}]}"
            })
    void what_is_no_stream_batch_fails_clearly_and_is_not_quoted(String event) {
        assertThatThrownBy(() -> StreamEvents.read(stream(event)))
                .isInstanceOf(MalformedEventException.class)
                .hasMessageNotContaining("secret");
    }

    @Test
    void failed_records_are_named_and_a_done_batch_names_none() throws IOException {
        assertThat(written(new StreamsEventResponse(List.of(
                        new StreamsEventResponse.BatchItemFailure("111"),
                        new StreamsEventResponse.BatchItemFailure("222")))))
                .isEqualTo("{\"batchItemFailures\":[{\"itemIdentifier\":\"111\"},{\"itemIdentifier\":\"222\"}]}");
        assertThat(written(new StreamsEventResponse(List.of()))).isEqualTo("{\"batchItemFailures\":[]}");
        assertThat(written(new StreamsEventResponse())).isEqualTo("{\"batchItemFailures\":[]}");
    }

    @Test
    void a_worker_is_told_since_when_its_task_is_due_where_the_image_says_so() throws IOException {
        List<StreamBatch.Woken> woken = new CopyOnWriteArrayList<>();
        for (String image : List.of(
                "{\"updated_at\":{\"N\":\"1795352400123\"}}",
                "{\"updated_at\":{\"N\":\"1e99\"}}",
                "{\"updated_at\":{\"S\":\"yesterday\"}}",
                "{}")) {
            StreamBatch.each(
                    StreamEvents.read(stream("{\"Records\":[{\"dynamodb\":{\"SequenceNumber\":\"1\",\"Keys\":"
                                    + "{\"task_id\":{\"S\":\"task-0123456789abcdef\"}},\"NewImage\":" + image + "}}]}"))
                            .getRecords(),
                    woken::add,
                    Log.toStandardOutput());
        }
        assertThat(woken)
                .extracting(StreamBatch.Woken::since)
                .containsExactly(Instant.ofEpochMilli(1_795_352_400_123L), null, null, null);
    }

    @Test
    void a_scheduled_event_is_known_by_its_source_and_type() throws IOException {
        assertThat(ScheduledEvents.read(stream("""
            {"version":"0","id":"cdc73f9d","detail-type":"Scheduled Event","source":"aws.events",\
            "account":"123456789012","time":"1970-01-01T00:00:00Z","region":"us-east-1","resources":[],\
            "detail":{}}\
            """)).getSource()).isEqualTo("aws.events");
        assertThatThrownBy(() -> ScheduledEvents.read(stream("{}"))).isInstanceOf(MalformedEventException.class);
    }

    private static String written(StreamsEventResponse answer) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        StreamEvents.write(answer, out);
        return out.toString(StandardCharsets.UTF_8);
    }

    private static InputStream stream(String text) {
        return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
    }
}
