package dev.darkroom.bench;

import dev.darkroom.deployed.LambdaRuntime;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;

/** A callback function as it is usually written in Node: with AWS's SDK, bundled and minified. */
final class NodePeer {
    private static final Path SOURCES = Path.of("node-peer");
    private static final String HANDLER = "index.handler";

    private NodePeer() {}

    /** Installs the locked dependencies of the peer's build, and bundles it. */
    static Start build(Path folder) throws IOException, InterruptedException {
        Path work = Files.createDirectories(folder.resolve("build"));
        for (String file : List.of("package.json", "package-lock.json", "callback.js", "runtime.js")) {
            Files.copy(SOURCES.resolve(file), work.resolve(file), StandardCopyOption.REPLACE_EXISTING);
        }
        Path root = Files.createDirectories(folder.resolve("task"));
        Path bundle = root.resolve("index.js");
        run(work, "npm", "ci", "--no-audit", "--no-fund", "--loglevel=error");
        run(work, "npm", "run", "--silent", "build", "--", "--log-level=error", "--outfile=" + bundle);
        List<String> command =
                List.of("/usr/bin/env", "node", work.resolve("runtime.js").toString(), bundle.toString());
        return surroundings -> new LambdaRuntime(root, command, HANDLER, surroundings.environment());
    }

    private static void run(Path folder, String... command) throws IOException, InterruptedException {
        if (new ProcessBuilder(command)
                        .directory(folder.toFile())
                        .inheritIO()
                        .start()
                        .waitFor()
                != 0) {
            throw new IOException("failed: " + String.join(" ", command));
        }
    }
}
