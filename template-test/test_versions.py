"""Checks that every change of a function publishes a new version of it, and that nothing else does.

CloudFormation publishes when the logical id of an AWS::Lambda::Version changes (SAM makes it of the code's address and of the
function's text in the template) or when one of its properties does (its Description, into which the parameters go). Lambda
refuses to publish a function that has not changed. So both must always change together.
"""

import copy

import pytest

import stacks

PARAMETERS = stacks.source()["Parameters"]

# SecretsRevision stands for the content of secrets and for their names, which are too long for a description.
WITH_REVISION = {"ApiDotKeySecret", "ApiDotWebhookKeySecret"}

# Another valid value for each parameter that is neither a number nor limited to a list.
OTHER = {
    "JwtIssuer": "https://issuer.example.com/",
    "JwtAudiences": "app,other",
    "AllowedOrigins": "https://app.example.com",
    "ApiDotKeySecret": "darkroom/another-key",
    "ApiDotWebhookKeySecret": "darkroom/webhook-key",
    "ApiDotBaseUrl": "https://apidot.example.com",
    "CallbackBaseUrl": "https://hooks.example.com",
    "MediaHosts": "media.example.com",
    "SecretsRevision": "2",
    "AlarmEmail": "operator@example.com",
}


def other(name):
    declared = PARAMETERS[name]
    if "AllowedValues" in declared:
        return next(value for value in declared["AllowedValues"] if str(value) != str(declared["Default"]))
    if declared["Type"] == "Number":
        return declared["Default"] + (1 if declared["Default"] < declared["MaxValue"] else -1)
    return OTHER[name]


def functions(stack):
    return stack.of("AWS::Lambda::Function")


def published(stack):
    """Returns for each function what decides on a new version: id and properties of the version that its alias points to."""
    versions = stack.of("AWS::Lambda::Version")
    shown = {}
    for alias in stack.of("AWS::Lambda::Alias").values():
        version = alias["FunctionVersion"][1:-1].split(".")[0]
        shown[alias["FunctionName"][1:-1]] = (version, versions[version])
    return shown


def differing(one, other):
    return {name for name in one.keys() | other.keys() if one.get(name) != other.get(name)}


def changes(before, after):
    return differing(functions(before), functions(after)), differing(published(before), published(after))


# Properties of a function that are not part of its versions.
OUTSIDE = ("Tags", "ReservedConcurrentExecutions")


def versioned(stack):
    return {
        name: {key: value for key, value in function.items() if key not in OUTSIDE}
        for name, function in functions(stack).items()
    }


PLAIN = stacks.Stack()


def test_without_a_change_nothing_is_published():
    assert changes(PLAIN, stacks.Stack()) == (set(), set())


@pytest.mark.parametrize("parameter", PARAMETERS)
def test_a_parameter_publishes_the_functions_that_it_changes(parameter):
    given = {parameter: other(parameter)}
    if parameter in WITH_REVISION:
        given["SecretsRevision"] = "2"
    other_stack = stacks.Stack(given=given)
    assert differing(published(PLAIN), published(other_stack)) == differing(versioned(PLAIN), versioned(other_stack))


def test_the_secrets_revision_publishes_every_function():
    every = functions(PLAIN).keys()
    assert changes(PLAIN, stacks.Stack(given={"SecretsRevision": "2"})) == (every, every)


def test_new_code_publishes():
    every = functions(PLAIN).keys()
    assert changes(PLAIN, stacks.Stack(code="2")) == (every, every)


@pytest.mark.parametrize("half", [0, 1])
@pytest.mark.parametrize(
    "change",
    [
        {"MemorySize": 2048},
        {"Timeout": 7},
        {"Description": "Another"},
        {"Handler": "dev.darkroom.Other"},
        {"Environment": {"Variables": {"MORE": "1"}}},
    ],
    ids=lambda change: next(iter(change)),
)
def test_a_changed_property_publishes_its_functions_and_no_other(change, half):
    template = stacks.source()
    changed = list(functions(PLAIN))[half::2]
    for function in changed:
        template["Resources"][function]["Properties"].update(copy.deepcopy(change))
    assert changes(PLAIN, stacks.Stack(template)) == (set(changed), set(changed))


def test_a_changed_global_publishes_every_function_that_it_changes():
    template = stacks.source()
    template["Globals"]["Function"].update({"MemorySize": 2048})
    changed, published_anew = changes(PLAIN, stacks.Stack(template))
    assert changed != set()
    assert published_anew == changed


def test_a_parameter_that_is_left_out_of_the_description_would_be_seen():
    template = stacks.source()
    template["Resources"]["TasksFunction"]["Properties"]["VersionDescription"] = {"Ref": "Architecture"}
    changed, published_anew = changes(
        stacks.Stack(template), stacks.Stack(template, given={"DownloadUrlSeconds": 60})
    )
    assert "TasksFunction" in changed - published_anew


@pytest.mark.parametrize("change", [{"Tags": {"team": "images"}}, {"ReservedConcurrentExecutions": 5}], ids=OUTSIDE)
def test_what_lambda_keeps_outside_of_versions_is_deployed_with_another_revision(change):
    """SAM publishes a new version, Lambda refuses to publish an unchanged function, and the revision changes each function."""
    template = stacks.source()
    template["Resources"]["SubmitFunction"]["Properties"].update(change)
    alone = stacks.Stack(template)
    assert differing(published(PLAIN), published(alone)) == {"SubmitFunction"}
    assert versioned(PLAIN) == versioned(alone)
    with_revision = stacks.Stack(template, given={"SecretsRevision": "2"})
    assert "SubmitFunction" in differing(versioned(PLAIN), versioned(with_revision))


def test_reserved_concurrency_by_its_parameter_publishes_nothing():
    changed, published_anew = changes(PLAIN, stacks.Stack(given={"SubmitConcurrency": 5}))
    assert changed == {"SubmitFunction"}
    assert published_anew == set()


def longest(declared):
    if "AllowedValues" in declared:
        return max(map(str, declared["AllowedValues"]), key=len)
    # A parameter of unlimited length in a description would fail here.
    return str(declared["MaxValue"]) if declared["Type"] == "Number" else "x" * declared.get("MaxLength", 4096)


def test_a_versions_description_is_short_enough_with_the_longest_values():
    given = {name: longest(declared) for name, declared in PARAMETERS.items()} | {"Page": "true"}
    for _, version in published(stacks.Stack(given=given)).values():
        assert len(version["Description"]) <= 256
