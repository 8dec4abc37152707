package dev.darkroom.bench;

import dev.darkroom.local.deployed.FunctionZip;
import dev.darkroom.local.deployed.LambdaRuntime;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** From the start of a function's process until its first answer, to an event that is already there. */
final class ColdStarts implements Experiment {
    @Override
    public String word() {
        return "cold";
    }

    @Override
    public List<String> commands() {
        return List.of("node", "npm");
    }

    @Override
    public List<Figure> measure(int runs) throws Exception {
        Path folder = Files.createDirectories(Path.of("target", "cold").toAbsolutePath());
        Certificate certificate = Certificate.make(Files.createTempDirectory(folder, "run"));
        try (StubCloud cloud = new StubCloud(certificate)) {
            Surroundings plain = Surroundings.plain(cloud, certificate);
            Surroundings tls = Surroundings.tls(cloud, certificate);
            byte[] webhook = Events.of(FunctionZip.CALLBACK);
            byte[] submission = Events.of(FunctionZip.SUBMIT);
            byte[] question = Events.of(FunctionZip.TASKS);
            Start callback = unpacked(FunctionZip.CALLBACK, folder);
            Start submit = unpacked(FunctionZip.SUBMIT, folder);
            Start tasks = unpacked(FunctionZip.TASKS, folder);
            Start peer = NodePeer.build(folder.resolve("node-peer"));
            Start cached = OwnRuntime.train(FunctionZip.CALLBACK, webhook, tls, aot(folder));
            List<Samples> taken = Turns.take(
                    runs,
                    "ms",
                    List.of(
                            () -> peer.first(webhook, plain),
                            () -> peer.first(webhook, tls),
                            () -> callback.first(webhook, plain),
                            () -> callback.first(webhook, tls),
                            () -> submit.first(submission, tls),
                            () -> tasks.first(question, tls),
                            () -> cached.first(webhook, plain),
                            () -> cached.first(webhook, tls)));
            Samples node = taken.get(0);
            Samples nodeTls = taken.get(1);
            Samples ours = taken.get(3);
            return List.of(
                    Figure.ratio("cold callback / Node, HTTP", taken.get(2), node, new Goal.AtMost(1.0)),
                    Figure.ratio("cold callback / Node, TLS", ours, nodeTls, new Goal.AtMost(2.0)),
                    Figure.ratio("cold submit / cold callback, TLS", taken.get(4), ours, new Goal.AtMost(1.3)),
                    Figure.ratio("cold status / cold callback, TLS", taken.get(5), ours, new Goal.AtMost(1.3)),
                    Figure.ratio("with an AOT cache / Node, HTTP", taken.get(6), node, new Goal.AtMost(0.7)),
                    Figure.ratio("with an AOT cache / Node, TLS", taken.get(7), nodeTls, new Goal.AtMost(1.4)));
        }
    }

    /** Where the AOT cache and its jars are left for whoever wants them; nothing of an earlier run is. */
    private static Path aot(Path folder) throws IOException {
        return Files.createTempDirectory(folder, "aot");
    }

    private static Start unpacked(FunctionZip function, Path folder) throws IOException {
        Path root = Files.createTempDirectory(folder, "task");
        function.unpack(root);
        return surroundings -> new LambdaRuntime(
                root,
                LambdaRuntime.javaCommand(surroundings.javaOptions(), function.handler),
                function.handler,
                surroundings.environment());
    }
}
