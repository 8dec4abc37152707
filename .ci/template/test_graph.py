"""Checks that CloudFormation can create the stack: no resource depends on itself, whatever the conditions are."""

import pytest

import graph
import stacks


def cycles(source):
    template = stacks.transform(source, stacks.defaults(source))
    return [found for world in graph.worlds(template) if (found := graph.cycle(graph.references(template, world)))]


def test_no_resource_depends_on_itself():
    assert cycles(stacks.source()) == []


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


def two_that_wait_for_each_other(resources):
    resources["TasksTable"]["DependsOn"] = ["ImagesBucket"]
    resources["ImagesBucket"]["DependsOn"] = "TasksTable"


@pytest.mark.parametrize(
    ("change", "among"),
    [
        (deployed_by_a_role_that_names_the_functions, "CallbackFunctionAliaslive"),
        (one_api_for_clients_and_webhooks, "ClientApi"),
        (a_bucket_that_calls_a_function_which_names_it, "ImagesBucket"),
        (two_that_wait_for_each_other, "TasksTable"),
    ],
)
def test_a_cycle_is_found(change, among):
    source = stacks.source()
    change(source["Resources"])
    found = cycles(source)
    assert found and all(among in cycle for cycle in found)
