"""Checks that parameters accept valid values and refuse others, and that every setting of docs/settings.md reaches a function."""

import re

import pytest

import stacks

TEMPLATE = stacks.source()
PARAMETERS = stacks.parameters(TEMPLATE)
PLAIN = stacks.Stack()


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


# ---- Settings --------------------------------------------------------------------------------------------------------


def documented():
    """Returns the functions' settings in docs/settings.md: the default by name."""
    page = (stacks.ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
    table = re.search(r"^## Functions$(.*)", page, re.M | re.S).group(1)
    for line in re.findall(r"^\| (`[A-Z].*)$", table, re.M):
        names, default = [cell.strip() for cell in line.split("|")][:2]
        names = re.findall("`([A-Z0-9_]+)`", names)
        numbers = default.split(", ") if len(names) > 1 else [default]
        yield from zip(names, numbers if len(numbers) == len(names) else [default] * len(names))


SETTINGS = dict(documented())


def environments(stack=PLAIN):
    return {
        name: function.get("Environment", {}).get("Variables", {})
        for name, function in stack.of("AWS::Lambda::Function").items()
    }


def test_the_page_lists_the_settings():
    assert len(SETTINGS) >= 22


@pytest.mark.parametrize("setting", SETTINGS)
def test_a_setting_reaches_a_function(setting):
    assert any(setting in variables for variables in environments().values())


@pytest.mark.parametrize("function", environments())
def test_a_function_gets_settings_that_are_told_of(function):
    # Not settings that an operator could choose.
    ours = {"SECRETS_REVISION", "SIGN_IN", "USER_POOL_CLIENT_ID", "IMAGES_ORIGIN"}
    told = {name for name in environments()[function] if not name.startswith("AWS_ENDPOINT_URL_")}
    assert told - SETTINGS.keys() - ours == set()


@pytest.mark.parametrize(("setting", "default"), SETTINGS.items())
def test_a_settings_default_is_the_templates(setting, default):
    default = default.strip("`")
    found = {variables[setting] for variables in environments().values() if setting in variables}
    if default.startswith("empty"):
        assert found == {""}
    elif re.match(r"(true|false|https:|[0-9])", default):
        assert {str(value) for value in found} == {default.split(":")[0] if default[0].isdigit() else default}


@pytest.mark.parametrize("setting", SETTINGS)
def test_functions_with_the_same_setting_get_the_same_value(setting):
    for world in stacks.WORLDS:
        found = {v[setting] for v in environments(stacks.world(world)).values() if setting in v}
        assert len(found) == 1


def test_the_outputs_tell_what_the_guide_names():
    guide = (stacks.ROOT / "docs" / "deploy.md").read_text(encoding="utf-8")
    named = re.findall(r"\$\(output (\w+)\)", guide)
    assert len(named) > 5
    for output in named:
        assert output in stacks.world("as it comes").outputs

