"""Runs scripts/operate as for an operator, with the real AWS CLI. conftest.py starts the servers whose addresses are used here."""

import dataclasses
import functools
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

import boto3

ROOT = pathlib.Path(__file__).resolve().parents[2]
KEYS = {"AWS_ACCESS_KEY_ID": "local", "AWS_SECRET_ACCESS_KEY": "local", "AWS_DEFAULT_REGION": "us-east-1"}
# Calls the real AWS CLI from a test's command, without the wrapper below.
REAL_AWS = "PATH=${PATH#*:} aws"

# A wrapper around the real AWS CLI: records each call, and lets a test crash or fail one of them.
AWS = f"""#!/bin/bash
printf '%s %s\\n' "$AWS_ACCESS_KEY_ID" "${{*//$'\\n'/ }}" >>"$BENCH/calls"
# Version 1 of the CLI uses an old host name for SQS, unless the command line has an endpoint.
[ "$1" != sqs ] || set -- "$@" --endpoint-url "$AWS_ENDPOINT_URL_SQS"
real() {{ {REAL_AWS} "$@"; }}
if [ -n "${{TROUBLE:-}}" ]; then
  read -r kind call <<<"$TROUBLE"
  if [[ "$*" == "$call"* ]]; then
    case $kind in
      crash_before) kill -KILL 0 ;;
      crash_after) real "$@" >/dev/null; kill -KILL 0 ;;
      fail) echo "An error occurred (ServiceUnavailable)" >&2; exit 254 ;;
      conflict)
        [ -e "$BENCH/done" ] || {{
          touch "$BENCH/done"
          echo "An error occurred (TransactionCanceledException): specific reasons [None, TransactionConflict]" >&2
          exit 254
        }} ;;
      meanwhile) [ -e "$BENCH/done" ] || {{ touch "$BENCH/done"; bash -c "$MEANWHILE" >/dev/null || exit 99; }} ;;
    esac
  fi
fi
real "$@"
"""

# What the bash of macOS, 3.2, does not have.
OLD_BASH = "enable -n mapfile readarray\n"

# A sleep that takes no time, and runs a command of the test instead.
SLEEP = """#!/bin/bash
printf 'sleep %s\\n' "$1" >>"$BENCH/calls"
[ -z "${WHILE_ASLEEP:-}" ] || bash -c "$WHILE_ASLEEP" sleep "$1" >/dev/null
"""


@functools.cache
def template():
    from samtranslator.yaml_helper import yaml_parse

    return yaml_parse((ROOT / "template.yaml").read_text(encoding="utf-8"))


def address(server):
    """Returns the address of MOTO, or of API_PORT and the other ports of the local stack."""
    return os.environ[f"OPERATE_{server}"]


def client(service, server="MOTO"):
    return boto3.client(
        service,
        endpoint_url=address(server),
        region_name=KEYS["AWS_DEFAULT_REGION"],
        aws_access_key_id=KEYS["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=KEYS["AWS_SECRET_ACCESS_KEY"],
    )


def create_table(tables, name):
    """Creates a table as in template.yaml, without the stream, so that no worker changes it."""
    wanted = ("BillingMode", "AttributeDefinitions", "KeySchema", "GlobalSecondaryIndexes")
    properties = template()["Resources"]["TasksTable"]["Properties"]
    if name in tables.list_tables()["TableNames"]:
        tables.delete_table(TableName=name)
    tables.create_table(TableName=name, **{key: properties[key] for key in wanted})


@dataclasses.dataclass
class Outcome:
    code: int
    out: str
    error: str
    calls: list

    def called(self, words):
        return sum(words in call for call in self.calls)


class Operator:
    """Runs scripts/operate in its own environment."""

    def __init__(self, warm=True, **environment):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="operate-"))
        for name, text in (("aws", AWS), ("sleep", SLEEP)):
            path = self.folder / "bin" / name
            path.parent.mkdir(exist_ok=True)
            path.write_text(text)
            path.chmod(0o755)
        (self.folder / "old.bash").write_text(OLD_BASH)
        tools = [f"{self.folder}/bin", *([address("WARM_AWS")] if warm else []), str(pathlib.Path(sys.executable).parent)]
        inherited = {key: value for key, value in os.environ.items() if not key.startswith("AWS_")}
        moto = {f"AWS_ENDPOINT_URL_{service}": address("MOTO") for service in ("SECRETS_MANAGER", "SQS", "STS")}
        # Nothing listens here. A test with a stack replaces the address.
        nowhere = {f"AWS_ENDPOINT_URL_{service}": "http://127.0.0.1:1" for service in ("CLOUDFORMATION", "LAMBDA")}
        self.environment = inherited | KEYS | moto | nowhere | {
            "PATH": ":".join([*tools, os.environ["PATH"]]),
            "BENCH": str(self.folder),
            "BASH_ENV": f"{self.folder}/old.bash",
            "AWS_ENDPOINT_URL_DYNAMODB": address("DYNAMODB_PORT"),
            "AWS_ENDPOINT_URL_S3": address("S3_PORT"),
            "AWS_EC2_METADATA_DISABLED": "true",
        } | environment  # fmt: skip

    def run(self, *words, given="", **environment):
        calls = self.folder / "calls"
        calls.write_text("")
        (self.folder / "done").unlink(missing_ok=True)
        # A session of its own, because a crash kills the whole process group.
        done = subprocess.run(
            [ROOT / "scripts/operate", *words], env=self.environment | environment, input=given, capture_output=True, text=True,
            start_new_session=True, timeout=600,
        )  # fmt: skip
        return Outcome(done.returncode, done.stdout, done.stderr, calls.read_text().splitlines())

    def run_well(self, *words, **more):
        outcome = self.run(*words, **more)
        assert outcome.code == 0, outcome
        return outcome

    def refuses(self, *words):
        """Checks that wrong arguments are told, before any call of AWS."""
        outcome = self.run(*words)
        assert (outcome.code, outcome.calls) == (2, []), outcome
        return outcome.error

    def close(self):
        shutil.rmtree(self.folder, ignore_errors=True)


def rules():
    return json.loads((ROOT / "scripts/operate.d/writes.json").read_text())
