"""Runs cfn-lint on the transformed template, because it finds dependency cycles only without AWS::Serverless:: types."""

import json

import pytest
from cfnlint.api import ManualArgs, lint
from cfnlint.rules import RulesCollection
from cfnlint.rules.resources.CircularDependency import CircularDependency

import stacks


def findings(source, rules=None):
    template = stacks.transform(source, stacks.defaults(source))
    return lint(json.dumps(template), rules, config=ManualArgs(regions=["eu-central-1"], ignore_checks=["W"]))


def test_cfn_lint_accepts_the_transformed_template():
    assert findings(stacks.source()) == []


# ---- Cycles that must be found ---------------------------------------------------------------------------------------


def deployed_by_a_role_that_names_the_functions(resources):
    # UpdatePolicy names CodeDeploy's groups, and the submit function names the webhooks' API.
    resources["CallbackFunction"]["Properties"]["DeploymentPreference"] = {
        "Type": "AllAtOnce",
        "Role": {"Fn::GetAtt": ["DeploymentRole", "Arn"]},
    }
    resources["DeploymentRole"] = {
        "Type": "AWS::IAM::Role",
        "Properties": {"Policies": [{"Resource": {"Fn::GetAtt": ["SubmitFunction", "Arn"]}}]},
    }


def one_api_for_clients_and_webhooks(resources):
    event = resources["CallbackFunction"]["Properties"]["Events"]["Webhook"]["Properties"]
    event["ApiId"] = {"Ref": "ClientApi"}
    event["Auth"] = {"Authorizer": "NONE"}
    variables = resources["SubmitFunction"]["Properties"]["Environment"]["Variables"]
    variables["CALLBACK_BASE_URL"] = {"Fn::If": ["HasCallbackBaseUrl", "x", {"Fn::Sub": "https://${ClientApi}.example.com"}]}


def a_bucket_that_calls_a_function_which_names_it(resources):
    resources["ImagesBucket"]["Properties"]["NotificationConfiguration"] = {
        "LambdaConfigurations": [{"Event": "s3:ObjectCreated:*", "Function": {"Fn::GetAtt": ["SettleFunction", "Arn"]}}]
    }


@pytest.mark.parametrize(
    ("change", "among"),
    [
        (deployed_by_a_role_that_names_the_functions, "CallbackFunctionAliaslive"),
        (one_api_for_clients_and_webhooks, "ClientApi"),
        (a_bucket_that_calls_a_function_which_names_it, "ImagesBucket"),
    ],
)
def test_cfn_lint_finds_a_cycle(change, among):
    cycles = RulesCollection()
    cycles.register(CircularDependency())
    source = stacks.source()
    change(source["Resources"])
    assert among in {match.path[1] for match in findings(source, cycles)}
