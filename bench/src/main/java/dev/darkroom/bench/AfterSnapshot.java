package dev.darkroom.bench;

import dev.darkroom.deployed.FunctionZip;
import dev.darkroom.deployed.LambdaRuntime;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The wait of a user after a restore: a function's first event after its SnapStart snapshot, with new credentials and connections, over
 * TLS. It runs in one JVM, as Lambda starts it for a snapshot. The time to restore the snapshot itself is not included. The comparison is
 * the whole cold start of a Node process that does the callback's job.
 */
final class AfterSnapshot implements Experiment {
    private static final List<FunctionZip> FUNCTIONS =
            List.of(FunctionZip.of("callback"), FunctionZip.of("submit"), FunctionZip.of("tasks"));

    @Override
    public String word() {
        return "snapshot";
    }

    @Override
    public List<String> commands() {
        return List.of("node", "npm");
    }

    @Override
    public List<Figure> measure(int runs) throws Exception {
        Path folder = Files.createDirectories(Path.of("target", "snapshot").toAbsolutePath());
        Certificate certificate = Certificate.make(Files.createTempDirectory(folder, "run"));
        try (StubCloud cloud = new StubCloud(certificate)) {
            Surroundings tls = Surroundings.tls(cloud, certificate);
            byte[] webhook = Events.of(FunctionZip.of("callback"));
            Start node = NodePeer.build(folder.resolve("node-peer"));
            List<Turns.Side> turns = new ArrayList<>(List.of(() -> node.first(webhook, tls)));
            for (FunctionZip function : FUNCTIONS) {
                Path root = Files.createTempDirectory(folder, "task");
                function.unpack(root);
                byte[] event = Events.of(function);
                turns.add(() -> firstAfterSnapshot(root, function.handler, event, tls));
            }
            List<Samples> taken = Turns.take(runs, "ms", turns);
            List<Figure> figures = new ArrayList<>();
            for (int i = 0; i < FUNCTIONS.size(); i++) {
                String name = FUNCTIONS.get(i).word();
                figures.add(Figure.ratio(
                        "first %s after the snapshot / Node's whole cold start, TLS".formatted(name),
                        taken.get(i + 1),
                        taken.getFirst(),
                        new Goal.AtMost(0.20)));
            }
            return figures;
        }
    }

    private static double firstAfterSnapshot(Path root, String handler, byte[] event, Surroundings surroundings)
            throws IOException, InterruptedException {
        try (LambdaRuntime runtime =
                LambdaRuntime.atSnapshot(root, surroundings.javaOptions(), handler, surroundings.environment())) {
            runtime.restore();
            long start = System.nanoTime();
            Answers.good(runtime, event);
            return (System.nanoTime() - start) / 1e6;
        }
    }
}
