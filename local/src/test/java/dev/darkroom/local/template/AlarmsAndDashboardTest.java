package dev.darkroom.local.template;

import static org.assertj.core.api.Assertions.assertThat;

import dev.darkroom.json.Json;
import dev.darkroom.local.template.Watched.Alarm;
import dev.darkroom.local.template.Watched.Shown;
import dev.darkroom.log.Log;
import dev.darkroom.log.Metric;
import dev.darkroom.request.Credits;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Checks that every metric in the template's alarms and dashboard exists in the code, and that docs/operate.md has every alarm. */
class AlarmsAndDashboardTest {
    private static final Path ROOT = Path.of("..");
    private static final Path PAGE = ROOT.resolve("docs/operate.md");
    private static final Watched WATCHED = new Watched(ROOT.resolve("template.yaml"));
    private static final Map<String, String> SOURCES = sources();
    private static final List<String> FUNCTIONS = WATCHED.ids("AWS::Serverless::Function");

    /** AWS's own metrics in the template, with the dimensions of each. */
    private static final Map<String, List<String>> AWS_METRICS = Map.of(
            "AWS/Lambda", List.of("Invocations", "Errors", "Throttles", "Duration", "IteratorAge"),
            "AWS/SQS", List.of("ApproximateNumberOfMessagesVisible"),
            "AWS/ApiGateway", List.of("Count", "4xx", "5xx", "Latency"),
            "AWS/S3", List.of("BucketSizeBytes"),
            "AWS/DynamoDB", List.of("ConsumedWriteCapacityUnits", "ConsumedReadCapacityUnits"));

    /** Alarms about single events: missing data does not mean that the cause is gone. */
    private static final Set<String> END_SAYS_NOTHING =
            Set.of("ErrorLinesAlarm", "UpstreamFormsUnknownAlarm", "ClientCallbacksGivenUpAlarm");

    /** CloudWatch API Reference, "MetricDataQuery": the largest number of metrics in one alarm. */
    private static final int MOST_METRICS = 10;

    private static List<Shown> inAlarms() {
        return WATCHED.alarms().stream()
                .flatMap(alarm -> Watched.metrics(alarm).stream())
                .toList();
    }

    private static List<Shown> everywhere() throws Exception {
        return Stream.concat(inAlarms().stream(), WATCHED.onDashboard().stream())
                .toList();
    }

    /** Returns the functions whose own code, or the code that all share, names the metric. */
    private static Set<String> tellers(Metric metric) {
        Pattern named = Pattern.compile("\\bMetric\\." + metric.name() + "\\b");
        Set<String> tellers = new TreeSet<>();
        SOURCES.forEach((where, source) -> {
            if (named.matcher(source).find()) {
                tellers.addAll(where.endsWith("/dev/darkroom/log") ? FUNCTIONS : functionsIn(where));
            }
        });
        return tellers;
    }

    private static List<String> functionsIn(String folder) {
        return FUNCTIONS.stream()
                .filter(id -> {
                    String handler =
                            Objects.requireNonNull(WATCHED.properties(id).string("Handler"));
                    return folder.endsWith(
                            "/" + handler.substring(0, handler.lastIndexOf('.')).replace('.', '/'));
                })
                .toList();
    }

    /** Returns the functions' code, by folder. */
    private static Map<String, String> sources() {
        Map<String, String> sources = new TreeMap<>();
        for (String module : List.of("shared", "submit-function", "callback-function")) {
            try (Stream<Path> files = Files.walk(ROOT.resolve(module).resolve("src/main/java"))) {
                for (Path file :
                        files.filter(path -> path.toString().endsWith(".java")).toList()) {
                    String folder =
                            Objects.requireNonNull(file.getParent()).toString().replace('\\', '/');
                    sources.merge(folder, Files.readString(file), String::concat);
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return sources;
    }

    @Test
    void every_metric_of_ours_that_is_looked_at_is_told_by_that_function_under_that_name() throws Exception {
        Map<String, Metric> known =
                Stream.of(Metric.values()).collect(Collectors.toMap(Metric::text, metric -> metric));
        List<Shown> ours = everywhere().stream()
                .filter(shown -> !AWS_METRICS.containsKey(shown.namespace()))
                .toList();
        assertThat(ours).hasSizeGreaterThan(Metric.values().length).allSatisfy(shown -> {
            assertThat(shown.namespace()).isEqualTo(Log.NAMESPACE);
            assertThat(known).containsKey(shown.name());
            Metric metric = Objects.requireNonNull(known.get(shown.name()));
            String function = Objects.requireNonNull(shown.dimensions().get(Log.DIMENSION));
            assertThat(shown.dimensions()).hasSize(1);
            assertThat(tellers(metric)).contains(function);
        });
    }

    @Test
    void every_metric_that_a_function_tells_is_on_the_dashboard_for_each_function_that_tells_it() throws Exception {
        List<Shown> shown = WATCHED.onDashboard();
        for (Metric metric : Metric.values()) {
            Set<String> functions = shown.stream()
                    .filter(one ->
                            one.namespace().equals(Log.NAMESPACE) && one.name().equals(metric.text()))
                    .map(one -> one.dimensions().get(Log.DIMENSION))
                    .collect(Collectors.toCollection(TreeSet::new));
            assertThat(functions).as(metric.text()).isNotEmpty().isEqualTo(tellers(metric));
        }
    }

    @Test
    void every_metric_of_aws_that_is_looked_at_exists_and_is_that_of_a_resource_of_ours() throws Exception {
        List<Shown> theirs = everywhere().stream()
                .filter(shown -> AWS_METRICS.containsKey(shown.namespace()))
                .toList();
        assertThat(theirs).isNotEmpty().allSatisfy(shown -> {
            assertThat(AWS_METRICS.get(shown.namespace())).contains(shown.name());
            Map<String, String> dimensions = shown.dimensions();
            switch (shown.namespace()) {
                case "AWS/Lambda" -> {
                    String function = Objects.requireNonNull(dimensions.get("FunctionName"));
                    assertThat(FUNCTIONS).contains(function);
                    if (shown.name().equals("IteratorAge")) {
                        assertThat(streamReaders()).contains(function);
                    }
                    assertThat(dimensions).hasSize(1);
                }
                case "AWS/SQS" ->
                    assertThat(dimensions).isIn(ids("AWS::SQS::Queue", id -> Map.of("QueueName", id + ":QueueName")));
                case "AWS/ApiGateway" ->
                    assertThat(dimensions).isIn(ids("AWS::Serverless::HttpApi", id -> Map.of("ApiId", id)));
                case "AWS/S3" ->
                    assertThat(dimensions)
                            .isIn(ids(
                                    "AWS::S3::Bucket",
                                    id -> Map.of("BucketName", id, "StorageType", "StandardStorage")));
                case "AWS/DynamoDB" ->
                    assertThat(dimensions).isIn(ids("AWS::DynamoDB::Table", id -> Map.of("TableName", id)));
                default -> throw new AssertionError(shown.namespace());
            }
        });
    }

    private static <T> List<T> ids(String type, java.util.function.Function<String, T> named) {
        return WATCHED.ids(type).stream().map(named).toList();
    }

    private static List<String> streamReaders() {
        return FUNCTIONS.stream()
                .filter(id -> Objects.requireNonNull(WATCHED.properties(id).object("Events")).fields().values().stream()
                        .anyMatch(event -> "DynamoDB".equals(((Json.Obj) event).string("Type"))))
                .toList();
    }

    @Test
    void every_metric_of_a_failure_has_an_alarm() {
        Set<String> watched = inAlarms().stream()
                .map(shown -> shown.name() + " of "
                        + shown.dimensions().values().iterator().next())
                .collect(Collectors.toSet());
        for (String function : FUNCTIONS) {
            assertThat(watched).contains("Errors of " + function, "ErrorLines of " + function);
        }
        assertThat(streamReaders())
                .isNotEmpty()
                .allSatisfy(id -> assertThat(watched).contains("IteratorAge of " + id));
        assertThat(WATCHED.ids("AWS::SQS::Queue"))
                .isNotEmpty()
                .allSatisfy(id ->
                        assertThat(watched).contains("ApproximateNumberOfMessagesVisible of " + id + ":QueueName"));
        assertThat(WATCHED.ids("AWS::Serverless::HttpApi"))
                .isNotEmpty()
                .allSatisfy(id -> assertThat(watched).contains("5xx of " + id, "Count of " + id));
        assertThat(watched)
                .contains(
                        "UpstreamKeyRefusals of SubmitFunction",
                        "UpstreamKeyRefusals of SettleFunction",
                        "UpstreamBalanceEmpty of SubmitFunction",
                        "UpstreamBalanceEmpty of SettleFunction",
                        "SubmitsUnknown of SubmitFunction",
                        "UpstreamFormsUnknown of SettleFunction",
                        "SweepLag of SweepFunction",
                        "ClientCallbacksGivenUp of NotifyFunction");
    }

    /** Missing data means a dead sweep to the sweep's alarm, and no problem to all others. */
    @Test
    void silence_is_an_alarm_where_the_sweep_should_speak_and_nowhere_else() {
        for (Alarm alarm : WATCHED.alarms()) {
            boolean speaksAlways = Watched.metrics(alarm).stream()
                    .anyMatch(shown -> shown.name().equals(Metric.SWEEP_LAG.text()));
            assertThat(alarm.text("TreatMissingData"))
                    .as(alarm.id())
                    .isEqualTo(speaksAlways ? "breaching" : "notBreaching");
        }
    }

    /** CloudWatch fills in late data points, so an alarm that needs all of its points may never change its state again. */
    @Test
    void an_alarm_that_fills_missing_points_asks_for_some_of_its_points_only() {
        List<Alarm> filling = WATCHED.alarms().stream()
                .filter(alarm -> alarm.properties().items("Metrics").stream()
                        .map(item -> ((Json.Obj) item).string("Expression"))
                        .anyMatch(formula -> formula != null && formula.contains("FILL")))
                .toList();
        assertThat(filling)
                .isNotEmpty()
                .allSatisfy(alarm -> assertThat(alarm.properties().integer("DatapointsToAlarm"))
                        .as(alarm.id())
                        .isNotNull()
                        .isLessThan(alarm.properties().integer("EvaluationPeriods")));
    }

    @Test
    void every_alarm_tells_the_topic_when_it_begins_and_when_it_ends_where_that_says_something() throws Exception {
        Json topic = Json.array(List.of(Json.of("AlarmTopic")));
        for (Alarm alarm : WATCHED.alarms()) {
            assertThat(alarm.properties().get("AlarmActions")).as(alarm.id()).isEqualTo(topic);
            boolean once = END_SAYS_NOTHING.contains(alarm.id());
            assertThat(alarm.properties().get("OKActions")).as(alarm.id()).isEqualTo(once ? null : topic);
        }
    }

    @Test
    void no_alarm_has_more_metrics_than_cloudwatch_takes() {
        assertThat(WATCHED.alarms())
                .allSatisfy(alarm ->
                        assertThat(Watched.metrics(alarm)).as(alarm.id()).hasSizeBetween(1, MOST_METRICS));
    }

    @Test
    void every_alarm_is_on_the_dashboard() throws Exception {
        assertThat(WATCHED.alarmsOnDashboard())
                .containsExactlyInAnyOrderElementsOf(
                        WATCHED.alarms().stream().map(Alarm::id).toList());
    }

    @Test
    void the_page_of_costs_says_what_the_alarms_cost() throws Exception {
        int metrics = inAlarms().size();
        assertThat(Files.readString(ROOT.resolve("docs/capacity.md")))
                .contains("%d alarms over %d metrics, each metric 0.10 (%s dollars)"
                        .formatted(
                                WATCHED.alarms().size(),
                                metrics,
                                new BigDecimal("0.10").multiply(BigDecimal.valueOf(metrics))));
    }

    @Test
    void every_alarm_names_its_heading_in_the_operators_page_and_every_heading_there_is_an_alarms() throws Exception {
        Pattern reference = Pattern.compile("docs/operate\\.md, \"([^\"]+)\"\\.$");
        Set<String> named = new TreeSet<>();
        for (Alarm alarm : WATCHED.alarms()) {
            String heading = reference
                    .matcher(alarm.text("AlarmDescription"))
                    .results()
                    .map(found -> found.group(1))
                    .findFirst()
                    .orElseThrow(() -> new AssertionError(alarm.id()));
            assertThat(alarm.text("AlarmName")).isEqualTo("stack " + heading);
            named.add(heading);
        }
        String page = Files.readString(PAGE);
        int begin = page.indexOf("\n## Alarms\n") + 1;
        String alarms = page.substring(begin, page.indexOf("\n## ", begin));
        List<String> headings = Pattern.compile("(?m)^### (.+)$")
                .matcher(alarms)
                .results()
                .map(found -> found.group(1))
                .toList();
        assertThat(headings).doesNotHaveDuplicates().containsExactlyInAnyOrderElementsOf(named);
    }

    @Test
    void every_log_event_has_a_row_in_the_operators_page_and_every_field_is_named_there() throws Exception {
        Set<String> events = new TreeSet<>();
        Set<String> fields = new TreeSet<>();
        for (String source : SOURCES.values()) {
            Pattern.compile("\\.(?:info|warn|error)\\([^;]*?;", Pattern.DOTALL)
                    .matcher(source)
                    .results()
                    .map(call -> call.group().replaceAll("(?s)\\.with\\(.*", ""))
                    .flatMap(call ->
                            Pattern.compile("\"([a-z_]+)\"").matcher(call).results())
                    .forEach(found -> events.add(found.group(1)));
            Pattern.compile("\\.with\\(\"([a-z_]+)\"")
                    .matcher(source)
                    .results()
                    .forEach(found -> fields.add(found.group(1)));
        }
        assertThat(events).hasSizeGreaterThan(30);
        assertThat(fields).hasSizeGreaterThan(10);
        String page = Files.readString(PAGE);
        assertThat(events).allSatisfy(event -> assertThat(page).contains("| `" + event + "`"));
        assertThat(fields).allSatisfy(field -> assertThat(page).contains("`" + field + "`"));
    }

    @Test
    void formulas_use_what_stands_beside_them_and_dollars_are_those_of_the_price_list() throws Exception {
        assertThat(WATCHED.formulas()).isNotEmpty().allSatisfy(formula -> {
            assertThat(formula.ids()).doesNotHaveDuplicates().allMatch(id -> id.matches("[a-z][a-zA-Z0-9_]*"));
            Pattern.compile("\\b[a-z][a-zA-Z0-9_]*\\b")
                    .matcher(formula.text())
                    .results()
                    .forEach(id -> assertThat(formula.ids()).contains(id.group()));
        });
        assertThat(WATCHED.formulas()).extracting(Watched.Formula::text).contains("spent * " + new Credits(1).usd());
    }
}
