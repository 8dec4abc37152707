"""Tests of the commands that show and settle tasks, send callbacks again, and redrive dead letters."""

import json
import os
import re
import time

import pytest
import requests

import bench
from items import (
    DELIVERED, EARLIER, ENDED, FINISHED, LATER, NOW, OPEN, SECRETS, SETTLING, TASK, Table, item, of_task, shard, since_the_start, typed, without,
)  # fmt: skip

TABLE = f"operate-tasks-{os.getpid()}"
OTHER = "task-aaaaaaaaaaaaaaaa"
AGAIN = {
    "delivered": DELIVERED,
    "given up": item(state="failed", callback_status="failed", **ENDED),
    "waiting": item(state="finished", callback_status="waiting", due_at=LATER, callback_url="https://client.example/"),
}
CALLBACK_WAITS = item(state="failed", callback_status="waiting", due_at=EARLIER)
CALLBACK_DUE = item(state="finished", callback_status="due", due_at=LATER, **ENDED)
SENDING = item(state="failed", callback_status="sending", due_at=EARLIER, lease_until=LATER, **ENDED)
EXPIRED = item(state="finished", callback_status="delivered", **ENDED | {"expires_at": 1700000000})
BROKEN = without("due_shard", item(state="accepted"))


@pytest.fixture
def table():
    return Table(TABLE)


@pytest.fixture
def operator(new_operator):
    return new_operator(TASKS_TABLE=TABLE)


def is_woken(before, after, **changed):
    """Checks the result of the rules' own write, OperatorsWrites.wake, and of the command's other changes."""
    assert since_the_start(after["due_at"] - 600_000)
    expected = before | {"due_at": after["due_at"], "due_shard": shard(before["task_id"]), "version": before["version"] + 1}
    expected = without("claim_id", without("lease_until", expected))
    if before["state"] in ("finished", "failed"):
        expected |= {"callback_status": "due"}
    else:
        assert since_the_start(after["updated_at"])
        expected |= {"state": "due", "updated_at": after["updated_at"]}
    assert after == expected | changed


# ---- Looking ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("says", "stored"),
    {
        "Waits for APIDot's answer or webhook": OPEN["submitting"],
        "Waits for APIDot's webhook.": OPEN["accepted"],
        "Overdue since": OPEN["accepted, overdue"],
        "Waits for SettleFunction": OPEN["due"],
        "A worker holds it. Its lease ends at": SETTLING,
        "No work is left. The record expires at": FINISHED,
        "The callback has been overdue since": CALLBACK_WAITS,
        "the callback was delivered": AGAIN["delivered"],
        "the callback could not be delivered": AGAIN["given up"],
        "NotifyFunction tries the callback again at": AGAIN["waiting"],
        "NotifyFunction sends": CALLBACK_DUE,
        "NotifyFunction is sending": SENDING,
        "Past its retention": EXPIRED,
        "No worker will look at it": BROKEN,
    }.items(),
)
def test_a_task_says_how_it_stands_and_nothing_that_is_secret(table, operator, says, stored):
    table.put(SECRETS | stored)
    told = operator.run_well("task", TASK)
    assert says in told.out and stored["state"] in told.out
    assert "secret" not in told.out and told.error == ""
    assert table.get() == SECRETS | stored


def test_only_raw_shows_everything(table, operator):
    table.put(SECRETS | OPEN["due"])
    assert json.loads(operator.run_well("task", TASK, "--raw").out) == SECRETS | OPEN["due"]


def test_a_task_is_found_by_its_upstream_task(table, operator):
    table.put(OPEN["accepted"], of_task(OTHER, OPEN["due"], upstream_task_id="up-2"))
    told = operator.run_well("task", "--upstream", "up-2").out
    assert OTHER in told and TASK not in told
    unknown = operator.run("task", "--upstream", "up-3")
    assert (unknown.code, unknown.out) == (1, "")


@pytest.mark.parametrize("command", ["task", "settle", "look", "send-callback"])
def test_an_unknown_task_and_a_bad_id_are_told_apart(table, operator, command):
    unknown = operator.run(command, TASK)
    assert (unknown.code, unknown.out) == (1, "")
    assert "is no task id" in operator.refuses(command, "task-x; drop")
    assert table.items() == {}


@pytest.mark.parametrize(
    "words",
    ["task --upstream", "task --upstream ", f"task --upstream up-1 {TASK}", "tasks", "tasks --user", "tasks --user ", "tasks --what",
     "look", f"look {TASK} {TASK}"],
)  # fmt: skip
def test_bad_words_change_nothing(operator, words):
    operator.refuses(*words.split(" "))


def test_lists_show_a_users_open_tasks_and_what_is_overdue(table, operator):
    name = lambda word: f"task-{word:a>16}"
    bob = "bob's \"ünï\""
    table.put(
        of_task(name("accepted"), OPEN["accepted"]),
        of_task(name("overdue"), OPEN["accepted, overdue"]),
        of_task(name("finished"), FINISHED),
        of_task(name("bobs"), OPEN["due, overdue"], user_id=bob),
    )
    for words, wanted in (
        (["--user", "alice"], ["accepted", "overdue"]),
        (["--user", "alice", "--all"], ["accepted", "overdue", "finished"]),
        (["--user", bob], ["bobs"]),
        (["--open"], ["accepted", "overdue", "bobs"]),
        (["--overdue"], ["overdue", "bobs"]),
    ):
        lines = operator.run_well("tasks", *words).out.splitlines()
        assert {line.split("\t")[0] for line in lines[1:]} == set(map(name, wanted)), words


# ---- Settling --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", OPEN)
def test_every_open_task_that_nobody_works_on_becomes_due_by_the_sweeps_own_rule(table, operator, name):
    table.put(OPEN[name])
    assert operator.run_well("settle", TASK).called("update-item") == 1
    is_woken(OPEN[name], table.get())


@pytest.mark.parametrize(
    ("command", "code", "says", "before"),
    [
        ("settle", 0, "held by a worker", SETTLING),
        ("settle", 1, "still being submitted", item(state="submitting", due_at=LATER, created_at=LATER)),
        ("settle", 0, "has ended: finished", FINISHED),
        ("settle", 0, "has ended: failed", item(state="failed", expires_at=LATER // 1000)),
        ("settle", 0, "has ended: failed", CALLBACK_WAITS),
        ("settle", 1, "edited by hand", BROKEN),
        ("look", 0, "has ended: finished", FINISHED),
        ("send-callback", 1, "has not ended", item(state="accepted", due_at=LATER, callback_url="https://client.example/")),
        ("send-callback", 1, "no callback URL", FINISHED),
        ("send-callback", 1, "past its retention", EXPIRED),
        ("send-callback", 0, "already due", CALLBACK_DUE),
        ("send-callback", 0, "being sent", SENDING),
    ],
)
def test_where_there_is_nothing_to_do_nothing_changes(table, operator, command, code, says, before):
    table.put(before)
    outcome = operator.run(command, TASK)
    assert (outcome.code, outcome.called("update-item")) == (code, 0), outcome
    assert says in outcome.out + outcome.error
    assert table.get() == before


def putting(stored):
    return f"{bench.REAL_AWS} dynamodb put-item --table-name {TABLE} --item '{json.dumps(typed(stored))}'"


def test_whoever_comes_between_wins(table, operator):
    table.put(OPEN["accepted"])
    outcome = operator.run_well("settle", TASK, TROUBLE="meanwhile dynamodb update-item", MEANWHILE=putting(FINISHED))
    assert "has ended: finished" in outcome.out
    assert table.get() == FINISHED


def test_look_waits_until_the_worker_is_done_and_says_what_came_of_it(table, operator):
    table.put(OPEN["accepted"])
    looked = item(state="accepted", due_at=LATER, upstream_task_id="up-1", attempts=1, **SECRETS)
    outcome = operator.run_well("look", TASK, WHILE_ASLEEP=putting(looked))
    assert outcome.called("update-item") == 1
    assert f"{TASK} is due." in outcome.out
    assert re.search("state: +accepted\n", outcome.out) and re.search("looks upstream: +1\n", outcome.out)
    assert "secret" not in outcome.out


def test_look_says_so_when_no_worker_comes(table, operator):
    table.put(OPEN["accepted"])
    outcome = operator.run("look", TASK)
    assert outcome.code == 1 and "no look at" in outcome.error
    assert table.get()["state"] == "due"


def test_after_a_crash_it_can_be_done_again(table, operator):
    table.put(OPEN["accepted"])
    assert operator.run("settle", TASK, TROUBLE="crash_after dynamodb update-item").code == -9
    is_woken(OPEN["accepted"], table.get())
    operator.run_well("settle", TASK)
    assert table.get()["state"] == "due"


def test_one_bad_task_does_not_hide_the_others(table, operator):
    table.put(OPEN["accepted"])
    outcome = operator.run("settle", OTHER, TASK)
    assert outcome.code == 1 and f"there is no task {OTHER}" in outcome.error
    is_woken(OPEN["accepted"], table.get())


def test_a_table_that_is_not_there_is_said(operator):
    outcome = operator.run("settle", TASK, TASKS_TABLE="no-such-table")
    assert (outcome.code, outcome.out) == (1, "")
    assert "cannot read the table no-such-table" in outcome.error


def test_what_settle_waits_for_is_longer_than_the_time_outs():
    time_out = lambda function: bench.template()["Resources"][function]["Properties"]["Timeout"] * 1000
    waits = re.search(r"^submit_millis=(\d+)$", (bench.ROOT / "scripts/operate.d/tasks.bash").read_text(), re.M)
    assert int(waits[1]) > time_out("SubmitFunction")
    assert bench.rules()["lease_millis"] > time_out("SettleFunction")


@pytest.mark.parametrize("name", AGAIN)
def test_a_concluded_or_waiting_callback_is_due_with_its_whole_schedule(table, operator, name):
    table.put(AGAIN[name])
    operator.run_well("send-callback", TASK)
    after = table.get()
    assert re.match(r"operator-\d", after["claim_id"])
    is_woken(AGAIN[name], after, callback_attempts=0, claim_id=after["claim_id"])
    operator.run_well("send-callback", TASK)
    assert table.get() == after


# ---- Dead letters ----------------------------------------------------------------------------------------------------


@pytest.fixture
def letters(operator):
    return Letters(operator)


class Letters:
    def __init__(self, operator):
        self.queues = bench.client("sqs")
        self.url = operator.environment["DEAD_RECORDS_URL"] = self.queues.create_queue(QueueName=f"dead-{time.time_ns()}")["QueueUrl"]

    def send(self, count):
        for number in range(count):
            function = "darkroom-SettleFunction-x" if number else "darkroom-NotifyFunction-x"
            body = {
                "requestContext": {"functionArn": f"arn:aws:lambda:us-east-1:1:function:{function}:live", "condition": "RetryAttemptsExhausted"},
                "DDBStreamBatchInfo": {"shardId": "shard-1", "startSequenceNumber": str(number), "batchSize": 2},
            }  # fmt: skip
            self.queues.send_message(QueueUrl=self.url, MessageBody=json.dumps(body))

    def count(self):
        names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
        found = self.queues.get_queue_attributes(QueueUrl=self.url, AttributeNames=names)["Attributes"]
        return sum(map(int, found.values()))


def some_of_everything():
    every = [*OPEN.values(), SETTLING, *AGAIN.values(), CALLBACK_DUE, SENDING, CALLBACK_WAITS]
    return [of_task(f"task-{i:016}", stored) for i, stored in enumerate(every)]


def waits(stored):
    overdue = stored.get("due_at", LATER) < NOW and stored.get("lease_until", EARLIER) < NOW
    return overdue or "due" in (stored["state"], stored.get("callback_status"))


def test_showing_changes_nothing(table, operator, letters):
    letters.send(3)
    items = some_of_everything()
    table.put(*items)
    out = operator.run_well("dead-letters").out
    assert "Dead letters: about 3." in out
    assert "2 of darkroom-SettleFunction-x, RetryAttemptsExhausted, 4 records" in out
    assert "1 of darkroom-NotifyFunction-x" in out
    assert f"woken by a redrive: {sum(map(waits, items))}." in out
    assert letters.count() == 3
    assert list(map(table.get, (each["task_id"] for each in items))) == items


def test_raw_shows_the_messages(operator, letters):
    letters.send(1)
    letters.queues.send_message(QueueUrl=letters.url, MessageBody="not json")
    out = operator.run("dead-letters", "--raw").out
    assert '"shardId": "shard-1"' in out and "not json" in out


def test_a_redrive_wakes_what_waits_and_only_that_then_purges(table, operator, letters):
    letters.send(3)
    items = some_of_everything()
    table.put(*items)
    outcome = operator.run_well("dead-letters", "--redrive")
    assert f"Woken: {sum(map(waits, items))}. Taken care of by others meanwhile: 0." in outcome.out
    assert letters.count() == 0
    for before in items:
        after = table.get(before["task_id"])
        if waits(before):
            is_woken(before, after)
        else:
            assert after == before
    purge = [i for i, call in enumerate(outcome.calls) if "purge-queue" in call]
    assert purge and max(i for i, call in enumerate(outcome.calls) if "update-item" in call) < min(purge)


def test_without_anything_to_do_it_still_ends_well(table, operator, letters):
    assert "Woken: 0." in operator.run_well("dead-letters", "--redrive").out


def test_letters_stay_when_a_task_could_not_be_woken_and_the_next_redrive_goes_on(table, operator, letters):
    letters.send(2)
    table.put(OPEN["due"])
    for trouble in ("fail dynamodb update-item", "crash_before sqs purge-queue"):
        assert operator.run("dead-letters", "--redrive", TROUBLE=trouble).code != 0
        assert letters.count() == 2
    operator.run_well("dead-letters", "--redrive")
    assert (letters.count(), table.get()["state"]) == (0, "due")


# ---- On the local stack with its workers, with an AWS CLI that starts anew for each call -----------------------------


class Live:
    def __init__(self, operator):
        self.operator = operator
        self.api, self.apidot = bench.address("API_PORT"), bench.address("APIDOT_PORT")

    def call(self, url, body=None):
        method = "GET" if body is None else "POST"
        answer = requests.request(method, url, json=body, headers={"Authorization": "Bearer operated"}, timeout=30)
        answer.raise_for_status()
        return answer.json()

    def fault(self, fault, match, **more):
        self.call(f"{self.apidot}/control/faults", {"fault": fault, "match": match} | more)

    def submit(self, prompt, **more):
        body = {"model": "gpt-image-2", "input": {"prompt": prompt, "quality": "low", "size": "1:1", "resolution": "1K"}} | more
        return self.call(f"{self.api}/api/generate/submit", body)["data"]["task_id"]

    def status(self, task):
        return self.call(f"{self.api}/api/generate/status/{task}")["data"]

    @staticmethod
    def until(holds):
        end = time.monotonic() + 300
        while not holds():
            assert time.monotonic() < end, "it does not come"
            time.sleep(1)


@pytest.fixture
def live(new_operator):
    return Live(new_operator(warm=False, TASKS_TABLE="darkroom-tasks"))


def test_settle_brings_the_picture_of_a_task_whose_webhook_was_lost(live):
    live.fault("webhook_dropped", "a lost webhook")
    task = live.submit("a lost webhook")

    # Without a command, no worker looks for a minute; the simulated APIDot needs some seconds.
    def settled():
        live.operator.run_well("settle", task)
        return live.status(task)["status"] == "finished"

    live.until(settled)
    before = live.operator.run("task", task, "--raw").out
    assert "has ended: finished" in live.operator.run("settle", task).out
    assert live.operator.run("task", task, "--raw").out == before


def test_look_brings_the_picture_of_a_task_whose_form_was_not_known(live):
    live.fault("status_says", "a strange word", word="melting")
    live.fault("webhook_dropped", "a strange word")
    task = live.submit("a strange word")
    assert re.search("state: +accepted\n", live.operator.run_well("look", task).out)
    # The simulated APIDot reports the unknown state once, and valid states afterwards.
    live.until(lambda: "finished" in live.operator.run("look", task).out)


def test_a_callback_sent_again_arrives_under_the_same_id(live):
    task = live.submit("told twice", callback_url=f"{live.apidot}/receiver/operated")
    live.until(lambda: live.status(task)["callback"]["status"] == "delivered")
    live.operator.run_well("send-callback", task)
    received = lambda: [each["id"] for each in live.call(f"{live.apidot}/receiver/operated")["callbacks"]]
    live.until(lambda: received() == [task, task])
