package dev.darkroom.local.aws;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

class DynamoDbServerTest {
    /** Without the lock, a call failed in three of four runs of this test. */
    private static final int STARTS = 250;

    private static final InetSocketAddress FREE = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);

    @Test
    void server_answers_while_others_start() throws Exception {
        AtomicBoolean started = new AtomicBoolean();
        List<Future<Long>> clients = new ArrayList<>();
        try (DynamoDbServer server = DynamoDbServer.start(FREE);
                DynamoDbClient client = Clients.dynamoDb(URI.create("http://127.0.0.1:" + server.port()));
                ExecutorService threads = Executors.newFixedThreadPool(4)) {
            for (int i = 0; i < 4; i++) {
                clients.add(threads.submit(() -> {
                    long answers = 0;
                    while (!started.get()) {
                        assertThat(client.listTables().tableNames()).isEmpty();
                        answers++;
                    }
                    return answers;
                }));
            }
            try {
                for (int i = 0; i < STARTS; i++) {
                    DynamoDbServer.start(FREE).close();
                }
            } finally {
                started.set(true);
            }
        }
        for (Future<Long> each : clients) {
            assertThat(each.get()).isPositive();
        }
    }
}
