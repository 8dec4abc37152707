package dev.darkroom.bench;

import dev.darkroom.local.deployed.FunctionZip;
import dev.darkroom.local.deployed.LambdaRuntime;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/**
 * The first event of a function after its SnapStart hook ran, against its hundredth: in one JVM as Lambda starts it for a
 * snapshot. The first one fetches credentials and connects anew, as after a restore; the hundredth does neither. What restoring a
 * snapshot costs by itself is not in it.
 */
final class AfterSnapshot implements Experiment {
    private static final List<FunctionZip> OTHERS = List.of(FunctionZip.SUBMIT, FunctionZip.TASKS, FunctionZip.SETTLE);

    private static final int HUNDREDTH = 100;

    /** One event is a moment: the hundredth counts as the median of these many around it. */
    private static final int AROUND = 11;

    @Override
    public String word() {
        return "hook";
    }

    @Override
    public List<Figure> measure(int runs) throws Exception {
        Path folder = Files.createDirectories(Path.of("target", "hook").toAbsolutePath());
        Certificate certificate = Certificate.make(Files.createTempDirectory(folder, "run"));
        try (StubCloud cloud = new StubCloud(certificate)) {
            Surroundings plain = Surroundings.plain(cloud, certificate);
            Surroundings tls = Surroundings.tls(cloud, certificate);
            List<Figure> figures = new ArrayList<>();
            figures.add(figure(FunctionZip.CALLBACK, folder, plain, "HTTP", runs));
            figures.add(figure(FunctionZip.CALLBACK, folder, tls, "TLS", runs));
            for (FunctionZip function : OTHERS) {
                figures.add(figure(function, folder, plain, "HTTP", runs));
            }
            figures.add(empty(folder, plain, runs));
            return figures;
        }
    }

    private static Figure figure(
            FunctionZip function, Path folder, Surroundings surroundings, String protocol, int runs)
            throws IOException, InterruptedException {
        Path root = Files.createTempDirectory(folder, "task");
        function.unpack(root);
        Times times = times(root, function.handler, Events.of(function), surroundings, runs);
        return Figure.ratio(
                "first %s after the hook / the hundredth, %s"
                        .formatted(function.name().toLowerCase(Locale.ROOT), protocol),
                times.first(),
                times.hundredth(),
                new Goal.AtMost(2.0));
    }

    /** What of it all is the runtime client's own. */
    private static Figure empty(Path folder, Surroundings surroundings, int runs)
            throws IOException, InterruptedException {
        Path root = Files.createTempDirectory(folder, "task");
        String file = EmptyHandler.class.getName().replace('.', '/') + ".class";
        Path target = root.resolve(file);
        Files.createDirectories(target.getParent());
        try (InputStream bytes = Objects.requireNonNull(EmptyHandler.class.getResourceAsStream("/" + file))) {
            Files.copy(bytes, target);
        }
        Times times = times(root, EmptyHandler.class.getName(), Events.of(FunctionZip.CALLBACK), surroundings, runs);
        return Figure.ratio("the same of a function that does nothing", times.first(), times.hundredth());
    }

    private record Times(Samples first, Samples hundredth) {}

    private static Times times(Path root, String handler, byte[] event, Surroundings surroundings, int runs)
            throws IOException, InterruptedException {
        List<Double> first = new ArrayList<>();
        List<Double> hundredth = new ArrayList<>();
        for (int run = 0; run < runs; run++) {
            try (LambdaRuntime runtime =
                    LambdaRuntime.atSnapshot(root, surroundings.javaOptions(), handler, surroundings.environment())) {
                runtime.restore();
                first.add(millis(runtime, event));
                for (int i = 2; i < HUNDREDTH - AROUND / 2; i++) {
                    millis(runtime, event);
                }
                List<Double> around = new ArrayList<>();
                for (int i = 0; i < AROUND; i++) {
                    around.add(millis(runtime, event));
                }
                hundredth.add(new Samples("ms", around).median());
            }
        }
        return new Times(new Samples("ms", first), new Samples("ms", hundredth));
    }

    private static double millis(LambdaRuntime runtime, byte[] event) throws IOException, InterruptedException {
        long start = System.nanoTime();
        Answers.good(runtime, event);
        return (System.nanoTime() - start) / 1e6;
    }
}
