package dev.darkroom.local.stream;

import static dev.darkroom.testing.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Phaser;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.dynamodb.model.DescribeStreamRequest;
import software.amazon.awssdk.services.dynamodb.model.DescribeStreamResponse;
import software.amazon.awssdk.services.dynamodb.model.GetRecordsRequest;
import software.amazon.awssdk.services.dynamodb.model.GetRecordsResponse;
import software.amazon.awssdk.services.dynamodb.model.GetShardIteratorRequest;
import software.amazon.awssdk.services.dynamodb.model.GetShardIteratorResponse;
import software.amazon.awssdk.services.dynamodb.model.Shard;
import software.amazon.awssdk.services.dynamodb.model.TrimmedDataAccessException;
import software.amazon.awssdk.services.dynamodb.streams.DynamoDbStreamsClient;

class StreamPollerTest {

    @Test
    void a_stream_whose_old_records_are_thrown_away_is_read_on_from_what_is_kept() {
        Server server = new Server();
        StreamPoller poller = new StreamPoller(server, "stream", new Phaser(1), List.of());
        try (poller) {
            poller.start();
            await().until(() -> server.reads.contains("iterator-2"));
        }
        assertThat(server.asked).startsWith("TRIM_HORIZON", "TRIM_HORIZON");
    }

    /** After some idle minutes, DynamoDB Local returns a first iterator that points to removed records. */
    private static final class Server implements DynamoDbStreamsClient {
        private final Queue<String> asked = new ConcurrentLinkedQueue<>();
        private final Queue<String> reads = new ConcurrentLinkedQueue<>();

        @Override
        public DescribeStreamResponse describeStream(DescribeStreamRequest request) {
            return DescribeStreamResponse.builder()
                    .streamDescription(stream ->
                            stream.shards(Shard.builder().shardId("shard").build()))
                    .build();
        }

        @Override
        public GetShardIteratorResponse getShardIterator(GetShardIteratorRequest request) {
            asked.add(request.shardIteratorTypeAsString());
            return GetShardIteratorResponse.builder()
                    .shardIterator("iterator-" + asked.size())
                    .build();
        }

        @Override
        public GetRecordsResponse getRecords(GetRecordsRequest request) {
            reads.add(request.shardIterator());
            if (request.shardIterator().equals("iterator-1")) {
                throw TrimmedDataAccessException.builder().message("gone").build();
            }
            return GetRecordsResponse.builder()
                    .records(List.of())
                    .nextShardIterator(request.shardIterator())
                    .build();
        }

        @Override
        public String serviceName() {
            return "streams.dynamodb";
        }

        @Override
        public void close() {}
    }
}
