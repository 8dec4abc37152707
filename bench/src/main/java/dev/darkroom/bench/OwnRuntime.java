package dev.darkroom.bench;

import dev.darkroom.local.deployed.FunctionZip;
import dev.darkroom.local.deployed.LambdaRuntime;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A function for those who deploy a runtime of their own (a container image, or {@code provided.al2023} with a JDK 25): everything
 * on the class path, and an AOT cache (JEP 483, 514) that was trained with one event. Lambda's managed runtime takes no such cache.
 */
final class OwnRuntime {
    private static final String CLIENT = "com.amazonaws.services.lambda.runtime.api.client.AWSLambda";

    private OwnRuntime() {}

    /** Fills the folder: {@code function.jar}, {@code function.aot}. */
    static Start train(FunctionZip function, byte[] event, Surroundings surroundings, Path folder)
            throws IOException, InterruptedException {
        function.unpack(folder);
        String classPath = String.join(
                File.pathSeparator,
                LambdaRuntime.classPath(),
                folder.resolve("function.jar").toString());
        Path cache = folder.resolve("function.aot");
        Files.deleteIfExists(cache);
        try (LambdaRuntime training = start(
                folder,
                command("-XX:+UseG1GC", "-XX:AOTCacheOutput=" + cache, classPath, function),
                function,
                surroundings)) {
            training.invoke(event);
            training.end();
            if (!Files.exists(cache)) {
                throw new IOException("no cache was made: " + training.output());
            }
        }
        return given -> start(
                folder, command("-XX:+UseSerialGC", "-XX:AOTCache=" + cache, classPath, function), function, given);
    }

    private static LambdaRuntime start(
            Path folder, List<String> command, FunctionZip function, Surroundings surroundings) throws IOException {
        List<String> trusting = new ArrayList<>(command);
        trusting.addAll(1, surroundings.javaOptions());
        return new LambdaRuntime(folder, trusting, function.handler, surroundings.environment());
    }

    private static List<String> command(String collector, String option, String classPath, FunctionZip function) {
        return List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                collector,
                "-XX:TieredStopAtLevel=1",
                "--enable-native-access=ALL-UNNAMED",
                option,
                "-cp",
                classPath,
                CLIENT,
                function.handler);
    }
}
