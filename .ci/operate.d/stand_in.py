"""Plays CloudFormation, and Lambda's configurations and limits, as far as scripts/operate uses them.

It reads the stack from template.yaml: parameters with their rules, and the functions' environments. As in CloudFormation, a new
value of a parameter reaches the functions only by an update of the stack, one function after the other. A secret is read again
only for a function whose own text has changed.
"""

import http.server
import json
import re
import threading
import urllib.parse
from xml.sax.saxutils import escape

from samtranslator.yaml_helper import yaml_parse

XMLNS = "http://cloudformation.amazonaws.com/doc/2010-05-15/"


class Refused(Exception):
    pass


class Stack:
    """One deployed stack. `secrets` reads a secret's text by its id."""

    def __init__(self, name, template, parameters, resources, outputs, secrets):
        self.name = name
        self.template = yaml_parse(template.read_text(encoding="utf-8"))
        self.rules = self.template["Parameters"]
        self.parameters = {key: str(rule.get("Default", "")) for key, rule in self.rules.items()} | parameters
        self.resources = resources
        self.outputs = outputs
        self.secrets = secrets
        self.functions = {
            key: resource["Properties"]
            for key, resource in self.template["Resources"].items()
            if resource["Type"] == "AWS::Serverless::Function"
        }
        self.status = "CREATE_COMPLETE"
        self.live = {}
        # The concurrency limits of the functions that have one.
        self.limits = {}
        # For each change, whether a submit would be accepted after it.
        self.taking = []
        self.history = []
        self.fails = False
        self.updates = 0
        self.queue = []
        for function in self.functions:
            self.live[function] = self.environment(function)
        self.note()

    def limit(self, function, limit):
        self.limits.pop(function, None)
        if limit is not None:
            self.limits[function] = limit
        self.note()

    def note(self):
        self.taking.append(self.live["SubmitFunction"]["ACCEPT_SUBMITS"] == "true" and self.limits.get("SubmitFunction") != 0)
        self.history.append({function: dict(settings) for function, settings in self.live.items()})

    def resolve(self, value):
        if isinstance(value, dict) and "Ref" in value:
            return self.known(value["Ref"])
        if isinstance(value, dict) and "Fn::Sub" in value:
            return re.sub(r"\$\{([A-Za-z0-9:.]+)\}", lambda match: self.known(match[1]), value["Fn::Sub"])
        return value if isinstance(value, str) else ""

    def known(self, name):
        return self.parameters.get(name, self.resources.get(name, ""))

    def environment(self, function):
        variables = self.functions[function].get("Environment", {}).get("Variables", {})
        resolved = {name: self.resolve(value) for name, value in variables.items()}
        return {
            name: re.sub(r"\{\{resolve:secretsmanager:(.+?)\}\}", lambda match: self.secrets(match[1]) if match[1] else "", text)
            for name, text in resolved.items()
        }

    def text(self, function):
        """Returns what CloudFormation compares: the function with its parameters filled in, but not its secrets."""
        return re.sub(
            r"\$\{([A-Za-z0-9]+)\}|\"Ref\": \"([A-Za-z0-9]+)\"",
            lambda match: self.known(match[1] or match[2]),
            json.dumps(self.functions[function]),
        )

    def update(self, given, capabilities, previous_template):
        if self.status.endswith("_IN_PROGRESS"):
            raise Refused(f"Stack is in {self.status} state and can not be updated.")
        if not previous_template:
            raise Refused("Either Template URL or Template Body must be specified.")
        if not {"CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"} <= set(capabilities):
            raise Refused("Requires capabilities : [CAPABILITY_IAM, CAPABILITY_AUTO_EXPAND]")
        unknown = set(given) - set(self.rules)
        missing = set(self.rules) - set(given)
        if unknown or missing:
            raise Refused(f"Parameters: {sorted(unknown)} do not exist in the template, {sorted(missing)} must have values")
        changed = {key: value for key, value in given.items() if value is not None and value != self.parameters[key]}
        for key, value in changed.items():
            self.check(key, value)
        if not changed:
            raise Refused("No updates are to be performed.")
        self.updates += 1
        before = {function: self.text(function) for function in self.functions}
        self.status = "UPDATE_IN_PROGRESS"
        kept = dict(self.parameters)
        self.parameters.update(changed)
        changes = [function for function in self.functions if self.text(function) != before[function]]
        self.queue = [(function, self.environment(function)) for function in changes]
        if self.fails:
            self.queue, self.parameters = [], kept

    def check(self, key, value):
        rule = self.rules[key]
        allowed = rule.get("AllowedValues")
        if (
            (allowed and value not in [str(each) for each in allowed])
            or len(value) > int(rule.get("MaxLength", 4096))
            or not re.fullmatch(rule.get("AllowedPattern", "(?s).*"), value)
        ):
            raise Refused(f"Parameter {key} failed to satisfy constraint")

    def pass_time(self):
        """Updates two more functions at each request for the stack's description."""
        if self.status == "UPDATE_IN_PROGRESS":
            for _ in range(2):
                if self.queue:
                    function, environment = self.queue.pop(0)
                    self.live[function] = environment
                    self.note()
            if not self.queue:
                self.status = "UPDATE_ROLLBACK_COMPLETE" if self.fails else "UPDATE_COMPLETE"


def start(stack):
    """Serves the stack on a free port until the server is shut down."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            url = urllib.parse.urlparse(self.path)
            match = re.fullmatch(r"/2015-03-31/functions/(.+)/configuration", url.path)
            qualifier = urllib.parse.parse_qs(url.query).get("Qualifier")
            function = self.function(match)
            concurrency = self.function(re.fullmatch(r"/2019-09-30/functions/(.+)/concurrency", url.path))
            if concurrency in stack.live:
                limit = stack.limits.get(concurrency)
                self.answer(200, "application/json", json.dumps({} if limit is None else {"ReservedConcurrentExecutions": limit}))
                return
            # Callers reach the alias only, so only requests for the alias get an answer.
            if function not in stack.live or qualifier != ["live"]:
                self.answer(404, "application/json", json.dumps({"Message": "Function not found"}))
                return
            body = {"FunctionName": function, "Environment": {"Variables": stack.live[function]}}
            self.answer(200, "application/json", json.dumps(body))

        def function(self, match):
            names = {physical: logical for logical, physical in stack.resources.items()}
            return names.get(urllib.parse.unquote(match[1])) if match else None

        def do_PUT(self):
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            self.limit(200, body["ReservedConcurrentExecutions"], json.dumps(body))

        def do_DELETE(self):
            self.limit(204, None, "")

        def limit(self, status, limit, text):
            function = self.function(re.fullmatch(r"/2017-10-31/functions/(.+)/concurrency", self.path))
            if function not in stack.live:
                status, text = 404, json.dumps({"Message": "Function not found"})
            else:
                stack.limit(function, limit)
            self.answer(status, "application/json", text)

        def do_POST(self):
            length = int(self.headers["Content-Length"])
            form = dict(urllib.parse.parse_qsl(self.rfile.read(length).decode(), keep_blank_values=True))
            action = form["Action"]
            try:
                if form.get("StackName") != stack.name:
                    raise Refused(f"Stack with id {form.get('StackName')} does not exist")
                self.answer(200, "text/xml", getattr(self, action)(form))
            except Refused as refused:
                self.answer(
                    400,
                    "text/xml",
                    f'<ErrorResponse xmlns="{XMLNS}"><Error><Type>Sender</Type><Code>ValidationError</Code>'
                    f"<Message>{escape(str(refused))}</Message></Error></ErrorResponse>",
                )

        def DescribeStacks(self, form):
            stack.pass_time()
            parameters = members({"ParameterKey": key, "ParameterValue": value} for key, value in stack.parameters.items())
            outputs = members({"OutputKey": key, "OutputValue": value} for key, value in stack.outputs.items())
            return result(
                "DescribeStacks",
                f"<Stacks><member><StackName>{stack.name}</StackName><CreationTime>2026-01-01T00:00:00Z</CreationTime>"
                f"<StackStatus>{stack.status}</StackStatus><Parameters>{parameters}</Parameters>"
                f"<Outputs>{outputs}</Outputs></member></Stacks>",
            )

        def ListStackResources(self, form):
            found = members(
                {"LogicalResourceId": logical, "PhysicalResourceId": physical, "ResourceStatus": "CREATE_COMPLETE"}
                for logical, physical in stack.resources.items()
            )
            return result("ListStackResources", f"<StackResourceSummaries>{found}</StackResourceSummaries>")

        def UpdateStack(self, form):
            given, number = {}, 1
            while f"Parameters.member.{number}.ParameterKey" in form:
                start = f"Parameters.member.{number}."
                previous = form.get(start + "UsePreviousValue") == "true"
                given[form[start + "ParameterKey"]] = None if previous else form[start + "ParameterValue"]
                number += 1
            capabilities = [value for key, value in form.items() if key.startswith("Capabilities.member.")]
            stack.update(given, capabilities, form.get("UsePreviousTemplate") == "true")
            return result("UpdateStack", f"<StackId>{stack.name}</StackId>")

        def answer(self, status, kind, text):
            body = text.encode()
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


def members(dictionaries):
    return "".join(
        "<member>" + "".join(f"<{key}>{escape(value)}</{key}>" for key, value in each.items()) + "</member>"
        for each in dictionaries
    )


def result(action, inner):
    return f'<{action}Response xmlns="{XMLNS}"><{action}Result>{inner}</{action}Result></{action}Response>'
