package dev.darkroom.bench;

import java.util.List;

/** A large image from a media host into the bucket, fetched, probed, hashed and checksummed, against curl into curl. */
final class CopyThroughput implements Experiment {
    private static final int BYTES = 64 << 20;
    private static final int WARM_UP = 10;

    @Override
    public String word() {
        return "copy";
    }

    @Override
    public List<String> commands() {
        return List.of("curl");
    }

    @Override
    public List<Figure> measure(int runs) throws Exception {
        try (MediaServers servers = new MediaServers()) {
            Copying copying = new Copying(servers.mediaHost(), servers.bucketUrl());
            String url = servers.imageUrl(BYTES);
            for (int i = 0; i < WARM_UP; i++) {
                copying.copy(url);
            }
            List<Samples> sides = Turns.take(
                    runs,
                    "MB/s",
                    List.of(
                            () -> throughput(servers, () -> copying.copy(url)),
                            () -> throughput(servers, () -> pipe(url, servers.bucketUrl() + "/images/0.png"))));
            return List.of(Figure.ratio(
                    "64 MiB copied into S3 / `curl` piped to `curl`",
                    sides.get(0),
                    sides.get(1),
                    new Goal.AtLeast(0.9)));
        }
    }

    private static void pipe(String from, String to) throws Exception {
        List<Process> pipeline = ProcessBuilder.startPipeline(List.of(
                new ProcessBuilder("curl", "-sSf", from).redirectError(ProcessBuilder.Redirect.INHERIT),
                new ProcessBuilder("curl", "-sSf", "-T", "-", "-H", "Expect:", to)
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)));
        for (Process process : pipeline) {
            if (process.waitFor() != 0) {
                throw new IllegalStateException("curl failed");
            }
        }
    }

    private interface Copy {
        void run() throws Exception;
    }

    private static double throughput(MediaServers servers, Copy copy) throws Exception {
        long before = servers.taken();
        long start = System.nanoTime();
        copy.run();
        double seconds = (System.nanoTime() - start) / 1e9;
        if (servers.taken() - before < BYTES) {
            throw new IllegalStateException("the bucket has not taken all");
        }
        return BYTES / 1e6 / seconds;
    }
}
