"""The rules for alarms and the dashboard."""

import json
import re

import stacks
from rules import rule

OPERATE = (stacks.ROOT / "docs" / "operate.md").read_text(encoding="utf-8")
HEADINGS = re.findall(r"^### (.+)$", re.search(r"^## Alarms$.*?(?=^## )", OPERATE, re.M | re.S).group(), re.M)
CAPACITY = (stacks.ROOT / "docs" / "capacity.md").read_text(encoding="utf-8")

# The functions' code by folder, and the names in CloudWatch of the constants of the enum Metric.
SOURCES = [
    (str(path.parent), path.read_text(encoding="utf-8"))
    for module in ("shared", "submit-function", "callback-function")
    for path in (stacks.ROOT / module / "src" / "main").rglob("*.java")
]
METRIC = stacks.ROOT / "shared/src/main/java/dev/darkroom/log/Metric.java"
NAMES = dict(re.findall(r'^ {4}([A-Z_]+)\("(\w+)", "\w+"\)', METRIC.read_text(encoding="utf-8"), re.M))

PRICE = re.search(
    r'USD_PER_CREDIT = new BigDecimal\("([0-9.]+)"\)',
    (stacks.ROOT / "shared/src/main/java/dev/darkroom/request/Price.java").read_text(encoding="utf-8"),
)[1]

# CloudWatch API Reference, "MetricDataQuery": the largest number of metrics in one alarm.
MOST_METRICS = 10

# Alarms about single events: missing data does not mean that the cause is gone.
END_SAYS_NOTHING = {
    "ErrorLinesAlarm",
    "UpstreamFormsUnknownAlarm",
    "ClientCallbacksGivenUpAlarm",
    "UpstreamKeyRefusedAlarm",
    "UpstreamBalanceEmptyAlarm",
}


# ---- Metrics: tuples of namespace, name, and the names and values of the dimensions ----------------------------------


def of_alarm(alarm):
    stats = [each["MetricStat"]["Metric"] for each in alarm["Metrics"] if "MetricStat" in each]
    return [
        (stat["Namespace"], stat["MetricName"], *(word for each in stat["Dimensions"] for word in (each["Name"], each["Value"])))
        for stat in stats
    ]


def widgets(stack, kind):
    (dashboard,) = stack.of("AWS::CloudWatch::Dashboard").values()
    found = json.loads(dashboard["DashboardBody"])["widgets"]
    return [each["properties"] for each in found if each["type"] == kind]


def of_widget(widget):
    """Returns a widget's metrics. In its rows, "." repeats the word of the row above."""
    above = []
    for row in widget["metrics"]:
        words = [word for word in row if isinstance(word, str)]
        if words:
            above = [above[i] if word == "." else word for i, word in enumerate(words)]
            yield tuple(above)


def in_alarms(stack):
    return {metric for alarm in stack.of("AWS::CloudWatch::Alarm").values() for metric in of_alarm(alarm)}


def on_dashboard(stack):
    return {metric for widget in widgets(stack, "metric") for metric in of_widget(widget)}


def of_function(stack, *names, namespace="AWS/Lambda"):
    return {(namespace, name, "FunctionName", f"<{id}>") for name in names for id in stack.of("AWS::Lambda::Function")}


def of_streams(stack):
    readers = [source["FunctionName"] for source in stack.of("AWS::Lambda::EventSourceMapping").values()]
    return {("AWS/Lambda", "IteratorAge", "FunctionName", name.replace("Aliaslive>", ">")) for name in readers}


def of_queues(stack):
    visible = "AWS/SQS", "ApproximateNumberOfMessagesVisible", "QueueName"
    return {(*visible, f"<{id}.QueueName>") for id in stack.of("AWS::SQS::Queue")}


def of_apis(stack, *names):
    return {("AWS/ApiGateway", name, "ApiId", f"<{id}>") for name in names for id in stack.of("AWS::ApiGatewayV2::Api")}


def told(stack):
    """Returns Darkroom's metrics: a function tells those that its own package or the log, which all share, names."""
    homes = {id: function["Handler"].rpartition(".")[0].replace(".", "/") for id, function in stack.of("AWS::Lambda::Function").items()}
    for folder, source in SOURCES:
        tellers = homes if folder.endswith("/dev/darkroom/log") else [id for id, home in homes.items() if folder.endswith("/" + home)]
        for name in NAMES.keys() & re.findall(r"\bMetric\.([A-Z_]+)\b", source):
            yield from (("Darkroom", NAMES[name], "FunctionName", f"<{id}>") for id in tellers)


def of_aws(stack):
    storage = {("AWS/S3", "BucketSizeBytes", "BucketName", f"<{id}>", "StorageType", "StandardStorage") for id in stack.of("AWS::S3::Bucket")}
    units = ("ConsumedWriteCapacityUnits", "ConsumedReadCapacityUnits")
    table = {("AWS/DynamoDB", name, "TableName", f"<{id}>") for name in units for id in stack.of("AWS::DynamoDB::Table")}
    functions = of_function(stack, "Invocations", "Errors", "Throttles", "Duration")
    return functions | of_streams(stack) | of_queues(stack) | of_apis(stack, "Count", "4xx", "5xx", "Latency") | storage | table


# ---- Rules -----------------------------------------------------------------------------------------------------------


@rule
def every_metric_exists(stack):
    ours = set(told(stack))
    for metric in sorted((in_alarms(stack) | on_dashboard(stack)) - ours - of_aws(stack)):
        yield f"nothing tells the metric {' '.join(metric)}"
    yield from (f"the dashboard does not show {' '.join(metric)}" for metric in sorted(ours - on_dashboard(stack)))
    for name in sorted(set(NAMES.values()) - {metric[1] for metric in ours}):
        yield f"no function tells {name}"


@rule
def every_failure_has_an_alarm(stack):
    ours = {"SubmitFunction": ["UpstreamKeyRefusals", "UpstreamBalanceEmpty", "SubmitsUnknown"],
            "SettleFunction": ["UpstreamKeyRefusals", "UpstreamBalanceEmpty", "UpstreamFormsUnknown"],
            "SweepFunction": ["SweepLag", "WakesUnanswered"], "NotifyFunction": ["ClientCallbacksGivenUp"]}  # fmt: skip
    failures = {("Darkroom", name, "FunctionName", f"<{id}>") for id, names in ours.items() for name in names}
    failures |= of_function(stack, "Errors") | of_function(stack, "ErrorLines", namespace="Darkroom")
    failures |= of_streams(stack) | of_queues(stack) | of_apis(stack, "5xx", "Count")
    yield from (f"no alarm watches {' '.join(metric)}" for metric in sorted(failures - in_alarms(stack)))


@rule
def an_alarm_begins_and_ends_when_it_should(stack):
    for name, alarm in stack.of("AWS::CloudWatch::Alarm").items():
        metrics = of_alarm(alarm)
        if not 0 < len(metrics) <= MOST_METRICS:
            yield f"{name} has {len(metrics)} metrics"
        # To the sweep's alarm, missing data means a dead sweep; to all others, it means no problem.
        silence = "breaching" if any(metric[1] == "SweepLag" for metric in metrics) else "notBreaching"
        if alarm.get("TreatMissingData") != silence:
            yield f"{name} takes missing data for {alarm.get('TreatMissingData')}"
        # CloudWatch fills in late data points, so an alarm that needs all of its points may never change its state again.
        filled = any("FILL" in each.get("Expression", "") for each in alarm["Metrics"])
        if filled and alarm.get("DatapointsToAlarm", alarm["EvaluationPeriods"]) >= alarm["EvaluationPeriods"]:
            yield f"{name} fills in missing data, but needs every point"
        ends = None if name in END_SAYS_NOTHING else ["<AlarmTopic>"]
        if (alarm.get("AlarmActions"), alarm.get("OKActions")) != (["<AlarmTopic>"], ends):
            yield f"{name} does not tell the topic of its beginning, or tells an end that means nothing"


@rule
def formulas_use_the_metrics_beside_them(stack):
    groups = [alarm["Metrics"] for alarm in stack.of("AWS::CloudWatch::Alarm").values()]
    groups += [[each for row in widget["metrics"] for each in row if isinstance(each, dict)] for widget in widgets(stack, "metric")]
    for group in groups:
        entries = [{key.lower(): value for key, value in entry.items()} for entry in group]
        ids = [entry["id"] for entry in entries if "id" in entry]
        if len(set(ids)) != len(ids) or not all(re.fullmatch("[a-z][a-zA-Z0-9_]*", id) for id in ids):
            yield f"CloudWatch refuses the ids {ids}"
        for entry in entries:
            for used in set(re.findall(r"\b[a-z]\w*", entry.get("expression", ""))) - set(ids):
                yield f"the formula {entry['expression']} uses {used}, which is not beside it"
            if "dollars" in entry.get("label", "") and entry.get("expression") != f"spent * {PRICE}":
                yield f"a credit costs {PRICE} dollars, not as in {entry}"


@rule
def the_dashboard_and_the_pages_have_every_alarm(stack):
    alarms = stack.of("AWS::CloudWatch::Alarm")
    shown = [arn for widget in widgets(stack, "alarm") for arn in widget["alarms"]]
    if sorted(shown) != sorted(f"<{name}.Arn>" for name in alarms):
        yield f"the dashboard shows other alarms: {shown}"
    named = []
    for name, alarm in alarms.items():
        heading = re.search(r'docs/operate\.md, "([^"]+)"\.$', alarm["AlarmDescription"])
        if not heading or alarm["AlarmName"] != f"{stacks.PSEUDO['AWS::StackName']} {heading[1]}":
            yield f"{name} does not name its heading in docs/operate.md, or has another name than that"
        else:
            named.append(heading[1])
    if sorted(named) != sorted(HEADINGS):
        yield f"docs/operate.md has other headings than the alarms name: {sorted(HEADINGS)}"
    count = sum(len(of_alarm(alarm)) for alarm in alarms.values())
    cost = f"{len(alarms)} alarms over {count} metrics, each metric 0.10 ({count / 10:.2f} dollars)"
    if cost not in CAPACITY:
        yield f"docs/capacity.md does not say: {cost}"
