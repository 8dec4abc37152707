package dev.darkroom.lambda;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPEvent;
import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPResponse;
import com.amazonaws.services.lambda.runtime.events.DynamodbEvent;
import com.amazonaws.services.lambda.runtime.events.StreamsEventResponse;
import com.amazonaws.services.lambda.runtime.events.models.dynamodb.AttributeValue;
import com.amazonaws.services.lambda.runtime.events.models.dynamodb.StreamRecord;
import com.amazonaws.services.lambda.runtime.serialization.PojoSerializer;
import com.amazonaws.services.lambda.runtime.serialization.events.LambdaEventSerializers;
import dev.darkroom.log.Log;
import dev.darkroom.task.StoreUnavailableException;
import dev.darkroom.task.TaskId;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Events and answers mean to AWS's own types and to ours the same. */
class AwsEventsTest {
    private static final TaskId TASK = new TaskId("task-0123456789abcdef");

    private static <T> PojoSerializer<T> serializer(Class<T> type) {
        return LambdaEventSerializers.serializerFor(type, AwsEventsTest.class.getClassLoader());
    }

    private static <T> ByteArrayInputStream written(Class<T> type, T event) {
        ByteArrayOutputStream json = new ByteArrayOutputStream();
        serializer(type).toJson(event, json);
        return new ByteArrayInputStream(json.toByteArray());
    }

    private static APIGatewayV2HTTPEvent event() {
        APIGatewayV2HTTPEvent.RequestContext.Authorizer authorizer =
                new APIGatewayV2HTTPEvent.RequestContext.Authorizer();
        authorizer.setJwt(APIGatewayV2HTTPEvent.RequestContext.Authorizer.JWT
                .builder()
                .withClaims(Map.of("sub", "alice"))
                .build());
        return APIGatewayV2HTTPEvent.builder()
                .withVersion("2.0")
                .withRouteKey("DELETE /api/generate/tasks/{task_id}")
                .withPathParameters(Map.of("task_id", TASK.value()))
                .withQueryStringParameters(Map.of("limit", "5"))
                .withHeaders(Map.of("Content-Type", "application/json"))
                .withBody("{\"emoji\":\"\uD83D\uDC3B\"}")
                .withRequestContext(APIGatewayV2HTTPEvent.RequestContext.builder()
                        .withHttp(APIGatewayV2HTTPEvent.RequestContext.Http.builder()
                                .withMethod("DELETE")
                                .build())
                        .withAuthorizer(authorizer)
                        .build())
                .build();
    }

    @Test
    void a_request_has_what_its_event_has() throws IOException {
        assertThat(HttpRequest.read(written(APIGatewayV2HTTPEvent.class, event())))
                .usingRecursiveComparison()
                .isEqualTo(new HttpRequest(
                        "DELETE /api/generate/tasks/{task_id}",
                        Map.of("task_id", TASK.value()),
                        Map.of("limit", "5"),
                        Map.of("content-type", "application/json"),
                        Map.of("sub", "alice"),
                        "{\"emoji\":\"\uD83D\uDC3B\"}",
                        false));
    }

    @Test
    void an_event_that_says_little_is_a_request_that_says_little() throws IOException {
        APIGatewayV2HTTPEvent event = event();
        event.setPathParameters(null);
        event.setQueryStringParameters(null);
        event.setBody(null);
        event.getRequestContext().setAuthorizer(null);
        event.setIsBase64Encoded(true);

        HttpRequest request = HttpRequest.read(written(APIGatewayV2HTTPEvent.class, event));

        assertThat(request.path()).isEmpty();
        assertThat(request.query()).isEmpty();
        assertThat(request.claims()).isNull();
        assertThat(request.body()).isEmpty();
        assertThat(request.isBase64()).isTrue();
    }

    @Test
    void the_gateway_reads_of_an_answer_what_it_has() throws IOException {
        ByteArrayOutputStream json = new ByteArrayOutputStream();
        new HttpAnswer(202, Map.of("content-type", "application/json"), "{\"emoji\":\"\uD83D\uDC3B\"}").write(json);

        APIGatewayV2HTTPResponse read =
                serializer(APIGatewayV2HTTPResponse.class).fromJson(json.toString(UTF_8));

        assertThat(read.getStatusCode()).isEqualTo(202);
        assertThat(read.getHeaders()).isEqualTo(Map.of("content-type", "application/json"));
        assertThat(read.getBody()).isEqualTo("{\"emoji\":\"\uD83D\uDC3B\"}");
        assertThat(read.getIsBase64Encoded()).isFalse();
    }

    @Test
    void a_stream_batch_has_the_tasks_of_its_event_and_names_the_failed_ones() throws IOException {
        DynamodbEvent.DynamodbStreamRecord record = new DynamodbEvent.DynamodbStreamRecord();
        record.setDynamodb(new StreamRecord()
                .withSequenceNumber("111")
                .withKeys(Map.of("task_id", new AttributeValue(TASK.value())))
                .withNewImage(Map.of(
                        "task_id",
                        new AttributeValue(TASK.value()),
                        "updated_at",
                        new AttributeValue().withN("1795352400000"))));
        DynamodbEvent event = new DynamodbEvent();
        event.setRecords(List.of(record));

        List<StreamBatch.Woken> woken = new ArrayList<>();
        ByteArrayOutputStream json = new ByteArrayOutputStream();
        StreamBatch.serve(
                written(DynamodbEvent.class, event),
                json,
                each -> {
                    woken.add(each);
                    throw new StoreUnavailableException(new IllegalStateException());
                },
                Log.toStandardOutput());

        assertThat(woken).containsExactly(new StreamBatch.Woken(TASK, Instant.parse("2026-11-22T13:00:00Z")));
        assertThat(serializer(StreamsEventResponse.class)
                        .fromJson(json.toString(UTF_8))
                        .getBatchItemFailures())
                .extracting(StreamsEventResponse.BatchItemFailure::getItemIdentifier)
                .containsExactly("111");
    }
}
