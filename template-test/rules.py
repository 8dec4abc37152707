"""The rules for the deployed stack. Each rule yields a sentence for each violation.

A rule checks every resource of a kind, so that it also covers resources that are added later. Lists such as the roles'
permissions are complete: a role that is not in the list breaks the rule. checkov checks backups and public access.
"""

import json
import re

RULES = {}


def rule(check):
    RULES[check.__name__] = check
    return check


def findings(stack):
    return [f"{name}: {found}" for name, check in RULES.items() for found in check(stack)]


def every(value):
    return value if isinstance(value, list) else [value]


# ---- Permissions -----------------------------------------------------------------------------------------------------

TABLE = "<TasksTable.Arn>"
IMAGES = "<ImagesBucket.Arn>/images/*"
PREVIEWS = "<ImagesBucket.Arn>/previews/*"
UPLOADS = "<ImagesBucket.Arn>/uploads/*"
STREAM = {
    ("dynamodb:DescribeStream", "<TasksTable.StreamArn>"),
    ("dynamodb:GetRecords", "<TasksTable.StreamArn>"),
    ("dynamodb:GetShardIterator", "<TasksTable.StreamArn>"),
    ("dynamodb:ListStreams", "<TasksTable.Arn>/stream/*"),
    ("sqs:SendMessage", "<DeadRecords.Arn>"),
}


def may_list(*prefixes, actions=("ListBucket",)):
    """Returns the permission to list objects with these prefixes only."""
    condition = json.dumps({"StringLike": {"s3:prefix": list(prefixes)}})
    return {(f"s3:{action}", "<ImagesBucket.Arn>", condition) for action in actions}


def lambda_role(function, *allowed):
    """Returns the permissions of a function: those for its own log, and those that its code needs."""
    logs = f"<{function}Logs.Arn>"
    return {("logs:CreateLogStream", logs), ("logs:PutLogEvents", logs), *allowed}


def items(*actions):
    return {(f"dynamodb:{action}", TABLE) for action in actions}


# All permissions of the stack's roles. The third part is the condition, as JSON. Presigned URLs and HEAD requests need
# s3:GetObject as well.
ALLOWED = {
    "SubmitRole": lambda_role(
        "Submit",
        *items("GetItem", "UpdateItem", "DeleteItem"),
        ("s3:GetObject", IMAGES),
        ("s3:GetObject", UPLOADS),
    ),
    "TasksRole": lambda_role(
        "Tasks",
        *items("GetItem", "BatchGetItem", "UpdateItem"),
        ("dynamodb:Query", TABLE + "/index/by_user"),
        ("s3:GetObject", IMAGES),
        ("s3:GetObject", PREVIEWS),
        ("s3:PutObject", UPLOADS),
        ("s3:DeleteObject", UPLOADS),
    ),
    # Only its log, because its callers have no token.
    "PageRole": lambda_role("Page"),
    "CallbackRole": lambda_role("Callback", *items("UpdateItem")),
    "SettleRole": lambda_role(
        "Settle",
        *items("UpdateItem", "BatchGetItem"),
        ("dynamodb:Query", TABLE + "/index/by_upstream"),
        ("s3:GetObject", IMAGES),
        ("s3:PutObject", IMAGES),
        # Removes all objects of a deleted task, including those that no record names.
        ("s3:DeleteObject", IMAGES),
        ("s3:DeleteObject", PREVIEWS),
        *may_list("images/*", "previews/*"),
        *STREAM,
    ),
    "SweepRole": lambda_role("Sweep", ("dynamodb:Query", TABLE + "/index/due"), *items("UpdateItem")),
    "NotifyRole": lambda_role(
        "Notify", *items("UpdateItem"), ("s3:GetObject", IMAGES), ("s3:GetObject", PREVIEWS), *STREAM
    ),
    "PreviewRole": lambda_role("Preview", ("s3:GetObject", IMAGES), ("s3:PutObject", PREVIEWS)),
    # For an operator who deletes a user's data.
    "CleanUpRole": {
        ("dynamodb:Query", TABLE + "/index/by_user"),
        *items("BatchGetItem", "UpdateItem", "DeleteItem"),
        ("s3:GetBucketVersioning", "<ImagesBucket.Arn>"),
        *((f"s3:{action}", where) for action in ("DeleteObject", "DeleteObjectVersion") for where in (IMAGES, PREVIEWS, UPLOADS)),
        *may_list("images/*", "previews/*", "uploads/*", actions=("ListBucket", "ListBucketVersions")),
    },
}

# The principals that may assume a role other than a function's.
TRUSTED = {
    "CleanUpRole": [({"AWS": "arn:aws:iam::123456789012:root"}, "sts:AssumeRole")],
}


@rule
def a_role_may_do_what_it_is_listed_with_and_nothing_else(stack):
    roles = stack.of("AWS::IAM::Role")
    for name, role in roles.items():
        if name not in ALLOWED:
            yield f"{name} is not in the list of roles in template-test/rules.py"
        if role.keys() - {"AssumeRolePolicyDocument", "Policies", "Tags", "Description", "MaxSessionDuration"}:
            yield f"{name} has managed policies or other properties besides inline policies: {sorted(role)}"
        granted = set()
        apart = [p for p in stack.of("AWS::IAM::RolePolicy").values() if p.get("RoleName") == f"<{name}>"]
        for policy in role.get("Policies", []) + apart:
            for statement in every(policy["PolicyDocument"]["Statement"]):
                if statement["Effect"] == "Deny":
                    continue
                if statement.keys() - {"Sid", "Effect", "Action", "Resource", "Condition"}:
                    yield f"{name} has a statement with more than Effect, Action, Resource and Condition: {sorted(statement)}"
                condition = [json.dumps(statement["Condition"])] if "Condition" in statement else []
                granted |= {
                    (action, resource, *condition)
                    for action in every(statement.get("Action", []))
                    for resource in every(statement.get("Resource", []))
                }
        allowed = ALLOWED.get(name, set())
        yield from (f"{name} has a permission that is not in the list: {' on '.join(grant)}" for grant in sorted(granted - allowed))
        yield from (f"{name} lacks the permission {' on '.join(grant)}" for grant in sorted(allowed - granted))


@rule
def there_are_no_permissions_outside_roles(stack):
    for kind in ("Policy", "ManagedPolicy", "User", "Group", "UserPolicy", "GroupPolicy", "AccessKey"):
        yield from (f"{name} is an AWS::IAM::{kind}" for name in stack.of("AWS::IAM::" + kind))
    for name, policy in stack.of("AWS::IAM::RolePolicy").items():
        if policy.get("RoleName") not in {f"<{role}>" for role in stack.of("AWS::IAM::Role")}:
            yield f"{name} belongs to no role of this stack"


@rule
def only_lambda_takes_on_a_functions_role_and_each_function_has_its_own(stack):
    used = [function["Role"] for function in stack.of("AWS::Lambda::Function").values()]
    yield from (f"{role} is used by several functions" for role in set(used) if used.count(role) > 1)
    for name, role in stack.of("AWS::IAM::Role").items():
        trusted = TRUSTED.get(name, [({"Service": "lambda.amazonaws.com"}, "sts:AssumeRole")])
        found = [(s.get("Principal"), s.get("Action")) for s in every(role["AssumeRolePolicyDocument"]["Statement"])]
        if found != trusted:
            yield f"{name} can be assumed by {found}"
        if name not in TRUSTED and f"<{name}.Arn>" not in used:
            yield f"{name} is used by no function"


@rule
def a_function_is_invoked_by_its_own_route_schedule_or_bucket_only(stack):
    for name, permission in stack.of("AWS::Lambda::Permission").items():
        # The bucket's ARN would make a circular dependency, so S3's permission names only the account.
        of_s3 = permission.get("Principal") == "s3.amazonaws.com" and permission.get("SourceAccount") == "123456789012"
        if permission.get("Principal") not in ("apigateway.amazonaws.com", "events.amazonaws.com") and not of_s3:
            yield f"{name} lets {permission.get('Principal')} call a function"
        if permission.get("Action") != "lambda:InvokeFunction":
            yield f"{name} allows {permission.get('Action')}"
        if not of_s3 and not re.search(r"<\w+(\.Arn)?>", permission.get("SourceArn", "")):
            yield f"{name} has no SourceArn of this stack"
        if not permission.get("FunctionName", "").endswith("Aliaslive>"):
            yield f"{name} is not for the alias live"
    yield from (f"{name} is a function URL" for name in stack.of("AWS::Lambda::Url"))


# ---- Stored data -----------------------------------------------------------------------------------------------------

KEPT = (
    "AWS::DynamoDB::Table",
    "AWS::S3::Bucket",
    "AWS::S3::BucketPolicy",
    "AWS::SecretsManager::Secret",
    "AWS::Cognito::UserPool",
)


@rule
def data_outlives_the_stack_and_its_replacement(stack):
    for name, resource in stack.resources.items():
        if resource["Type"] in KEPT:
            for policy in ("DeletionPolicy", "UpdateReplacePolicy"):
                if resource.get(policy) != "Retain":
                    yield f"{name} has the {policy} {resource.get(policy)}"
    for name, pool in stack.of("AWS::Cognito::UserPool").items():
        if pool.get("DeletionProtection") != "ACTIVE":
            yield f"{name} can be deleted"


@rule
def tables_are_protected_and_expire_and_no_index_copies_prompts(stack):
    for name, table in stack.of("AWS::DynamoDB::Table").items():
        if table.get("DeletionProtectionEnabled") is not True:
            yield f"{name} can be deleted"
        if table.get("TimeToLiveSpecification") != {"AttributeName": "expires_at", "Enabled": True}:
            yield f"{name} does not expire"
        if table.get("StreamSpecification", {}).get("StreamViewType") != "NEW_IMAGE":
            yield f"{name} has no stream of new images"
        if table.get("BillingMode") != "PAY_PER_REQUEST":
            yield f"{name} has provisioned capacity, which it can exceed; it must be PAY_PER_REQUEST"
        for index in table.get("GlobalSecondaryIndexes", []):
            if index["Projection"] != {"ProjectionType": "KEYS_ONLY"}:
                yield f"{name} copies more than keys into {index['IndexName']}"


@rule
def buckets_are_closed_and_forget(stack):
    for name, bucket in stack.of("AWS::S3::Bucket").items():
        if bucket.get("OwnershipControls") != {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]}:
            yield f"{name} allows ACLs"
        if bucket.get("VersioningConfiguration", {}).get("Status", "Suspended") != "Suspended":
            yield f"{name} keeps versions of deleted objects"
        expiry = [
            r for r in bucket.get("LifecycleConfiguration", {}).get("Rules", []) if r.get("Status") == "Enabled"
        ]
        days = stack.parameters["TaskRetentionDays"]
        for prefix, kept in {"images/": days, "previews/": days, "uploads/": "7"}.items():
            if not any(r.get("Prefix") == prefix and str(r.get("ExpirationInDays")) == kept for r in expiry):
                yield f"{name} does not expire {prefix} after {kept} days"
        if not any(r.get("AbortIncompleteMultipartUpload", {}).get("DaysAfterInitiation", 99) <= 7 for r in expiry):
            yield f"{name} keeps incomplete multipart uploads for more than 7 days"
        for key in ("AccessControl", "WebsiteConfiguration", "ReplicationConfiguration"):
            if key in bucket:
                yield f"{name} has a {key}"


RESOURCE_POLICIES = {
    "AWS::S3::BucketPolicy": ("AWS::S3::Bucket", "Bucket", "s3:*", ("<{}.Arn>", "<{}.Arn>/*")),
    "AWS::SQS::QueuePolicy": ("AWS::SQS::Queue", "Queues", "sqs:*", ("<{}.Arn>",)),
    "AWS::SNS::TopicPolicy": ("AWS::SNS::Topic", "Topics", "sns:Publish", ("<{}>",)),
}


@rule
def tls_is_demanded_and_resource_policies_let_nobody_in(stack):
    for kind, (of, attached, action, arns) in RESOURCE_POLICIES.items():
        missing = {name: {arn.format(name) for arn in arns} for name in stack.of(of)}
        for policy_name, policy in stack.of(kind).items():
            targets = [target[1:-1] for target in every(policy.get(attached, []))]
            for statement in every(policy["PolicyDocument"]["Statement"]):
                if statement.get("Effect") == "Allow" and not (
                    # CloudWatch's alarms need this to publish.
                    of == "AWS::SNS::Topic"
                    and statement.get("Principal") == {"Service": "cloudwatch.amazonaws.com"}
                    and statement.get("Action") == "sns:Publish"
                    and statement.get("Condition") == {"StringEquals": {"aws:SourceAccount": "123456789012"}}
                ):
                    yield f"{policy_name} allows {statement.get('Action')}"
                if (statement.get("Effect"), statement.get("Principal"), statement.get("Action")) == ("Deny", "*", action):
                    if statement.get("Condition") == {"Bool": {"aws:SecureTransport": "false"}}:
                        for target in targets:
                            missing.get(target, set()).difference_update(every(statement.get("Resource")))
        yield from (f"{name} can be reached without TLS" for name, left in missing.items() if left)


@rule
def secrets_are_made_by_aws_long_enough(stack):
    for name, secret in stack.of("AWS::SecretsManager::Secret").items():
        made = secret.get("GenerateSecretString", {})
        # The functions split the texts at commas, and decode the clients' secret as base64.
        if "SecretString" in secret or made.get("PasswordLength", 32) < 32 or made.get("ExcludePunctuation") is not True:
            yield f"{name} is not 32 or more random letters and digits"


# ---- HTTP ------------------------------------------------------------------------------------------------------------

OPEN = {
    ("CallbackApi", "POST /callbacks/apidot/{task_id}/{signature}"),
    ("ClientApi", "GET /"),
    ("ClientApi", "GET /page/{version}/{file}"),
}


def routes(stack):
    for name, api in stack.of("AWS::ApiGatewayV2::Api").items():
        for path, methods in api["Body"]["paths"].items():
            for method, operation in methods.items():
                yield name, f"{method.upper()} {path}", operation


@rule
def every_route_but_the_webhooks_and_the_page_asks_for_a_token(stack):
    for api, route, operation in routes(stack):
        if (api, route) not in OPEN and operation.get("security") != [{"Users": []}]:
            yield f"{route} of {api} can be called without a token"
        if (api, route) in OPEN and operation.get("security", []) not in ([], [{"NONE": []}]):
            yield f"{route} of {api} requires a token"
        if not operation["x-amazon-apigateway-integration"]["uri"].endswith("Aliaslive>/invocations"):
            yield f"{route} of {api} does not call the alias live"
        # The API itself answers preflight requests, which carry no token. A route must not catch them.
        if re.search(r"\{proxy\+\}$|^ANY|^OPTIONS|^X-AMAZON|\$default", route):
            yield f"{route} of {api} catches preflight requests"


@rule
def tokens_are_of_the_right_issuer_for_the_right_audience(stack):
    own = stack.parameters["JwtIssuer"] == ""
    issuer = "https://cognito-idp.eu-central-1.amazonaws.com/<UserPool>" if own else stack.parameters["JwtIssuer"]
    audience = ["<UserPoolClient>"] if own else stack.parameters["JwtAudiences"].split(",")
    for name, api in stack.of("AWS::ApiGatewayV2::Api").items():
        for scheme in api["Body"].get("components", {}).get("securitySchemes", {}).values():
            authorizer = scheme["x-amazon-apigateway-authorizer"]
            if authorizer.get("jwtConfiguration") != {"issuer": issuer, "audience": audience}:
                yield f"{name} accepts tokens of {authorizer.get('jwtConfiguration')}"
            if authorizer.get("type") != "jwt" or authorizer.get("identitySource") != "$request.header.Authorization":
                yield f"{name} has an authorizer that is not for bearer tokens"
    pools = stack.of("AWS::Cognito::UserPool", "AWS::Cognito::UserPoolClient")
    outputs = {"UserPoolId", "UserPoolClientId"} <= stack.outputs.keys()
    if bool(pools) != own or outputs != own:
        yield f"the user pool's resources or outputs are wrong for the issuer '{stack.parameters['JwtIssuer']}': {sorted(pools)}"


@rule
def users_are_made_by_the_operator_and_hard_to_guess(stack):
    for name, pool in stack.of("AWS::Cognito::UserPool").items():
        if pool.get("AdminCreateUserConfig", {}).get("AllowAdminCreateUserOnly") is not True:
            yield f"anybody can sign up in {name}"
        # docs/deploy.md states these rules for passwords.
        password = {
            "MinimumLength": 12,
            "RequireLowercase": True,
            "RequireUppercase": True,
            "RequireNumbers": True,
            "RequireSymbols": False,
            "TemporaryPasswordValidityDays": 7,
        }
        if pool.get("Policies") != {"PasswordPolicy": password}:
            yield f"{name} has a password policy other than in docs/deploy.md: {pool.get('Policies')}"
        if pool.get("MfaConfiguration") not in ("OPTIONAL", "ON") or not pool.get("EnabledMfas"):
            yield f"{name} has no second factor"
        if pool.get("UsernameConfiguration", {}).get("CaseSensitive") is not False:
            yield f"{name} treats two spellings of an address as two users"
    flows = {
        "ALLOW_USER_SRP_AUTH",
        "ALLOW_USER_PASSWORD_AUTH",
        "ALLOW_ADMIN_USER_PASSWORD_AUTH",
        "ALLOW_REFRESH_TOKEN_AUTH",
    }
    for name, client in stack.of("AWS::Cognito::UserPoolClient").items():
        if set(client.get("ExplicitAuthFlows", ["any"])) - flows:
            yield f"{name} allows other ways to sign in"
        if client.get("PreventUserExistenceErrors") != "ENABLED" or client.get("EnableTokenRevocation") is not True:
            yield f"{name} reveals whether a user exists, or cannot revoke tokens"
        if client.get("TokenValidityUnits", {}).get("AccessToken") != "minutes" or client.get("AccessTokenValidity", 999) > 60:
            yield f"tokens of {name} live for more than an hour"


@rule
def web_pages_may_call_from_the_given_origins_with_what_the_api_uses(stack):
    origins = stack.parameters["AllowedOrigins"]
    cors = {name: api["Body"].get("x-amazon-apigateway-cors") for name, api in stack.of("AWS::ApiGatewayV2::Api").items()}
    if cors.pop("CallbackApi", None) is not None:
        yield "web pages may call the webhooks' API"
    wanted = {
        "allowOrigins": origins.split(","),
        "allowMethods": ["GET", "POST", "DELETE"],
        "allowHeaders": ["authorization", "content-type", "idempotency-key"],
        "exposeHeaders": ["retry-after", "apigw-requestid"],
        "maxAge": 3600,
    }
    for name, found in cors.items():
        if found != (wanted if origins else None):
            yield f"{name} has the CORS rules {found}"


@rule
def every_route_has_a_throttle(stack):
    # Only routes that every stack has may have settings: CloudFormation removes a route before its settings, which API Gateway refuses.
    wanted = {
        "<ClientApi>": ("ReadsPerSecond", {"POST /api/generate/submit": "SubmitsPerSecond"}),
        "<CallbackApi>": ("WebhooksPerSecond", {}),
    }
    for name, stage in stack.of("AWS::ApiGatewayV2::Stage").items():
        others, own = wanted[stage["ApiId"]]
        found = {"": stage.get("DefaultRouteSettings"), **stage.get("RouteSettings", {})}
        for route, limit in {"": others, **own}.items():
            limit = stack.parameters[limit]
            if found.pop(route, None) != {"ThrottlingRateLimit": limit, "ThrottlingBurstLimit": limit}:
                yield f"{name} has another throttle for {route or 'routes without their own'}"
        yield from (f"{name} has settings of the route {route}" for route in found)


# ---- Logs and traces -------------------------------------------------------------------------------------------------

# The variables that an access log may have. None holds the path, the query, a header, a token, an address or a user.
TOLD = {
    "$context.requestId",
    "$context.requestTime",
    "$context.routeKey",
    "$context.protocol",
    "$context.status",
    "$context.responseLength",
    "$context.responseLatency",
    "$context.integrationLatency",
    "$context.integrationStatus",
    "$context.error.responseType",
}


@rule
def access_logs_tell_the_route_and_no_secret(stack):
    groups = {f"<{name}.Arn>" for name in stack.of("AWS::Logs::LogGroup")}
    used = set()
    for name, stage in stack.of("AWS::ApiGatewayV2::Stage").items():
        log = stage.get("AccessLogSettings", {})
        destination = log.get("DestinationArn")
        if destination not in groups or destination in used:
            yield f"{name} has no log group of its own"
        used.add(destination)
        told = set(re.findall(r"\$[\w.\[\]'\"-]*\w", log.get("Format", "")))
        yield from (f"{name} logs {variable}" for variable in sorted(told - TOLD))
        if not {"$context.requestId", "$context.routeKey", "$context.status"} <= told:
            yield f"{name} logs no route, status or request id"
        try:
            line = json.loads(log.get("Format", ""))
        except json.JSONDecodeError:
            yield f"{name} logs no JSON"
        else:
            if set(line.values()) != told or "\n" in log["Format"]:
                yield f"{name} has a field that is not exactly one variable, or a line break"


@rule
def log_groups_forget_and_functions_log_json_into_their_own(stack):
    for name, group in stack.of("AWS::Logs::LogGroup").items():
        if str(group.get("RetentionInDays")) != stack.parameters["LogRetentionDays"]:
            yield f"{name} does not expire after LogRetentionDays"
    used = [
        function.get("LoggingConfig", {}).get("LogGroup") for function in stack.of("AWS::Lambda::Function").values()
    ]
    for name, function in stack.of("AWS::Lambda::Function").items():
        logging = function.get("LoggingConfig", {})
        if logging.get("LogGroup", "<>")[1:-1] not in stack.of("AWS::Logs::LogGroup") or used.count(logging["LogGroup"]) > 1:
            yield f"{name} has no log group of its own"
        levels = (logging.get("LogFormat"), logging.get("ApplicationLogLevel"), logging.get("SystemLogLevel"))
        if levels != ("JSON", "INFO", "WARN"):
            yield f"{name} has the log format and levels {levels}, not JSON, INFO and WARN"


@rule
def callers_use_published_versions_and_these_start_from_snapshots_where_somebody_waits(stack):
    for name, function in stack.of("AWS::Lambda::Function").items():
        if f"{name}Aliaslive" not in stack.of("AWS::Lambda::Alias"):
            yield f"{name} has no alias"
        if function.get("EphemeralStorage", {}).get("Size", 512) > 512:
            yield f"{name} has more /tmp than SnapStart allows"
    for name, alias in stack.of("AWS::Lambda::Alias").items():
        function = alias["FunctionName"][1:-1]
        version = re.fullmatch(r"<(\w+)\.Version>", alias["FunctionVersion"])
        versions = stack.of("AWS::Lambda::Version")
        if not version or versions.get(version.group(1), {}).get("FunctionName") != f"<{function}>":
            yield f"{name} does not point to a published version of {function}"
    # Kept versions would pile up, and prevent the same version from being published again.
    for name, resource in stack.resources.items():
        if resource["Type"] == "AWS::Lambda::Version" and resource.get("DeletionPolicy") != "Delete":
            yield f"{name} is kept when it is replaced"
    for api, route, operation in routes(stack):
        function = re.search(r"<(\w+)Aliaslive>", operation["x-amazon-apigateway-integration"]["uri"])
        if function and stack.of("AWS::Lambda::Function")[function.group(1)].get("SnapStart") != {"ApplyOn": "PublishedVersions"}:
            yield f"{route} of {api} calls a function without SnapStart"


# ---- Streams and schedules -------------------------------------------------------------------------------------------


@rule
def a_bad_stream_record_neither_blocks_nor_gets_lost(stack):
    queues = {f"<{name}.Arn>" for name in stack.of("AWS::SQS::Queue")}
    for name, source in stack.of("AWS::Lambda::EventSourceMapping").items():
        if source.get("FunctionResponseTypes") != ["ReportBatchItemFailures"]:
            yield f"{name} repeats whole batches instead of failed records"
        if source.get("BisectBatchOnFunctionError") is not True:
            yield f"{name} does not split a failed batch"
        if not 0 < source.get("MaximumRetryAttempts", -1) <= 10:
            yield f"{name} retries for ever"
        if not 60 <= source.get("MaximumRecordAgeInSeconds", -1) <= 86400:
            yield f"{name} keeps records for ever"
        if source.get("DestinationConfig", {}).get("OnFailure", {}).get("Destination") not in queues:
            yield f"{name} has no dead-letter queue for failed records"
        if not source.get("FunctionName", "").endswith("Aliaslive>"):
            yield f"{name} does not call the alias live"
        if source.get("StartingPosition") != "TRIM_HORIZON" or source.get("Enabled", True) is not True:
            yield f"{name} skips records"
        filters = [json.loads(each["Pattern"]) for each in source.get("FilterCriteria", {}).get("Filters", [])]
        words = {"state": ["due", "deleting"], "callback_status": ["due"]}
        woken_by = [{"dynamodb": {"NewImage": {attribute: {"S": values}}}} for attribute, values in words.items()]
        if len(filters) != 1 or filters[0] not in woken_by:
            yield f"{name} has the filters {filters}"


@rule
def schedules_run_published_versions_and_do_not_pile_up(stack):
    for name, schedule in stack.of("AWS::Events::Rule").items():
        if schedule.get("ScheduleExpression") and schedule.get("State", "ENABLED") != "ENABLED":
            yield f"{name} is disabled"
        for target in schedule.get("Targets", []):
            alias = target["Arn"]
            if not alias.endswith("Aliaslive>"):
                yield f"{name} does not call the alias live"
    sweep = {
        name: config
        for name, config in stack.of("AWS::Lambda::EventInvokeConfig").items()
        if config["FunctionName"] == "<SweepFunction>"
    }
    for name, config in sweep.items():
        if config.get("MaximumRetryAttempts") != 0 or config.get("MaximumEventAgeInSeconds", 21600) > 60:
            yield f"{name} retries the sweep, which runs again within a minute anyway"
    if not sweep:
        yield "Lambda retries SweepFunction: it needs an EventInvokeConfig without retries"


# The functions that get each secret.
HOLDERS = {
    "APIDOT_API_KEY": {"SubmitFunction", "SettleFunction"},
    "APIDOT_WEBHOOK_KEY": {"CallbackFunction"},
    "CALLBACK_SIGNING_KEYS": {"SubmitFunction", "CallbackFunction"},
    "CLIENT_WEBHOOK_SECRETS": {"NotifyFunction"},
}


@rule
def functions_are_told_only_their_secrets_not_in_clear_and_trust_no_host(stack):
    for name, function in stack.of("AWS::Lambda::Function").items():
        variables = function.get("Environment", {}).get("Variables", {})
        for variable, value in variables.items():
            if re.search("KEY|SECRETS$", variable) and not re.fullmatch(r"((whsec_)?\{\{resolve:secretsmanager:.+}})?", value):
                yield f"{name} has {variable} in plain text instead of a reference to a secret"
            if "{{resolve:" in value and name not in HOLDERS.get(variable, set()):
                yield f"{name} gets the secret {variable}"
            if variable == "TRUSTED_HOSTS" and value != "":
                yield f"{name} has TRUSTED_HOSTS={value}; it must be empty on AWS"
        if any("{{resolve:" in value for value in variables.values()):
            if variables.get("SECRETS_REVISION") != stack.parameters["SecretsRevision"]:
                yield f"{name} has no SECRETS_REVISION, so it would never read a changed secret"
