"""The rules hold, in every world; and each of them fails when what it guards is weakened."""

import functools
import itertools

import pytest

import rules
import stacks


@pytest.mark.parametrize("world", stacks.WORLDS)
@pytest.mark.parametrize("rule", rules.RULES)
def test_holds(rule, world):
    assert list(rules.RULES[rule](stacks.world(world))) == []


# ---- Weakened on purpose ---------------------------------------------------------------------------------------------
# Every way is tried on every resource of its kind. One that no rule notices fails the test, unless it is listed below.


def statements(stack):
    for name, role in stack.of("AWS::IAM::Role").items():
        for policy, statement in itertools.product(range(len(role["Policies"])), range(99)):
            if statement < len(role["Policies"][policy]["PolicyDocument"]["Statement"]):
                yield name, policy, statement


def statement_of(stack, name, policy, statement):
    return stack.of("AWS::IAM::Role")[name]["Policies"][policy]["PolicyDocument"]["Statement"][statement]


def widenings():
    """Each statement of each role, made wider or narrower."""
    ways = {
        "all actions": lambda s: s.update(Action="*"),
        "all actions of its service": lambda s: s.update(Action=rules.every(s["Action"])[0].split(":")[0] + ":*"),
        "one more action": lambda s: s.update(Action=[*rules.every(s["Action"]), "s3:PutBucketPolicy"]),
        "other resources too": lambda s: s.update(Resource=[*rules.every(s["Resource"]), "<ImagesBucket.Arn>/*"]),
        "all but one action": lambda s: s.update(NotAction=s.pop("Action")),
        "all but one resource": lambda s: s.update(NotResource=s.pop("Resource")),
        "one action less": lambda s: s.update(Action=rules.every(s["Action"])[1:]),
        "denied": lambda s: s.update(Effect="Deny"),
        "another condition": lambda s: s.update(Condition={"StringLike": {"s3:prefix": "*"}}),
    }
    for at in statements(stacks.world("as it comes")):
        for way, change in ways.items():
            yield f"{at[0]} {at[2]}: {way}", lambda stack, at=at, change=change: change(statement_of(stack, *at))
    for name in stacks.world("as it comes").of("AWS::IAM::Role"):
        changes = {
            "a managed policy": lambda r: r.update(ManagedPolicyArns=["arn:aws:iam::aws:policy/AmazonS3FullAccess"]),
            "anybody's": lambda r: r["AssumeRolePolicyDocument"]["Statement"][0].update(Principal="*"),
            "EC2's": lambda r: r["AssumeRolePolicyDocument"]["Statement"][0].update(
                Principal={"Service": ["lambda.amazonaws.com", "ec2.amazonaws.com"]}
            ),
            "one more statement": lambda r: r["Policies"][0]["PolicyDocument"]["Statement"].append(
                {"Effect": "Allow", "Action": "s3:ListBucket", "Resource": "<ImagesBucket.Arn>"}
            ),
        }
        for way, change in changes.items():
            yield f"{name}: {way}", lambda s, name=name, change=change: change(s.of("AWS::IAM::Role")[name])


def resource(stack, name):
    return stack.resources[name]


# Properties that no rule needs to speak of: what they say is a choice that protects nobody, or the tests of the code and of
# AWS's tools (cfn-lint) hold them.
INDIFFERENT = {
    "AWS::DynamoDB::Table": {"AttributeDefinitions", "KeySchema", "GlobalSecondaryIndexes"},
    "AWS::Cognito::UserPool": {"UsernameAttributes", "AutoVerifiedAttributes", "AccountRecoverySetting"},
    "AWS::Cognito::UserPoolClient": {
        "UserPoolId",
        "GenerateSecret",
        "IdTokenValidity",
        "RefreshTokenValidity",
        "ExplicitAuthFlows",
    },
    "AWS::SecretsManager::Secret": {"Description"},
    "AWS::Logs::LogGroup": {"LogGroupName"},
    "AWS::ApiGatewayV2::Stage": {"ApiId", "StageName", "Tags", "AutoDeploy"},
    "AWS::Lambda::EventSourceMapping": {
        "BatchSize",
        "EventSourceArn",
        "MaximumBatchingWindowInSeconds",
        "ParallelizationFactor",
    },
    "AWS::Lambda::Function": {
        "Architectures",
        "Code",
        "Description",
        "Environment",
        "Handler",
        "MemorySize",
        "Role",
        "Runtime",
        "Tags",
        "Timeout",
    },
    "AWS::Lambda::EventInvokeConfig": {"DestinationConfig", "FunctionName", "Qualifier"},
    "AWS::Lambda::Permission": set(),
    "AWS::S3::Bucket": set(),
    "AWS::S3::BucketPolicy": {"PolicyDocument"},
    "AWS::SQS::Queue": set(),
    "AWS::SQS::QueuePolicy": {"PolicyDocument"},
    "AWS::SNS::Topic": set(),
    "AWS::SNS::TopicPolicy": {"PolicyDocument"},
    "AWS::KMS::Key": {"Description", "KeyPolicy"},
}


def removals():
    """Each property of each resource of the kinds above, taken out; each switch, turned over; each retention, dropped."""
    plain = stacks.world("as it comes")
    for name, declared in plain.resources.items():
        kind = declared["Type"]
        if kind not in INDIFFERENT:
            continue
        for key in declared["Properties"].keys() - INDIFFERENT[kind]:
            yield f"{name}: no {key}", lambda s, name=name, key=key: resource(s, name)["Properties"].pop(key)
        for path in switches(declared["Properties"], ()):
            if path[0] not in INDIFFERENT[kind]:
                yield f"{name}: {path} turned over", lambda s, n=name, p=path: turn(resource(s, n)["Properties"], p)
        for policy in {"DeletionPolicy", "UpdateReplacePolicy"} & declared.keys():
            for value in ("Delete", None):
                yield f"{name}: {policy} {value}", lambda s, n=name, p=policy, v=value: resource(s, n).update({p: v})


def switches(value, path):
    if isinstance(value, bool):
        yield path
    elif isinstance(value, (dict, list)):
        for key, item in value.items() if isinstance(value, dict) else enumerate(value):
            yield from switches(item, (*path, key))


def turn(value, path):
    for key in path[:-1]:
        value = value[key]
    value[path[-1]] = not value[path[-1]]


FORBIDDEN_IN_LOGS = [
    "path",
    "http.path",
    "routeKey $context.path",
    "domainName$context.path",
    "requestOverride.path.signature",
    "identity.sourceIp",
    "identity.userAgent",
    "authorizer.claims.sub",
    "authorizer.error",
    "integrationErrorMessage",
    "integration.error",
    "error.message",
]


def log_formats():
    """Each field that could hold a signature, a token or a person, added to each access log."""
    for name in stacks.world("as it comes").of("AWS::ApiGatewayV2::Stage"):
        for variable in FORBIDDEN_IN_LOGS:

            def change(stack, name=name, variable=variable):
                log = stack.of("AWS::ApiGatewayV2::Stage")[name]["AccessLogSettings"]
                log["Format"] = log["Format"][:-1] + ',"more":"$context.' + variable + '"}'

            yield f"{name}: logs {variable}", change


def others():
    def on(kind, change):
        def run(stack):
            for properties in stack.of(kind).values():
                change(properties)

        return run

    def add(name, kind, properties):
        return lambda stack: stack.resources.update({name: {"Type": kind, "Properties": properties}})

    def operations(change):
        return lambda stack: [change(operation) for _, _, operation in rules.routes(stack)]

    def first_route(stack):
        for stage in stack.of("AWS::ApiGatewayV2::Stage").values():
            stage["RouteSettings"].popitem()

    api = "AWS::ApiGatewayV2::Api"
    yield "routes without a token", operations(lambda o: o.pop("security", None))
    yield "routes to $LATEST", operations(
        lambda o: o["x-amazon-apigateway-integration"].update(uri="arn:aws:lambda:<SubmitFunction>/invocations")
    )
    yield "webhooks with a token", operations(lambda o: o.update(security=[{"Users": []}]))
    yield "preflight requests with a token", on(
        api,
        lambda a: a["Body"]["paths"].update(
            {p: {**o, "options": next(iter(o.values()))} for p, o in a["Body"]["paths"].items()}
        ),
    )
    yield "web pages of anywhere", on(api, lambda a: a["Body"].update({"x-amazon-apigateway-cors": {"allowOrigins": ["*"]}}))
    yield "tokens of anybody", on(
        api,
        lambda a: [
            s["x-amazon-apigateway-authorizer"]["jwtConfiguration"].update(audience=["any"])
            for s in a["Body"].get("components", {}).get("securitySchemes", {}).values()
        ],
    )
    yield "a route without its throttle", first_route
    yield "a throttle without bound", on(
        "AWS::ApiGatewayV2::Stage", lambda s: s["DefaultRouteSettings"].update(ThrottlingRateLimit="9999")
    )
    yield "a policy that lets anybody read", on(
        "AWS::S3::BucketPolicy",
        lambda p: p["PolicyDocument"]["Statement"].append(
            {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "<ImagesBucket.Arn>/*"}
        ),
    )
    for kind in ("AWS::S3::BucketPolicy", "AWS::SQS::QueuePolicy"):
        yield f"{kind} without TLS", on(kind, lambda p: p["PolicyDocument"]["Statement"].clear())
        yield f"{kind} for some", on(kind, lambda p: p["PolicyDocument"]["Statement"][0].update(Principal={"AWS": "1"}))
        yield f"{kind} with another condition", on(
            kind, lambda p: p["PolicyDocument"]["Statement"][0].update(Condition={"Bool": {"aws:ViaAWSService": "false"}})
        )
    yield "a key for alarms of any account", on(
        "AWS::KMS::Key", lambda k: [s.pop("Condition", None) for s in k["KeyPolicy"]["Statement"]]
    )
    yield "a bucket with versions", on("AWS::S3::Bucket", lambda b: b.update(VersioningConfiguration={"Status": "Enabled"}))
    yield "an open user pool client", on(
        "AWS::Cognito::UserPoolClient", lambda c: c["ExplicitAuthFlows"].append("ALLOW_USER_PASSWORD_AUTH")
    )
    yield "short passwords", on(
        "AWS::Cognito::UserPool", lambda p: p["Policies"]["PasswordPolicy"].update(MinimumLength=8)
    )
    yield "endless retries", on("AWS::Lambda::EventSourceMapping", lambda m: m.update(MaximumRetryAttempts=-1))
    yield "workers that wake themselves", on(
        "AWS::Lambda::EventSourceMapping",
        lambda m: m.update(FilterCriteria={"Filters": [{"Pattern": '{"eventName": ["MODIFY"]}'}]}),
    )
    variables = "AWS::Lambda::Function"
    yield "a key in clear", on(variables, lambda f: f["Environment"]["Variables"].update(APIDOT_API_KEY="sk-1"))
    yield "a trusted host", on(variables, lambda f: f["Environment"]["Variables"].update(TRUSTED_HOSTS="a:1"))
    yield "secrets never read again", on(variables, lambda f: f["Environment"]["Variables"].pop("SECRETS_REVISION", None))
    yield "a shared role", on(variables, lambda f: f.update(Role="<SubmitRole.Arn>"))
    yield "a shared log", on(variables, lambda f: f["LoggingConfig"].update(LogGroup="<SubmitLogs>"))
    yield "an alias of $LATEST", on("AWS::Lambda::Alias", lambda a: a.update(FunctionVersion="$LATEST"))
    yield "prompts in an index", on(
        "AWS::DynamoDB::Table",
        lambda t: t["GlobalSecondaryIndexes"][0]["Projection"]["NonKeyAttributes"].append("request"),
    )
    # New ones, which nobody listed.
    yield "a new role", add(
        "NewRole", "AWS::IAM::Role", {"AssumeRolePolicyDocument": {"Statement": []}, "Policies": []}
    )
    yield "a new policy", add("NewPolicy", "AWS::IAM::Policy", {})
    yield "a new bucket", add("NewBucket", "AWS::S3::Bucket", {})
    yield "a new queue", add("NewQueue", "AWS::SQS::Queue", {})
    yield "a new topic", add("NewTopic", "AWS::SNS::Topic", {})
    yield "a new key", add("NewKey", "AWS::KMS::Key", {})
    yield "a new table", add("NewTable", "AWS::DynamoDB::Table", {})
    yield "a new secret", add("NewSecret", "AWS::SecretsManager::Secret", {"SecretString": "1"})
    yield "a new log", add("NewLogs", "AWS::Logs::LogGroup", {})
    yield "a new function", add("NewFunction", "AWS::Lambda::Function", {"Role": "<SubmitRole.Arn>"})
    yield "a function URL", add("NewUrl", "AWS::Lambda::Url", {"AuthType": "NONE"})
    yield "a new permission", add(
        "NewPermission", "AWS::Lambda::Permission", {"Principal": "*", "FunctionName": "<SubmitFunction>"}
    )


WAYS = {
    name: change for name, change in itertools.chain(widenings(), removals(), log_formats(), others())
}


@functools.cache
def broken_by(way):
    """The rules that notice the way, each with what it says."""
    stack = stacks.world("as it comes").changed()
    WAYS[way](stack)
    assert stack.resources != stacks.world("as it comes").resources
    return rules.findings(stack)


@pytest.mark.parametrize("way", WAYS)
def test_fails_when_weakened(way):
    assert broken_by(way) != []


def test_weakens_in_many_ways():
    assert len(WAYS) > 400


def test_each_rule_can_fail():
    noticed = {found.split(":")[0] for way in WAYS for found in broken_by(way)}
    assert rules.RULES.keys() - noticed == set()
