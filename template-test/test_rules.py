"""Checks that every rule holds in every world, and that each rule fails for a template that breaks it."""

import functools

import pytest

import alarms  # noqa: F401 (its rules)
import rules
import stacks


@pytest.mark.parametrize("world", stacks.WORLDS)
@pytest.mark.parametrize("rule", rules.RULES)
def test_holds(rule, world):
    assert list(rules.RULES[rule](stacks.world(world))) == []


def on(kind, change):
    def run(stack):
        for properties in stack.of(kind).values():
            change(properties)

    return run


def add(name, kind, properties):
    return lambda stack: stack.resources.update({name: {"Type": kind, "Properties": properties}})


def statement(change):
    return on("AWS::IAM::Role", lambda role: change(role["Policies"][0]["PolicyDocument"]["Statement"][0]))


def operation(change):
    return lambda stack: [change(each) for _, _, each in rules.routes(stack)]


def dashboard(one, other):
    return on("AWS::CloudWatch::Dashboard", lambda d: d.update(DashboardBody=d["DashboardBody"].replace(one, other)))


API, STAGE, LAMBDA = "AWS::ApiGatewayV2::Api", "AWS::ApiGatewayV2::Stage", "AWS::Lambda::Function"
BUCKET_POLICY, POOL_CLIENT, ALARM = "AWS::S3::BucketPolicy", "AWS::Cognito::UserPoolClient", "AWS::CloudWatch::Alarm"
ANYBODY = {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject"}

# What makes each stack weaker. A rule must notice it.
WEAKER = {
    "a role may do more": statement(lambda s: s.update(Action="*")),
    "a role may do it elsewhere": statement(lambda s: s.update(Resource="*")),
    "a role may not do what its code calls": statement(lambda s: s.update(Effect="Deny")),
    "a role carries AWS's policy": on("AWS::IAM::Role", lambda r: r.update(ManagedPolicyArns=["arn:aws:iam::aws:policy/X"])),
    "a role that nobody listed": add("New", "AWS::IAM::Role", {"AssumeRolePolicyDocument": {"Statement": []}}),
    "a policy outside of roles": add("New", "AWS::IAM::Policy", {}),
    "a role that anybody takes on": on("AWS::IAM::Role", lambda r: r["AssumeRolePolicyDocument"]["Statement"][0].update(Principal="*")),
    "a shared role": on(LAMBDA, lambda f: f.update(Role="<SubmitRole.Arn>")),
    "a function that anybody invokes": add("New", "AWS::Lambda::Permission", {"Principal": "*"}),
    "data that goes with the stack": lambda stack: stack.resources["TasksTable"].update(DeletionPolicy="Delete"),
    "records for ever": on("AWS::DynamoDB::Table", lambda t: t.pop("TimeToLiveSpecification")),
    "prompts in an index": on("AWS::DynamoDB::Table", lambda t: t["GlobalSecondaryIndexes"][0].update(Projection={"ProjectionType": "ALL"})),
    "images for ever": on("AWS::S3::Bucket", lambda b: b.pop("LifecycleConfiguration")),
    "a policy that lets anybody read": on(BUCKET_POLICY, lambda p: p["PolicyDocument"]["Statement"].append(ANYBODY)),
    "a bucket without TLS": on(BUCKET_POLICY, lambda p: p["PolicyDocument"]["Statement"].clear()),
    "a short secret": on("AWS::SecretsManager::Secret", lambda s: s["GenerateSecretString"].update(PasswordLength=8)),
    "a route without a token": operation(lambda o: o.pop("security", None)),
    "a route to $LATEST": operation(lambda o: o["x-amazon-apigateway-integration"].update(uri="<SubmitFunction>")),
    "tokens for anybody": on(
        API,
        lambda a: [
            s["x-amazon-apigateway-authorizer"]["jwtConfiguration"].update(audience=["any"])
            for s in a["Body"].get("components", {}).get("securitySchemes", {}).values()
        ],
    ),
    "users who sign up": on("AWS::Cognito::UserPool", lambda p: p.pop("AdminCreateUserConfig")),
    "another way in": on(POOL_CLIENT, lambda c: c["ExplicitAuthFlows"].append("ALLOW_CUSTOM_AUTH")),
    "web pages of anywhere": on(API, lambda a: a["Body"].update({"x-amazon-apigateway-cors": {"allowOrigins": ["*"]}})),
    "submits as fast as reads": on(STAGE, lambda s: s.pop("RouteSettings", None)),
    "webhooks without a throttle": on(STAGE, lambda s: s.pop("DefaultRouteSettings")),
    "settings of a route that may go": on(STAGE, lambda s: s.update(RouteSettings={**s.get("RouteSettings", {}), "GET /": {}})),
    "signatures in the access log": on(
        STAGE, lambda s: s["AccessLogSettings"].update(Format=s["AccessLogSettings"]["Format"][:-1] + ',"more":"$context.path"}')
    ),
    "logs for ever": on("AWS::Logs::LogGroup", lambda g: g.pop("RetentionInDays")),
    "a start that users wait for": on(LAMBDA, lambda f: f.pop("SnapStart", None)),
    "versions that stay": lambda stack: [
        resource.pop("DeletionPolicy") for resource in stack.resources.values() if resource["Type"] == "AWS::Lambda::Version"
    ],
    "endless retries": on("AWS::Lambda::EventSourceMapping", lambda m: m.update(MaximumRetryAttempts=-1)),
    "workers that wake themselves": on(
        "AWS::Lambda::EventSourceMapping",
        lambda m: m.update(FilterCriteria={"Filters": [{"Pattern": '{"eventName": ["MODIFY"]}'}]}),
    ),
    "a sweep that is repeated": on("AWS::Lambda::EventInvokeConfig", lambda c: c.update(MaximumRetryAttempts=2)),
    "a key in clear": on(LAMBDA, lambda f: f["Environment"]["Variables"].update(APIDOT_API_KEY="sk-1")),
    "a secret that a function does not need": on(
        LAMBDA, lambda f: f["Environment"]["Variables"].update(CLIENT_WEBHOOK_SECRETS="whsec_{{resolve:secretsmanager:x}}")
    ),
    "a trusted host": on(LAMBDA, lambda f: f["Environment"]["Variables"].update(TRUSTED_HOSTS="a:1")),
    "a metric that nothing tells": dashboard("SweepLag", "SweepLags"),
    "a metric of another function": dashboard("<SweepFunction>", "<TasksFunction>"),
    "a failure without an alarm": lambda stack: stack.resources.pop("DeadRecordsAlarm"),
    "a dead sweep that nobody notices": on(ALARM, lambda a: a.update(TreatMissingData="notBreaching")),
    "an alarm that never ends": on(ALARM, lambda a: a.pop("DatapointsToAlarm", None)),
    "an alarm that tells nobody": on(ALARM, lambda a: a.pop("AlarmActions")),
    "another price": dashboard("spent * ", "spent * 2"),
    "a formula over nothing": on(ALARM, lambda a: a["Metrics"][0].update(Expression="others / 2")),
    "an alarm without its heading": on(ALARM, lambda a: a.update(AlarmName="other")),
    "an alarm that is not shown": dashboard("<DeadRecordsAlarm.Arn>", "<ApiErrorsAlarm.Arn>"),
}


@functools.cache
def broken_by(way):
    """Returns the rules that notice the change."""
    stack = stacks.world("as it comes").changed()
    WEAKER[way](stack)
    return {found.split(":")[0] for found in rules.findings(stack)}


@pytest.mark.parametrize("way", WEAKER)
def test_is_noticed(way):
    assert broken_by(way) != set()


def test_each_rule_can_fail():
    assert rules.RULES.keys() - set().union(*map(broken_by, WEAKER)) == set()
