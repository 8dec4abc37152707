package dev.darkroom.bench;

import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Threads;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;
import org.openjdk.jmh.util.Statistics;

/** The callback handler's own time, from the event's bytes to the answer's, measured by JMH with a client whose write is instant. */
public class CallbackCpu implements Experiment {
    private static final long MOST_MICROS = 100;

    @Override
    public String word() {
        return "cpu";
    }

    @Override
    public List<Figure> measure(int runs) throws Exception {
        Collection<RunResult> results = new Runner(new OptionsBuilder()
                        .include(Deliver.class.getName().replace("$", "\\."))
                        .mode(org.openjdk.jmh.annotations.Mode.SampleTime)
                        .timeUnit(TimeUnit.MICROSECONDS)
                        .forks(2)
                        .warmupIterations(5)
                        .warmupTime(TimeValue.seconds(1))
                        .measurementIterations(Math.ceilDiv(runs, 2))
                        .measurementTime(TimeValue.milliseconds(500))
                        .addProfiler(GCProfiler.class)
                        .shouldFailOnError(true)
                        .verbosity(VerboseMode.SILENT)
                        .build())
                .run();
        RunResult result = results.iterator().next();
        // The median, because other work on the machine slows some of the calls.
        Statistics micros = result.getPrimaryResult().getStatistics();
        Result<?> bytes = Objects.requireNonNull(result.getSecondaryResults().get("gc.alloc.rate.norm"));
        return List.of(
                Figure.atMost(
                        "callback's own time, JMH, median", Math.round(micros.getPercentile(50)), "µs", MOST_MICROS),
                Figure.told(
                        "callback's own time, middle half, and what it allocates",
                        "%s–%s µs, %,d bytes for each call"
                                .formatted(
                                        Samples.number(micros.getPercentile(25)),
                                        Samples.number(micros.getPercentile(75)),
                                        Math.round(bytes.getScore()))));
    }

    /** The method that JMH measures. */
    @State(Scope.Benchmark)
    @Threads(1)
    public static class Deliver {
        private final Delivery delivery;

        public Deliver() {
            try {
                delivery = new Delivery(new InstantDynamo());
            } catch (java.io.IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        }

        @Benchmark
        public byte[] deliver() throws java.io.IOException {
            return delivery.deliver();
        }
    }
}
