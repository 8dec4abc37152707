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
            Start callback = unpacked(FunctionZip.CALLBACK, folder);
            Start submit = unpacked(FunctionZip.SUBMIT, folder);
            Start status = unpacked(FunctionZip.STATUS, folder);
            Start peer = NodePeer.build(folder.resolve("node-peer"));
            byte[] webhook = Events.of(FunctionZip.CALLBACK);
            byte[] submission = Events.of(FunctionZip.SUBMIT);
            byte[] question = Events.of(FunctionZip.STATUS);
            List<Samples> taken = Turns.take(
                    runs,
                    "ms",
                    List.of(
                            () -> callback.first(webhook, plain),
                            () -> peer.first(webhook, plain),
                            () -> callback.first(webhook, tls),
                            () -> peer.first(webhook, tls),
                            () -> submit.first(submission, tls),
                            () -> status.first(question, tls)));
            return List.of(
                    Figure.ratio("cold callback / Node, HTTP", taken.get(0), taken.get(1), new Goal.AtMost(1.0)),
                    Figure.ratio("cold callback / Node, TLS", taken.get(2), taken.get(3), new Goal.AtMost(2.0)),
                    Figure.ratio("cold submit / callback, TLS", taken.get(4), taken.get(2), new Goal.AtMost(1.3)),
                    Figure.ratio("cold status / callback, TLS", taken.get(5), taken.get(2), new Goal.AtMost(1.3)));
        }
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
