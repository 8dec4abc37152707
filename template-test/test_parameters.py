"""Checks that parameters accept valid values and refuse others."""

import re

import pytest

import stacks

TEMPLATE = stacks.source()
PARAMETERS = TEMPLATE["Parameters"]


@pytest.mark.parametrize("name", PARAMETERS)
def test_is_described_bounded_and_shown_in_a_group(name):
    declared = PARAMETERS[name]
    assert declared["Description"]
    if "AllowedValues" not in declared and declared["Type"] == "String":
        assert declared["AllowedPattern"] and declared["ConstraintDescription"]
    groups = TEMPLATE["Metadata"]["AWS::CloudFormation::Interface"]["ParameterGroups"]
    assert [name in group["Parameters"] for group in groups].count(True) == 1


ARN = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:darkroom/apidot-key-a1B2c3"
TAKEN = {
    "JwtIssuer": ["", "https://example.eu.auth0.com/", "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_AbC"],
    "JwtAudiences": ["", "app", "https://api.example.com,4bcd"],
    "AllowedOrigins": ["", "*", "https://app.example.com", "https://a.example.com:8443,http://localhost:5173"],
    "ApiDotKeySecret": ["darkroom/apidot-key", ARN],
    "ApiDotWebhookKeySecret": ["", "darkroom/webhook-key", ARN],
    "ApiDotBaseUrl": ["https://api.apidot.ai", "https://api.example.com:8443/v1/"],
    "CallbackBaseUrl": ["", "https://hooks.example.com", "https://example.com/darkroom"],
    "MediaHosts": ["", "cdn.example.com", "*.example.com,media.example.org:8443"],
    "SecretsRevision": ["1", "2026-11-22", "after.rotation_2"],
}
REFUSED = {
    "JwtIssuer": ["http://issuer.example.com", "issuer.example.com", "https://", "https://a.example/?x=1", "https://a b"],
    "JwtAudiences": ["a, b", ",a", "a,", "a b"],
    "AllowedOrigins": [
        "app.example.com",
        "https://app.example.com/",
        "https://a.example, https://b.example",
        "http://app.example.com",
        "*,https://a.example",
        "null",
    ],
    "ApiDotKeySecret": ["", "a key with spaces", "key}}{{", "sk-1\n"],
    "ApiDotWebhookKeySecret": ["a b", "x}}"],
    "ApiDotBaseUrl": ["", "http://api.apidot.ai", "api.apidot.ai", "https://user:pw@api.apidot.ai", "https://a.example?x"],
    "CallbackBaseUrl": ["http://hooks.example.com", "hooks.example.com", "https://a.example/#x"],
    "MediaHosts": ["https://cdn.example.com", "a b", "a,,b", "cdn.example.com/path", "*"],
    "SecretsRevision": ["", "a b", "a/b"],
}


@pytest.mark.parametrize(("name", "value"), [(name, value) for name, values in TAKEN.items() for value in values])
def test_takes(name, value):
    assert re.fullmatch(PARAMETERS[name]["AllowedPattern"], value)
    assert len(value) <= PARAMETERS[name].get("MaxLength", 4096)


@pytest.mark.parametrize(("name", "value"), [(name, value) for name, values in REFUSED.items() for value in values])
def test_refuses(name, value):
    assert not re.fullmatch(PARAMETERS[name]["AllowedPattern"], value)


@pytest.mark.parametrize(
    ("issuer", "audiences", "good"),
    [("", "", True), ("https://a.example", "app", True), ("https://a.example", "", False), ("", "app", False)],
)
def test_an_issuer_and_its_audiences_go_together(issuer, audiences, good):
    stack = stacks.Stack(given={"JwtIssuer": issuer, "JwtAudiences": audiences})
    held = all(
        stack.resolve(assertion["Assert"])
        for rule in TEMPLATE["Rules"].values()
        if stack.resolve(rule.get("RuleCondition", True))
        for assertion in rule["Assertions"]
    )
    assert held == good
