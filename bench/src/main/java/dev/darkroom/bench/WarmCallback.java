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
 * same store, one call of each in turns.
 */
final class WarmCallback implements Experiment {
    private static final int CALLS = 1_000;
    private static final int WARM_UP = 8_000;

    @Override
    public String word() {
        return "warm";
    }

    @Override
    public List<Figure> measure(int runs) throws Exception {
        InstantDynamo instant = new InstantDynamo();
        new Delivery(instant).deliver();
        UpdateItemRequest write = instant.last();
        try (StubCloud cloud = new StubCloud(Certificate.make(Files.createTempDirectory("bench")));
                DynamoDbClient dynamo = Clients.dynamoDb(URI.create(cloud.url()))) {
            Delivery delivery = new Delivery(dynamo);
            Call whole = delivery::deliver;
            Call bare = () -> dynamo.updateItem(write);
            for (int i = 0; i < WARM_UP; i++) {
                whole.nanos();
                bare.nanos();
            }
            List<List<Double>> taken =
                    List.of(new ArrayList<>(), new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
            for (int run = 0; run < runs; run++) {
                long[] wholes = new long[CALLS];
                long[] bares = new long[CALLS];
                for (int i = 0; i < CALLS; i++) {
                    // The order alternates, so that neither side always comes second.
                    if (i % 2 == 0) {
                        wholes[i] = whole.nanos();
                        bares[i] = bare.nanos();
                    } else {
                        bares[i] = bare.nanos();
                        wholes[i] = whole.nanos();
                    }
                }
                taken.get(0).add(micros(wholes, 50));
                taken.get(1).add(micros(bares, 50));
                taken.get(2).add(micros(wholes, 99));
                taken.get(3).add(micros(bares, 99));
            }
            List<Samples> samples =
                    taken.stream().map(values -> new Samples("µs", values)).toList();
            return List.of(
                    Figure.ratio(
                            "warm callback / bare `UpdateItem`, p50",
                            samples.get(0),
                            samples.get(1),
                            new Goal.AtMost(1.15)),
                    Figure.ratio(
                            "warm callback / bare `UpdateItem`, p99",
                            samples.get(2),
                            samples.get(3),
                            new Goal.AtMost(1.15)));
        }
    }

    private static double micros(long[] nanos, int percent) {
        Arrays.sort(nanos);
        return nanos[nanos.length * percent / 100] / 1000.0;
    }

    private interface Call {
        Object make() throws Exception;

        default long nanos() throws Exception {
            long start = System.nanoTime();
            make();
            return System.nanoTime() - start;
        }
    }
}
