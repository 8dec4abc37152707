"""Runs the commands of docs/sam-local.md one by one, and checks what each of them did.

The real SAM CLI runs the functions' zips in containers, with a stand-in for AWS's image. DynamoDB, S3 and the simulated APIDot
come from the local stack. A command of the page without a check here fails, and so does a check whose command is not on the page.

usage: JDK_25=HOME pytest .ci/test_sam_local.py, with sam and aws on the PATH
"""

import hashlib
import json
import os
import re
import shlex
import subprocess
import time
import urllib.parse

import boto3
import local_stack
import requests
from local_stack import ROOT

TASK = "task-gGSDhVt4LoRIfl4IxdGXkPEO"
EDIT = "task-b8f9HatgohaA72esyt6k5j5J"
KEY = f"images/YWxpY2U/{TASK}/0.png"
PREVIEW = f"previews/{KEY}.jpg"
SIMULATOR = "http://localhost:3001"
API = "http://localhost:3000"
ALICE = {"Authorization": "Bearer alice"}
# The image is already here, so no registry is needed. A pager would wait for input. Each `sam local` asks STS for the account's
# number; a refused connection is the fastest answer.
SETTINGS = {
    "SAM_SKIP_PULL_IMAGE": "1", "SAM_CLI_TELEMETRY": "0", "AWS_PAGER": "", "AWS_ENDPOINT_URL_STS": "http://localhost:9",
    "AWS_MAX_ATTEMPTS": "1",
}  # fmt: skip


class Page:
    """The page's commands in order, as a reader pastes them."""

    def __init__(self):
        text = (ROOT / "docs" / "sam-local.md").read_text(encoding="utf-8")
        lines = [line for block in re.findall(r"^```sh\n(.*?)^```$", text, re.M | re.S) for line in block.splitlines()]
        self.settings = [line for line in lines if line.startswith(("export ", "unset "))]
        self.commands = [line for line in lines if line not in self.settings]

    def take(self, start):
        """Returns the page's next command as a script, and checks how it starts."""
        command = self.commands.pop(0) if self.commands else "no further command"
        assert command.startswith(start), "the page has another command than this check expects"
        return "\n".join([*self.settings, command])

    def run(self, start, **replaced):
        """Runs the next command to its end and returns its output, with texts in place of words such as TASK_ID."""
        script = self.take(start)
        for word, text in replaced.items():
            script = script.replace(word, text)
        return self.output(start, script)

    def output(self, start, script):
        """Runs a script to its end and returns its output."""
        begin = time.monotonic()
        done = subprocess.run(
            ["bash", "-ec", script], cwd=ROOT, env=local_stack.environment(**SETTINGS), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True,
            timeout=900,
        )  # fmt: skip
        print(f"{time.monotonic() - begin:5.1f} s  {start}", done.stdout, sep="\n")
        assert done.returncode == 0, start
        return done.stdout

    def server(self, start, url, **settings):
        """Runs the next command until the block ends."""
        return local_stack.running(url, self.take(start), **SETTINGS, **settings)

    def invoke(self, function, event):
        start = f"sam local invoke {function} -e events/{event}.json --parameter-overrides Architecture=$ARCHITECTURE"
        script = self.take(start)
        # A function that starts on a slow machine may time out, so it gets three chances, as a caller gives it.
        for _ in range(3):
            output = self.output(start, script)
            if output.strip():
                return json.loads(output.strip().splitlines()[-1])
        raise AssertionError("no answer, which is how SAM says that a function failed or timed out")

    def told(self, function, event, status=200):
        """Returns the body of an answer for API Gateway."""
        answer = self.invoke(function, event)
        assert answer["statusCode"] == status
        return json.loads(answer["body"])

    def data(self, function, event):
        return self.told(function, event)["data"]


def until(found, seconds=60):
    """Repeats a look until it finds something, as a person looks again."""
    end = time.monotonic() + seconds
    while not (answer := found()):
        assert time.monotonic() < end, f"not within {seconds} s"
        time.sleep(0.5)
    return answer


# ---- Records and objects ---------------------------------------------------------------------------------------------


def client(service, port):
    keys = {"aws_access_key_id": "local", "aws_secret_access_key": "local"}
    return boto3.client(service, endpoint_url=f"http://localhost:{port}", region_name="us-east-1", **keys)


def item(task):
    """Returns a task's record with numbers as text, as DynamoDB returns them; empty if there is none."""
    found = client("dynamodb", 8000).get_item(TableName="darkroom-tasks", Key={"task_id": {"S": task}}, ConsistentRead=True)
    return {name: text for name, value in found.get("Item", {}).items() for text in value.values()}


def objects():
    s3 = client("s3", 9000)
    found = s3.list_objects_v2(Bucket="darkroom-images").get("Contents", [])
    return {each["Key"]: s3.get_object(Bucket="darkroom-images", Key=each["Key"])["Body"].read() for each in found}


def simulator(path):
    answer = requests.get(SIMULATOR + path, timeout=60)
    answer.raise_for_status()
    return answer.json()


def draw_png():
    shapes = {"status": "output", "webhook": "wrapped", "picture": "png"}
    requests.put(f"{SIMULATOR}/control/shapes", json=shapes, timeout=60).raise_for_status()


def check_picture(file, task):
    """Downloads the picture of a status answer, as `curl --connect-to host.docker.internal:9000:localhost:9000` does."""
    (recorded,) = json.loads(item(task)["files"])
    assert (file["sha256"], file["bytes"]) == (recorded["sha256"], recorded["bytes"])
    url = urllib.parse.urlsplit(file["file_url"])
    assert url.netloc == "host.docker.internal:9000"
    # The signature covers the host name.
    answer = requests.get(f"http://localhost:9000{url.path}?{url.query}", headers={"Host": url.netloc}, timeout=60)
    picture = answer.content
    assert answer.status_code == 200
    assert (picture[:8], picture[-8:-4]) == (b"\x89PNG\r\n\x1a\n", b"IEND")
    assert (hashlib.sha256(picture).hexdigest(), len(picture)) == (recorded["sha256"], recorded["bytes"])


def callbacks():
    return [(each["id"], each["signature"]) for each in simulator("/receiver/alice")["callbacks"]]


# ---- The page --------------------------------------------------------------------------------------------------------


def one_function_at_a_time(page):
    html = page.invoke("PageFunction", "page")
    assert (html["statusCode"], html["body"][:15]) == (200, "<!doctype html>")
    assert item(TASK) == {}
    assert page.data("TasksFunction", "quote") == {"credits": 24, "usd": "0.12", "resolution": "2K"}
    assert item(TASK) == {}
    upload = page.data("TasksFunction", "upload")
    assert upload["image_url"] == "darkroom://uploads/" + upload["upload_id"]
    assert page.data("TasksFunction", "upload-delete")["status"] == "deleted"

    first = page.data("SubmitFunction", "submit")
    assert (first["task_id"], first["status"], first["credits"]) == (TASK, "not_started", 24)
    record = item(TASK)
    assert (record["state"], record["user_id"]) == ("accepted", "alice")
    assert [each["task_id"] for each in simulator("/control/tasks?prompt=lighthouse")] == [record["upstream_task_id"]]
    assert page.data("SubmitFunction", "submit") == first
    assert item(TASK) == record
    assert simulator("/control/stats")["submits_arrived"] == 1

    assert page.data("TasksFunction", "status")["status"] == "not_started"
    listed = page.data("TasksFunction", "list")["tasks"]
    assert [(each["task_id"], each["status"]) for each in listed] == [(TASK, "not_started")]

    assert page.told("CallbackFunction", "callback-forged", 404)["error"]["type"] == "not_found"
    assert item(TASK) == record
    # On a slow machine the function may repeat its write, which then says that the news is known already.
    assert page.told("CallbackFunction", "callback") in ({"ok": True}, {"ok": True, "duplicate": True})
    woken = item(TASK)
    assert (woken["state"], "report" in woken) == ("due", True)

    until(lambda: simulator("/control/stats")["credits_charged"] == 24)
    assert objects() == {}
    assert page.invoke("SettleFunction", "settle") == {"batchItemFailures": []}
    settled = item(TASK)
    assert (settled["state"], settled["callback_status"]) == ("finished", "due")
    assert json.loads(settled["files"])[0]["key"] == KEY
    assert [*objects()] == [KEY]

    assert callbacks() == []
    assert page.invoke("NotifyFunction", "notify") == {"batchItemFailures": []}
    assert item(TASK)["callback_status"] == "delivered"
    assert callbacks() == [(TASK, "valid")]

    assert page.invoke("PreviewFunction", "preview") == {"previews": ["stored"]}
    assert sorted(objects()) == sorted([KEY, PREVIEW])
    assert objects()[PREVIEW][:3] == b"\xff\xd8\xff"

    finished = page.data("TasksFunction", "status")
    assert (finished["status"], finished["callback"]["status"]) == ("finished", "delivered")
    check_picture(finished["files"][0], TASK)

    assert page.data("TasksFunction", "send-callback")["callback"]["status"] == "pending"
    assert page.invoke("NotifyFunction", "notify") == {"batchItemFailures": []}
    assert item(TASK)["callback_status"] == "delivered"
    assert callbacks() == [(TASK, "valid")] * 2

    assert page.data("SubmitFunction", "submit-edit")["task_id"] == EDIT
    assert item(EDIT)["state"] == "accepted"
    until(lambda: int(item(EDIT)["due_at"]) < time.time() * 1000)
    swept = page.invoke("SweepFunction", "sweep")
    assert (swept["woken"], swept["complete"]) == (1, True)
    assert (item(EDIT)["state"], item(TASK)["state"]) == ("due", "finished")

    names = [each["task_id"]["S"] for each in json.loads(page.run("aws dynamodb scan"))["Items"]]
    # The upload was counted in an item for the user and the day.
    assert sorted(name for name in names if not name.startswith("budget#")) == sorted([EDIT, TASK])
    assert [line.split()[-1] for line in page.run("aws s3 ls").splitlines()] == [KEY, PREVIEW]
    assert json.loads(page.run(f"curl -s {SIMULATOR}/receiver/alice"))["received"] == 2

    assert page.data("TasksFunction", "delete")["status"] == "deleted"
    assert page.told("TasksFunction", "status", 404)["error"]["type"] == "not_found"
    assert page.invoke("SettleFunction", "settle") == {"batchItemFailures": []}
    assert item(TASK)["state"] == "deleting"
    assert objects() == {}


def both_http_apis(page):
    request = {"model": "gpt-image-2", "input": {"prompt": "A silver espresso machine on white"}}

    def ask(path, method="GET", body=None, **headers):
        answer = requests.request(method, API + path, json=body, headers=headers, timeout=60)
        return answer.status_code, answer.json()

    status, refused = ask("/api/generate/submit", "POST", request)
    assert (status, refused["error"]["type"]) == (401, "authentication_error")
    assert simulator("/control/stats")["submits_arrived"] == 0

    submitted = json.loads(page.run(f"curl -s {API}/api/generate/submit"))
    assert (submitted["code"], submitted["data"]["status"]) == (200, "not_started")
    task = submitted["data"]["task_id"]
    assert item(task)["user_id"] == "alice"
    first = json.loads(page.run(f"curl -s {API}/api/generate/status/TASK_ID", TASK_ID=shlex.quote(task)))
    assert (first["code"], first["data"]["task_id"]) == (200, task)

    def finished():
        _, found = ask(f"/api/generate/status/{task}", **ALICE)
        return found["data"] if found["data"]["status"] == "finished" else None

    # No sweep runs in this stack, so the webhook through start-api must have woken the settlement.
    check_picture(until(finished, 120)["files"][0], task)
    # The function answers the simulator after it has woken the settlement, so the task can finish first.
    until(lambda: simulator("/control/stats")["webhooks_taken"] == 1)

    stranger = ask(f"/api/generate/status/{task}", Authorization="Bearer mallory")
    assert stranger[0] == 404
    assert stranger == ask(f"/api/generate/status/{'task-' + 'x' * 24}", **ALICE)
    assert ask(f"/api/generate/status/{task}")[0] == 401
    assert ask(f"/callbacks/apidot/{task}/forged", "POST", {})[0] == 404
    _, listed = ask("/api/generate/tasks", **ALICE)
    assert [(each["task_id"], each["status"]) for each in listed["data"]["tasks"]] == [(task, "finished")]
    status, quote = ask("/api/generate/quote", "POST", request, **ALICE)
    assert (status, quote["data"]["credits"]) == (200, 1)


def test_each_command_of_the_page_does_what_the_page_says():
    page = Page()
    page.run("sam validate --lint")
    page.run("mvn package -DskipTests")
    for command in (["scripts/docker-engine"], ["scripts/sam-local-image", os.environ["JDK_25"]]):
        subprocess.run(command, cwd=ROOT, stdin=subprocess.DEVNULL, check=True)
    with page.server("BIND_ADDRESS=0.0.0.0 RUN_FUNCTIONS=false", f"{SIMULATOR}/control/stats"):
        draw_png()
        one_function_at_a_time(page)
    with page.server("BIND_ADDRESS=0.0.0.0 API_PORT=3100", "http://localhost:3100/health", SWEEP_SECONDS="86400"):
        draw_png()
        with page.server("sam local start-api", API):
            both_http_apis(page)
    assert page.commands == []
