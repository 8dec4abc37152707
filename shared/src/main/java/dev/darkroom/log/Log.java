package dev.darkroom.log;

import dev.darkroom.json.Json;
import dev.darkroom.task.TaskId;
import dev.darkroom.task.UpstreamTaskId;
import java.io.PrintStream;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/**
 * Writes events as JSON lines. An event takes only task ids, enum constants, numbers, class names and one masked state word. So
 * no prompt, URL or key can get into a line. Metrics are part of the line, in CloudWatch's embedded metric format, so counting
 * needs no call. Thread-safe.
 */
public final class Log {
    /** The CloudWatch namespace of every metric. */
    public static final String NAMESPACE = "Darkroom";

    /** The only dimension of every metric. A function's name contains its stack's name, so stacks have separate metrics. */
    public static final String DIMENSION = "FunctionName";

    /** Set by Lambda. */
    private static final String FUNCTION_NAME =
            Objects.requireNonNullElse(System.getenv("AWS_LAMBDA_FUNCTION_NAME"), "local");

    private final PrintStream out;
    private final InstantSource clock;

    public Log(PrintStream out, InstantSource clock) {
        this.out = out;
        this.clock = clock;
    }

    /** A log on the function's standard output, which Lambda delivers to CloudWatch Logs. */
    public static Log toStandardOutput() {
        return new Log(System.out, InstantSource.system());
    }

    /** Something happened as it should. */
    public Event info(String event) {
        return new Event("INFO", event);
    }

    /** Something happened that a person should know if it happens often. */
    public Event warn(String event) {
        return new Event("WARN", event);
    }

    /** Something happened that a person must look at. */
    public Event error(String event) {
        return new Event("ERROR", event).metric(Metric.ERROR_LINES, 1);
    }

    /** Builds one line; {@link #write} writes it. Not thread-safe. */
    public final class Event {
        private final Instant time = clock.instant();
        private final Json.Builder line = Json.object();
        private final List<Metric> metrics = new ArrayList<>();

        private Event(String level, String event) {
            // Lambda looks for these names (LogFormat JSON), and then passes the line on unchanged.
            line.put("timestamp", time.toString()).put("level", level).put("event", event);
        }

        /** Adds to a metric. */
        public Event metric(Metric metric, long value) {
            line.put(metric.text(), value);
            metrics.add(metric);
            return this;
        }

        public Event task(TaskId task) {
            line.put("task_id", task.value());
            return this;
        }

        public Event upstream(UpstreamTaskId id) {
            line.put("upstream_task_id", id.value());
            return this;
        }

        public Event with(String name, long number) {
            line.put(name, number);
            return this;
        }

        /**
         * An unknown state word. It is the only text from outside that a line may have, because a person needs it.
         *
         * @param word masked by the caller, short
         */
        public Event said(String word) {
            line.put("said", word);
            return this;
        }

        public Event with(String name, Enum<?> constant) {
            line.put(name, constant.name().toLowerCase(Locale.ROOT));
            return this;
        }

        /** The class of a failure and the place in our code that it came from. Never its message, which may quote private data. */
        public Event cause(Throwable failure) {
            line.put("cause", failure.getClass().getName());
            Throwable root = failure.getCause();
            List<StackTraceElement> trace = List.of((root == null ? failure : root).getStackTrace());
            trace.stream()
                    .filter(frame -> frame.getClassName().startsWith("dev.darkroom."))
                    .findFirst()
                    .or(() -> trace.stream().findFirst())
                    .ifPresent(frame -> line.put(
                            "at", frame.getClassName() + "." + frame.getMethodName() + ":" + frame.getLineNumber()));
            if (root != null) {
                line.put("root", root.getClass().getName());
            }
            return this;
        }

        public void write() {
            if (!metrics.isEmpty()) {
                line.put(DIMENSION, FUNCTION_NAME);
                line.put(
                        "_aws",
                        Json.object()
                                .put("Timestamp", time.toEpochMilli())
                                .put("CloudWatchMetrics", Json.array(List.of(directive(metrics))))
                                .build());
            }
            out.println(line.build().text());
        }

        private static Json directive(List<Metric> metrics) {
            List<Json> definitions = new ArrayList<>();
            for (Metric metric : metrics) {
                definitions.add(Json.object()
                        .put("Name", metric.text())
                        .put("Unit", metric.unit())
                        .build());
            }
            return Json.object()
                    .put("Namespace", NAMESPACE)
                    .put("Dimensions", Json.array(List.of(Json.array(List.of(Json.of(DIMENSION))))))
                    .put("Metrics", Json.array(definitions))
                    .build();
        }
    }
}
