package dev.darkroom.bench;

import dev.darkroom.local.aws.Clients;
import java.net.URI;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.UpdateItemRequest;

/**
 * A delivery through the warm handler, compared with the single write that it makes. The same client sends the same prepared request to the
 * same store, one call of each in turns. The store takes its {@link Latency}, or answers at once.
 */
final class WarmCallback implements Experiment {
    private static final Goal GOAL = new Goal.AtMost(1.15);

    private static final int WARM_UP = 8_000;

    @Override
    public String word() {
        return "warm";
    }

    @Override
    public List<Figure> measure(int runs) throws Exception {
        Certificate certificate = Certificate.make(Files.createTempDirectory("bench"));
        List<Figure> figures = new ArrayList<>();
        try (StubCloud inTime = new StubCloud(certificate, new byte[0], true);
                StubCloud atOnce = new StubCloud(certificate);
                Pair slow = new Pair(inTime);
                Pair fast = new Pair(atOnce)) {
            for (int i = 0; i < WARM_UP; i++) {
                fast.call(i, new long[2]);
            }
            figures.addAll(slow.figures(runs, 200, "warm callback / bare `UpdateItem`"));
            figures.addAll(fast.figures(runs, 1_000, "the same, with a DynamoDB that answers at once"));
        }
        return figures;
    }

    /** Both sides, with one client. */
    private static final class Pair implements AutoCloseable {
        private final DynamoDbClient dynamo;
        private final Delivery delivery;
        private final UpdateItemRequest write;

        Pair(StubCloud cloud) throws Exception {
            InstantDynamo instant = new InstantDynamo();
            new Delivery(instant).deliver();
            write = instant.last();
            dynamo = Clients.dynamoDb(URI.create(cloud.url()));
            delivery = new Delivery(dynamo);
        }

        /** Times a call of each side, in an order that alternates, so that neither always comes second. */
        void call(int number, long[] nanos) throws Exception {
            for (int side : number % 2 == 0 ? new int[] {0, 1} : new int[] {1, 0}) {
                long start = System.nanoTime();
                if (side == 0) {
                    delivery.deliver();
                } else {
                    dynamo.updateItem(write);
                }
                nanos[side] = System.nanoTime() - start;
            }
        }

        List<Figure> figures(int runs, int calls, String name) throws Exception {
            long[][][] nanos = new long[runs][calls][2];
            for (long[][] run : nanos) {
                for (int i = 0; i < calls; i++) {
                    call(i, run[i]);
                }
            }
            List<Figure> figures = new ArrayList<>();
            for (int percent : List.of(50, 99)) {
                String row = name + ", p" + percent;
                Samples whole = samples(nanos, 0, percent);
                Samples bare = samples(nanos, 1, percent);
                figures.add(Figure.ratio(row, whole, bare, GOAL));
            }
            return figures;
        }

        @Override
        public void close() {
            dynamo.close();
        }
    }

    private static Samples samples(long[][][] nanos, int side, int percent) {
        return new Samples(
                "µs",
                Arrays.stream(nanos).map(run -> micros(run, side, percent)).toList());
    }

    private static double micros(long[][] run, int side, int percent) {
        long[] sorted =
                Arrays.stream(run).mapToLong(call -> call[side]).sorted().toArray();
        return sorted[sorted.length * percent / 100] / 1000.0;
    }
}
