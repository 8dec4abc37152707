"""Plays CloudFormation, and Lambda's configurations and limits, as far as scripts/operate uses them.

It reads the stack from template.yaml: parameters with their rules, and the functions' environments. As in CloudFormation, a new
value of a parameter reaches the functions only by an update of the stack, one function after the other. A secret is read again
only for a function whose own settings have changed.
"""

import re
from xml.sax.saxutils import escape

import flask

import bench

NAME = "darkroom"
TEMPLATE = bench.template()
RULES = TEMPLATE["Parameters"]
FUNCTIONS = {id: each["Properties"] for id, each in TEMPLATE["Resources"].items() if each["Type"] == "AWS::Serverless::Function"}
XMLNS = "http://cloudformation.amazonaws.com/doc/2010-05-15/"


class Refused(Exception):
    pass


class Stack:
    """One deployed stack. `secrets` reads a secret's text by its id."""

    def __init__(self, parameters=None, resources=None, outputs=None, secrets=lambda id: "text"):
        required = {"ApiDotKeySecret": "key", "JwtIssuer": "https://issuer.example", "JwtAudiences": "a,b"}
        self.parameters = {key: str(rule.get("Default", "")) for key, rule in RULES.items()} | required | (parameters or {})
        self.resources, self.outputs, self.secrets = resources or {}, outputs or {}, secrets
        self.status = "CREATE_COMPLETE"
        self.live = {function: self.environment(function) for function in FUNCTIONS}
        # The concurrency limits of the functions that have one.
        self.limits = {}
        # For each change, the settings of all functions, and whether a submit would be accepted after it.
        self.history, self.taking = [], []
        self.fails = False
        self.updates = 0
        self.queue = []
        self.note()

    def limit(self, function, limit):
        self.limits.pop(function, None)
        if limit is not None:
            self.limits[function] = limit
        self.note()

    def note(self):
        self.taking.append(self.live["SubmitFunction"]["ACCEPT_SUBMITS"] == "true" and self.limits.get("SubmitFunction") != 0)
        self.history.append({function: dict(settings) for function, settings in self.live.items()})

    def settings(self, function):
        """Returns what CloudFormation compares: the settings with references to secrets, not with their texts."""
        common = TEMPLATE["Globals"]["Function"]["Environment"]["Variables"]
        own = FUNCTIONS[function].get("Environment", {}).get("Variables", {})
        return {name: self.resolve(value) for name, value in (common | own).items()}

    def resolve(self, value):
        known = self.parameters | self.resources
        match value:
            case {"Ref": name}:
                return known.get(name, "")
            case {"Fn::Sub": str(text)}:
                return re.sub(r"\$\{([A-Za-z0-9:.]+)}", lambda found: known.get(found[1], ""), text)
            case str():
                return value
        return ""

    def environment(self, function):
        secret = r"\{\{resolve:secretsmanager:(.+?)}}"
        return {name: re.sub(secret, lambda found: self.secrets(found[1]), text) for name, text in self.settings(function).items()}

    def update(self, given, capabilities, previous_template):
        if self.status.endswith("_IN_PROGRESS"):
            raise Refused(f"Stack is in {self.status} state and can not be updated.")
        if not previous_template:
            raise Refused("Either Template URL or Template Body must be specified.")
        if not {"CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"} <= set(capabilities):
            raise Refused("Requires capabilities : [CAPABILITY_IAM, CAPABILITY_AUTO_EXPAND]")
        if given.keys() != RULES.keys():
            raise Refused(f"Parameters: {sorted(given.keys() ^ RULES.keys())} are missing, or do not exist in the template")
        changed = {key: value for key, value in given.items() if value is not None and value != self.parameters[key]}
        for key, value in changed.items():
            check(RULES[key], key, value)
        if not changed:
            raise Refused("No updates are to be performed.")
        self.updates += 1
        self.status = "UPDATE_IN_PROGRESS"
        if not self.fails:
            before = {function: self.settings(function) for function in FUNCTIONS}
            self.parameters |= changed
            self.queue = [(each, self.environment(each)) for each in FUNCTIONS if self.settings(each) != before[each]]

    def pass_time(self):
        """Updates four more functions at each request for the stack's description."""
        if self.status == "UPDATE_IN_PROGRESS":
            for function, environment in self.queue[:4]:
                self.live[function] = environment
                self.note()
            del self.queue[:4]
            if not self.queue:
                self.status = "UPDATE_ROLLBACK_COMPLETE" if self.fails else "UPDATE_COMPLETE"


def check(rule, key, value):
    allowed = [str(each) for each in rule.get("AllowedValues", [value])]
    if value not in allowed or len(value) > rule.get("MaxLength", 4096) or not re.fullmatch(rule.get("AllowedPattern", "(?s).*"), value):
        raise Refused(f"Parameter {key} failed to satisfy constraint")


# ---- HTTP ------------------------------------------------------------------------------------------------------------


def application(stack):
    app = flask.Flask(__name__)

    def logical(physical):
        """Returns the logical id of a function, or answers 404."""
        found = {name: id for id, name in stack.resources.items() if id in stack.live}
        return found[physical] if physical in found else flask.abort(404)

    @app.errorhandler(404)
    def not_found(_):
        return {"Message": "Function not found"}, 404

    # Callers reach the alias only, so only requests for the alias get an answer.
    @app.get("/2015-03-31/functions/<name>/configuration")
    def configuration(name):
        function = logical(name)
        if flask.request.args.get("Qualifier") != "live":
            flask.abort(404)
        return {"FunctionName": name, "Environment": {"Variables": stack.live[function]}}

    @app.get("/2019-09-30/functions/<name>/concurrency")
    def limit(name):
        found = stack.limits.get(logical(name))
        return {} if found is None else {"ReservedConcurrentExecutions": found}

    @app.put("/2017-10-31/functions/<name>/concurrency")
    def set_limit(name):
        body = flask.request.get_json(force=True)
        stack.limit(logical(name), body["ReservedConcurrentExecutions"])
        return body

    @app.delete("/2017-10-31/functions/<name>/concurrency")
    def remove_limit(name):
        stack.limit(logical(name), None)
        return "", 204

    @app.post("/")
    def cloudformation():
        form, action = flask.request.form, flask.request.form["Action"]
        try:
            if form.get("StackName") != NAME:
                raise Refused(f"Stack with id {form.get('StackName')} does not exist")
            answer = {"DescribeStacks": describe, "ListStackResources": resources, "UpdateStack": update}[action](form)
        except Refused as refused:
            error = {"Error": {"Type": "Sender", "Code": "ValidationError", "Message": str(refused)}}
            return f'<ErrorResponse xmlns="{XMLNS}">{xml(error)}</ErrorResponse>', 400, {"Content-Type": "text/xml"}
        return f'<{action}Response xmlns="{XMLNS}">{xml({action + "Result": answer})}</{action}Response>', {"Content-Type": "text/xml"}

    def describe(_):
        stack.pass_time()
        parameters = [{"ParameterKey": key, "ParameterValue": value} for key, value in stack.parameters.items()]
        outputs = [{"OutputKey": key, "OutputValue": value} for key, value in stack.outputs.items()]
        told = {"StackName": NAME, "CreationTime": "2026-01-01T00:00:00Z", "StackStatus": stack.status}
        return {"Stacks": [told | {"Parameters": parameters, "Outputs": outputs}]}

    def resources(_):
        pairs = [{"LogicalResourceId": id, "PhysicalResourceId": name} for id, name in stack.resources.items()]
        return {"StackResourceSummaries": [pair | {"ResourceStatus": "CREATE_COMPLETE"} for pair in pairs]}

    def update(form):
        given, number = {}, 1
        while key := form.get(f"Parameters.member.{number}.ParameterKey"):
            # None keeps the value.
            given[key] = form.get(f"Parameters.member.{number}.ParameterValue")
            assert (given[key] is None) == (form.get(f"Parameters.member.{number}.UsePreviousValue") == "true")
            number += 1
        capabilities = [value for key, value in form.items() if key.startswith("Capabilities.member.")]
        stack.update(given, capabilities, form.get("UsePreviousTemplate") == "true")
        return {"StackId": NAME}

    return app


def xml(value):
    match value:
        case dict():
            return "".join(f"<{key}>{xml(each)}</{key}>" for key, each in value.items())
        case list():
            return "".join(f"<member>{xml(each)}</member>" for each in value)
    return escape(value)
