package dev.darkroom.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordedFrame;
import jdk.jfr.consumer.RecordingFile;

/** Samples what this JVM runs, by JDK Flight Recorder, and counts the samples by the part of the system they belong to. */
final class CpuShares implements AutoCloseable {
    /** By the first of these packages that a sample's stack has a frame of: the innermost parts first. */
    private static final Map<String, String> PARTS = new LinkedHashMap<>();

    static {
        PARTS.put("software.amazon.dynamodb.services.local", "DynamoDB Local");
        PARTS.put("org.gaul.s3proxy", "S3 server");
        PARTS.put("dev.darkroom.local.apidot", "simulated APIDot");
        PARTS.put("dev.darkroom.settle", "settle");
        PARTS.put("dev.darkroom.media", "settle");
        PARTS.put("dev.darkroom.callback", "callback");
        PARTS.put("dev.darkroom.submit", "submit");
        PARTS.put("dev.darkroom.local", "gateway and stream");
        PARTS.put("dev.darkroom.bench", "the clients");
    }

    private final Recording recording = new Recording();

    CpuShares() {
        recording.enable("jdk.ExecutionSample").withPeriod(Duration.ofMillis(20));
        recording.start();
    }

    /** Samples by part, since the start. */
    Map<String, Long> stop() throws IOException {
        recording.stop();
        Path file = Files.createTempFile("bench", ".jfr");
        try {
            recording.dump(file);
            Map<String, Long> shares = new TreeMap<>();
            for (RecordedEvent event : RecordingFile.readAllEvents(file)) {
                if (event.getStackTrace() != null) {
                    shares.merge(part(event.getStackTrace().getFrames()), 1L, Long::sum);
                }
            }
            return shares;
        } finally {
            Files.deleteIfExists(file);
        }
    }

    private static String part(List<RecordedFrame> frames) {
        return PARTS.entrySet().stream()
                .filter(part -> frames.stream()
                        .anyMatch(frame -> frame.getMethod().getType().getName().startsWith(part.getKey())))
                .map(Map.Entry::getValue)
                .findFirst()
                .orElse("HTTP servers and clients, JDK");
    }

    @Override
    public void close() {
        recording.close();
    }
}
