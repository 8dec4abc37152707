package dev.darkroom.bench;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** The live heap while eight copies run at once in a JVM of 256 MB, with large and with small images. */
final class CopyHeap implements Experiment {
    private static final int AT_ONCE = 8;
    private static final int TOTAL = 64 << 20;
    private static final int SMALL = 1 << 20;

    @Override
    public String word() {
        return "heap";
    }

    @Override
    public List<Figure> measure(int runs) throws Exception {
        try (MediaServers servers = MediaServers.plain()) {
            List<Samples> sides =
                    Turns.take(runs, "MB", List.of(() -> live(servers, TOTAL), () -> live(servers, SMALL)));
            return List.of(Figure.ratio(
                    "live heap of eight copies at once, `-Xmx256m`: 64 MiB each / 1 MiB each",
                    sides.get(0),
                    sides.get(1),
                    new Goal.AtMost(1.1)));
        }
    }

    private static double live(MediaServers servers, int size) throws IOException, InterruptedException {
        Process java = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx256m",
                        "-XX:+UseSerialGC",
                        "-cp",
                        System.getProperty("java.class.path"),
                        CopyHeap.class.getName(),
                        servers.mediaHost(),
                        servers.bucketUrl(),
                        servers.imageUrl(size),
                        Integer.toString(TOTAL / size))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String said = new String(java.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (java.waitFor() != 0) {
            throw new IllegalStateException("the copies failed: " + said);
        }
        return Double.parseDouble(said.strip());
    }

    /** Runs as the JVM of the copies: eight threads copy the image this many times each. Prints megabytes. */
    public static void main(String[] arguments) throws Exception {
        Copying copying = new Copying(arguments[0], arguments[1]);
        copying.copy(arguments[2]);
        int times = Integer.parseInt(arguments[3]);
        long most = 0;
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> copies = new ArrayList<>();
            for (int i = 0; i < AT_ONCE; i++) {
                copies.add(threads.submit(() -> {
                    for (int time = 0; time < times; time++) {
                        copying.copy(arguments[2]);
                    }
                }));
            }
            while (copies.stream().noneMatch(Future::isDone)) {
                System.gc();
                most = Math.max(most, afterCollection());
                // Otherwise this JVM would do nothing but collect.
                Thread.sleep(50);
            }
            for (Future<?> copy : copies) {
                copy.get();
            }
        }
        System.out.printf(java.util.Locale.ROOT, "%.3f%n", most / 1e6);
    }

    /** Returns the bytes that survived the last collection. */
    private static long afterCollection() {
        return ManagementFactory.getMemoryPoolMXBeans().stream()
                .filter(pool -> pool.getType() == MemoryType.HEAP && pool.getCollectionUsage() != null)
                .map(MemoryPoolMXBean::getCollectionUsage)
                .mapToLong(usage -> usage.getUsed())
                .sum();
    }
}
