package dev.darkroom.bench;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The copy of a large image from a media host into the bucket: fetched, probed, hashed and checksummed, with TLS on both sides. The JVM has
 * one core; the servers have the others.
 */
final class CopyThroughput implements Experiment {
    private static final int BYTES = 64 << 20;
    private static final int WARM_UP = 5;

    @Override
    public String word() {
        return "copy";
    }

    @Override
    public List<String> commands() {
        return List.of("taskset");
    }

    @Override
    public List<Figure> measure(int runs) throws Exception {
        Certificate certificate = Certificate.make(Files.createTempDirectory("bench"));
        try (MediaServers servers = MediaServers.overTls(certificate)) {
            Process java = new ProcessBuilder(
                            "taskset",
                            "-c",
                            "0",
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-Xmx256m",
                            "-XX:+UseSerialGC",
                            "-Djavax.net.ssl.trustStore=" + certificate.trustStore(),
                            "-cp",
                            System.getProperty("java.class.path"),
                            CopyThroughput.class.getName(),
                            servers.mediaHost(),
                            servers.bucketUrl(),
                            servers.imageUrl(BYTES),
                            Integer.toString(runs))
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            String said = new String(java.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (java.waitFor() != 0 || servers.taken() < (long) BYTES * (WARM_UP + runs)) {
                throw new IllegalStateException("the copies failed: " + said);
            }
            return List.of(Figure.alone(
                    "64 MiB copied into S3, TLS on both sides, one core",
                    new Samples("MB/s", said.lines().map(Double::valueOf).toList()),
                    new Goal.AtLeast(100)));
        }
    }

    /** Runs as the JVM of the copies. Prints the megabytes per second of each. */
    public static void main(String[] arguments) {
        Copying copying = new Copying(arguments[0], arguments[1]);
        for (int i = -WARM_UP; i < Integer.parseInt(arguments[3]); i++) {
            long start = System.nanoTime();
            copying.copy(arguments[2]);
            if (i >= 0) {
                System.out.println(BYTES * 1e3 / (System.nanoTime() - start));
            }
        }
    }
}
