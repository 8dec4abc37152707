package dev.darkroom.rules;

import dev.darkroom.log.Log;
import dev.darkroom.log.Metric;
import dev.darkroom.log.MetricLines;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;

/** Captured log lines. Thread-safe. */
final class Lines {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final Log log = new Log(new PrintStream(bytes, true, StandardCharsets.UTF_8), InstantSource.system());

    Log log() {
        return log;
    }

    String text() {
        return bytes.toString(StandardCharsets.UTF_8);
    }

    /** Returns whether this event was logged at this level. */
    boolean has(String level, String event) {
        return text().contains("\"level\":\"" + level + "\",\"event\":\"" + event + "\"");
    }

    /** Returns the values of each metric in the lines. */
    Map<Metric, List<Long>> metrics() {
        return MetricLines.read(text());
    }

    void forget() {
        bytes.reset();
    }
}
