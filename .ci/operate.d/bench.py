"""The environment for the tests of scripts/operate: the local stack's DynamoDB and S3, moto for Secrets Manager, SQS, STS and a
versioned bucket, and the stand-in for CloudFormation. The script runs as for an operator, with the real AWS CLI. Most tests use
a CLI whose modules are already loaded."""

import contextlib
import json
import os
import pathlib
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import time

import boto3
from local_stack import answers
from samtranslator.yaml_helper import yaml_parse

ROOT = pathlib.Path(__file__).resolve().parents[2]
FOLDER = pathlib.Path(__file__).resolve().parent
OPERATE = str(ROOT / "scripts/operate")
TEMPLATE = ROOT / "template.yaml"
PORTS = {"API_PORT": 3300, "APIDOT_PORT": 3301, "DYNAMODB_PORT": 8300, "S3_PORT": 9300}
MOTO_PORT = 9301
KEYS = {"AWS_ACCESS_KEY_ID": "local", "AWS_SECRET_ACCESS_KEY": "local", "AWS_DEFAULT_REGION": "us-east-1"}
# The variable with the folder of the command `aws` that warm_aws.py serves.
WARM = "OPERATE_WARM_AWS"
MOTO = f"http://127.0.0.1:{MOTO_PORT}"

# A wrapper around the real AWS CLI: records each call, and lets a test crash or fail one of them.
AWS = """#!/bin/bash
printf '%s %s\\n' "$AWS_ACCESS_KEY_ID" "${*//$'\\n'/ }" >>"$BENCH/calls"
# Version 1 of the CLI uses an old host name for SQS, unless the command line has an endpoint.
[ "$1" != sqs ] || set -- "$@" --endpoint-url "$AWS_ENDPOINT_URL_SQS"
real() { PATH=${PATH#*:} command aws "$@"; }
if [ -n "${TROUBLE:-}" ]; then
  read -r kind call <<<"$TROUBLE"
  if [[ "$*" == "$call"* ]]; then
    case $kind in
      crash_before) kill -KILL 0 ;;
      crash_after) real "$@" >/dev/null; kill -KILL 0 ;;
      fail) echo "An error occurred (ServiceUnavailable)" >&2; exit 254 ;;
      conflict)
        [ -e "$BENCH/done" ] || {
          touch "$BENCH/done"
          echo "An error occurred (TransactionCanceledException): specific reasons [None, TransactionConflict]" >&2
          exit 254
        } ;;
      meanwhile) [ -e "$BENCH/done" ] || { touch "$BENCH/done"; bash -c "$MEANWHILE" >/dev/null || exit 99; } ;;
    esac
  fi
fi
real "$@"
"""

# A sleep that takes no time, and runs a command of the test instead.
SLEEP = """#!/bin/bash
printf 'sleep %s\\n' "$1" >>"$BENCH/calls"
[ -z "${WHILE_ASLEEP:-}" ] || bash -c "$WHILE_ASLEEP" sleep "$1" >/dev/null
"""


class Servers:
    """The servers, started once for all tests."""

    def __init__(self):
        self.started = []
        self.log = tempfile.NamedTemporaryFile("w+", suffix=".log")
        self.warm = tempfile.TemporaryDirectory(prefix="operate-")

    def start(self):
        environment = {key: value for key, value in os.environ.items() if not key.startswith(("AWS_", "APIDOT_"))}
        ports = {key: str(value) for key, value in PORTS.items()}
        if not answers(f"http://127.0.0.1:{PORTS['API_PORT']}/health"):
            self.run(["mvn", "-B", "-ntp", "-q", "-Plocal"], environment | ports)
        moto = str(pathlib.Path(sys.executable).parent / "moto_server")
        if not answers(f"{MOTO}/moto-api/"):
            self.run([moto, "-p", str(MOTO_PORT)], environment)
        if WARM not in os.environ:
            os.environ[WARM] = self.warm.name
            self.run([sys.executable, str(FOLDER / "warm_aws.py"), self.warm.name], environment)
        self.await_what("warm AWS CLI", lambda: os.access(f"{os.environ[WARM]}/aws", os.X_OK), 60)
        self.await_url(f"{MOTO}/moto-api/", 60)
        # It compiles first, beside other builds.
        self.await_url(f"http://127.0.0.1:{PORTS['API_PORT']}/health", 900)

    def run(self, command, environment):
        self.started.append(
            subprocess.Popen(
                command, cwd=ROOT, env=environment, stdin=subprocess.DEVNULL, stdout=self.log, stderr=self.log, start_new_session=True
            )
        )

    def await_url(self, url, seconds):
        self.await_what(f"answer from {url}", lambda: answers(url), seconds)

    def await_what(self, what, is_there, seconds):
        end = time.monotonic() + seconds
        while not is_there():
            if time.monotonic() > end or any(process.poll() is not None for process in self.started):
                self.log.flush()
                raise RuntimeError(f"no {what}:\n{pathlib.Path(self.log.name).read_text()[-3000:]}")
            time.sleep(0.5)

    def stop(self):
        for process in self.started:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGTERM)
        for process in self.started:
            process.wait(60)
        self.warm.cleanup()


def client(service, endpoint):
    return boto3.client(
        service,
        endpoint_url=endpoint,
        region_name=KEYS["AWS_DEFAULT_REGION"],
        aws_access_key_id=KEYS["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=KEYS["AWS_SECRET_ACCESS_KEY"],
    )


def dynamodb():
    return client("dynamodb", f"http://127.0.0.1:{PORTS['DYNAMODB_PORT']}")


def s3():
    return client("s3", f"http://127.0.0.1:{PORTS['S3_PORT']}")


def create_table(name):
    """Creates a table as in template.yaml, without the stream, so that no worker changes it."""
    properties = yaml_parse(TEMPLATE.read_text(encoding="utf-8"))["Resources"]["TasksTable"]["Properties"]
    wanted = ("BillingMode", "AttributeDefinitions", "KeySchema", "GlobalSecondaryIndexes")
    tables = dynamodb()
    if name in tables.list_tables()["TableNames"]:
        tables.delete_table(TableName=name)
    tables.create_table(TableName=name, **{key: properties[key] for key in wanted})


def stand_in_at(server):
    url = f"http://127.0.0.1:{server.server_port}"
    return {"AWS_ENDPOINT_URL_CLOUDFORMATION": url, "AWS_ENDPOINT_URL_LAMBDA": url}


class Operator:
    """Runs scripts/operate in its own environment."""

    def __init__(self, warm=True, **environment):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="operate-"))
        for name, text in (("aws", AWS), ("sleep", SLEEP)):
            (self.folder / "bin").mkdir(exist_ok=True)
            path = self.folder / "bin" / name
            path.write_text(text)
            path.chmod(path.stat().st_mode | stat.S_IXUSR)
        tools = f"{os.environ[WARM]}:" if warm else ""
        tools += str(pathlib.Path(sys.executable).parent)
        inherited = {key: value for key, value in os.environ.items() if not key.startswith("AWS_")}
        local = f"http://127.0.0.1:{PORTS['DYNAMODB_PORT']}", f"http://127.0.0.1:{PORTS['S3_PORT']}"
        self.environment = inherited | KEYS | {
            "PATH": f"{self.folder}/bin:{tools}:{os.environ['PATH']}",
            "BENCH": str(self.folder),
            "AWS_ENDPOINT_URL_DYNAMODB": local[0],
            "AWS_ENDPOINT_URL_S3": local[1],
            "AWS_ENDPOINT_URL_SECRETS_MANAGER": MOTO,
            "AWS_ENDPOINT_URL_SQS": MOTO,
            "AWS_ENDPOINT_URL_STS": MOTO,
            # Nothing listens here. A test with a stack replaces the address.
            "AWS_ENDPOINT_URL_CLOUDFORMATION": "http://127.0.0.1:1",
            "AWS_ENDPOINT_URL_LAMBDA": "http://127.0.0.1:1",
            "AWS_EC2_METADATA_DISABLED": "true",
        } | environment

    def run(self, *words, given="", **environment):
        (self.folder / "calls").write_text("")
        (self.folder / "done").unlink(missing_ok=True)
        process = subprocess.Popen(
            [OPERATE, *words],
            env=self.environment | environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        out, error = process.communicate(given, timeout=600)
        return Outcome(process.returncode, out, error, (self.folder / "calls").read_text().splitlines())

    def close(self):
        shutil.rmtree(self.folder, ignore_errors=True)


class Outcome:
    def __init__(self, code, out, error, calls):
        self.code, self.out, self.error, self.calls = code, out, error, calls

    def __repr__(self):
        return f"exit {self.code}\n--- out\n{self.out}--- error\n{self.error}--- calls\n" + "\n".join(self.calls)

    def called(self, words):
        return sum(words in call for call in self.calls)


def rules():
    return json.loads((ROOT / "scripts/operate.d/writes.json").read_text())
