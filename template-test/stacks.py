"""The template as CloudFormation gets it: AWS's own SAM transform, with every function and reference resolved.

A reference to a resource becomes "<LogicalId>", one to its attribute "<LogicalId.Attribute>". These texts only name the resource.
"""

import copy
import functools
import os
import pathlib
import re

os.environ.setdefault("AWS_DEFAULT_REGION", "eu-central-1")

from samtranslator.parser.parser import Parser  # noqa: E402
from samtranslator.public.translator import Translator  # noqa: E402
from samtranslator.yaml_helper import yaml_parse  # noqa: E402

ROOT = pathlib.Path(__file__).resolve().parents[1]
PSEUDO = {
    "AWS::Region": "eu-central-1",
    "AWS::URLSuffix": "amazonaws.com",
    "AWS::Partition": "aws",
    "AWS::AccountId": "123456789012",
    "AWS::StackName": "darkroom",
    "AWS::StackId": "arn:aws:cloudformation:eu-central-1:123456789012:stack/darkroom/1",
}
NO_VALUE = object()


@functools.cache
def _parsed():
    return yaml_parse((ROOT / "template.yaml").read_text(encoding="utf-8"))


def source():
    """Returns a copy of template.yaml that the caller may change."""
    return copy.deepcopy(_parsed())


def defaults(template):
    """Returns a value for each parameter: its default, or its own name."""
    return {name: str(declared.get("Default", name)) for name, declared in template["Parameters"].items()}


def transform(template, given, code="1"):
    """Transforms the template as `sam deploy` does: with an S3 address derived from the code for each CodeUri."""
    template = copy.deepcopy(template)
    for resource in template["Resources"].values():
        if resource["Type"] == "AWS::Serverless::Function":
            resource["Properties"]["CodeUri"] = "s3://bucket/" + code + "/" + resource["Properties"]["CodeUri"]
    return Translator({}, Parser()).translate(template, dict(given), {})


class Stack:
    """The resources and outputs of a stack with these parameters, with every value resolved."""

    def __init__(self, template=None, given=None, code="1"):
        template = template or source()
        self.parameters = defaults(template) | {name: str(value) for name, value in (given or {}).items()}
        made = transform(template, self.parameters, code)
        self._made = made
        self.resources = {}
        for name, resource in made["Resources"].items():
            if self._exists(resource):
                self.resources[name] = self.resolve({k: v for k, v in resource.items() if k not in ("Metadata",)})
        self.outputs = {
            name: self.resolve(output) for name, output in made.get("Outputs", {}).items() if self._exists(output)
        }

    def _exists(self, resource):
        return "Condition" not in resource or self.condition(resource["Condition"])

    def of(self, *types):
        """Returns the properties of the resources of these types by logical id."""
        return {
            name: resource.get("Properties", {}) for name, resource in self.resources.items() if resource["Type"] in types
        }

    def changed(self):
        """Returns a copy that a test may change."""
        other = copy.copy(self)
        other.resources = copy.deepcopy(self.resources)
        return other

    def condition(self, name):
        return self.resolve(self._made["Conditions"][name])

    def resolve(self, value):
        if isinstance(value, list):
            return [item for item in map(self.resolve, value) if item is not NO_VALUE]
        if not isinstance(value, dict):
            return value
        if len(value) == 1:
            name, argument = next(iter(value.items()))
            if name == "Ref":
                return self._reference(argument)
            if name.startswith("Fn::"):
                return getattr(self, "_" + name[4:].lower())(argument)
        resolved = {key: self.resolve(item) for key, item in value.items()}
        return {key: item for key, item in resolved.items() if item is not NO_VALUE}

    def _reference(self, name):
        if name == "AWS::NoValue":
            return NO_VALUE
        if name in PSEUDO:
            return PSEUDO[name]
        if name in self.parameters:
            return self.parameters[name]
        return "<" + self._known(name) + ">"

    def _known(self, name):
        if name.split(".")[0] not in self._made["Resources"]:
            raise KeyError("the template refers to " + name + ", which it does not have")
        return name

    def _getatt(self, argument):
        return "<" + self._known(".".join(argument) if isinstance(argument, list) else argument) + ">"

    def _sub(self, argument):
        text, own = argument if isinstance(argument, list) else (argument, {})

        def value(match):
            name = match.group(1)
            if name in own:
                return str(self.resolve(own[name]))
            return str(self._getatt(name) if "." in name and "::" not in name else self._reference(name))

        return re.sub(r"\$\{([^}]*)}", value, text)

    def _if(self, argument):
        return self.resolve(argument[1 if self.condition(argument[0]) else 2])

    def _equals(self, argument):
        one, other = self.resolve(argument)
        return str(one) == str(other)

    def _not(self, argument):
        return not self.resolve(argument[0])

    def _split(self, argument):
        separator, text = self.resolve(argument)
        return text.split(separator)


# Together they take every branch of the template's conditions.
WORLDS = {
    "as it comes": {},
    "with an issuer, web pages, a signed webhook and a domain": {
        "JwtIssuer": "https://issuer.example.com/",
        "JwtAudiences": "app,other",
        "AllowedOrigins": "https://app.example.com,http://localhost:5173",
        "ApiDotWebhookKeySecret": "darkroom/webhook-key",
        "CallbackBaseUrl": "https://hooks.example.com",
    },
}


@functools.cache
def world(name):
    return Stack(given=WORLDS[name])
