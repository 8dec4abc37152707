"""Tests of the commands that show and settle tasks, send callbacks again, and redrive dead letters."""

import json
import os
import time
import unittest
import urllib.request

import bench

TABLE = f"operate-tasks-{os.getpid()}"
NOW = int(time.time() * 1000)
LATER, EARLIER = NOW + 3_600_000, NOW - 3_600_000
TASK = "task-0123456789abcdef"
SECRETS = {
    "request": '{"input":{"prompt":"a secret prompt"}}',
    "callback_url": "https://client.example/secret-path",
    "report": '{"file":"https://media.example/secret-file"}',
}


def shard(task):
    value = 0
    for character in task:
        value = (value * 31 + ord(character)) % 2**32
    return value % 16


def item(**attributes):
    return {
        "task_id": TASK, "user_id": "alice", "model": "gpt-image-2", "credits": 1, "resolution": "1K", "created_at": EARLIER,
        "updated_at": EARLIER, "version": 3, "claim_id": "a-claim", "due_shard": shard(TASK),
    } | {key: value for key, value in attributes.items()}  # fmt: skip


def typed(plain):
    return {key: {"N": str(value)} if isinstance(value, int) else {"S": value} for key, value in plain.items()}


def plain(stored):
    return {key: int(value["N"]) if "N" in value else value["S"] for key, value in stored.items()}


OPEN = {
    "submitting": item(state="submitting", due_at=LATER),
    "submitting, overdue": item(state="submitting", due_at=EARLIER),
    "accepted": item(state="accepted", due_at=LATER, upstream_task_id="up-1"),
    "accepted, overdue": item(state="accepted", due_at=EARLIER, upstream_task_id="up-1"),
    "due": item(state="due", due_at=LATER, upstream_task_id="up-1", report=SECRETS["report"]),
    "due, overdue": item(state="due", due_at=EARLIER, upstream_task_id="up-1"),
    "settling, its lease over": item(state="settling", due_at=EARLIER, lease_until=EARLIER, upstream_task_id="up-1"),
}
ALONE = {
    "settling": (item(state="settling", due_at=EARLIER, lease_until=LATER), 0, "held by a worker"),
    "just submitted": (item(state="submitting", due_at=LATER, created_at=NOW + 600_000), 1, "still being submitted"),
    "finished": (item(state="finished", expires_at=LATER // 1000), 0, "has ended: finished"),
    "failed": (item(state="failed", expires_at=LATER // 1000), 0, "has ended: failed"),
    "failed, its callback waiting": (item(state="failed", callback_status="waiting", due_at=EARLIER), 0, "has ended: failed"),
    "open without a time": ({k: v for k, v in item(state="accepted").items() if k != "due_shard"}, 1, "edited by hand"),
}
ENDED = SECRETS | {"expires_at": LATER // 1000, "callback_attempts": 9}
AGAIN = {
    "delivered": item(state="finished", callback_status="delivered", **ENDED),
    "given up": item(state="failed", callback_status="failed", **ENDED),
    "waiting": item(state="finished", callback_status="waiting", due_at=LATER, callback_url="https://client.example/"),
}
NOT_AGAIN = {
    "open": (item(state="accepted", due_at=LATER, callback_url="https://client.example/"), 1, "has not ended"),
    "no callback": (item(state="finished", expires_at=LATER // 1000), 1, "no callback URL"),
    "past its retention": (item(state="finished", callback_status="delivered", **ENDED | {"expires_at": 1700000000}), 1, "past its retention"),
    "due": (item(state="finished", callback_status="due", due_at=LATER, **ENDED), 0, "already due"),
    "sending": (item(state="failed", callback_status="sending", due_at=EARLIER, lease_until=LATER, **ENDED), 0, "being sent"),
}  # fmt: skip


class TableTest(unittest.TestCase):
    def setUp(self):
        self.table = bench.dynamodb()
        bench.create_table(TABLE)
        self.operator = bench.Operator(TASKS_TABLE=TABLE)
        self.addCleanup(self.operator.close)

    def put(self, *items):
        for each in items:
            self.table.put_item(TableName=TABLE, Item=typed(each))

    def get(self, task=TASK):
        stored = self.table.get_item(TableName=TABLE, Key={"task_id": {"S": task}}).get("Item")
        return stored and plain(stored)

    def woken(self, before, after, **changed):
        """Checks the result of the rules' own write, Waking.wakeSeen, and of the command's other changes."""
        self.assertAlmostEqual(after["due_at"], time.time() * 1000 + 600_000, delta=60_000)
        expected = before | {"due_at": after["due_at"], "due_shard": shard(before["task_id"]), "version": before["version"] + 1}
        expected.pop("claim_id", None)
        expected.pop("lease_until", None)
        if before["state"] in ("finished", "failed"):
            expected |= {"callback_status": "due"}
        else:
            self.assertAlmostEqual(after["updated_at"], time.time() * 1000, delta=60_000)
            expected |= {"state": "due", "updated_at": after["updated_at"]}
        self.assertEqual(expected | changed, after)


class LookingTest(TableTest):
    def test_a_task_says_how_it_stands_and_nothing_that_is_secret(self):
        cases = {
            "Waits for APIDot's answer or webhook": OPEN["submitting"],
            "Waits for APIDot's webhook.": OPEN["accepted"],
            "Overdue since": OPEN["accepted, overdue"],
            "Waits for SettleFunction": OPEN["due"],
            "A worker holds it. Its lease ends at": ALONE["settling"][0],
            "No work is left. The record expires at": ALONE["finished"][0],
            "The callback has been overdue since": ALONE["failed, its callback waiting"][0],
            "the callback was delivered": AGAIN["delivered"],
            "the callback could not be delivered": AGAIN["given up"],
            "NotifyFunction tries the callback again at": AGAIN["waiting"],
            "NotifyFunction sends": NOT_AGAIN["due"][0],
            "NotifyFunction is sending": NOT_AGAIN["sending"][0],
            "Past its retention": NOT_AGAIN["past its retention"][0],
            "No worker will look at it": ALONE["open without a time"][0],
        }
        for says, stored in cases.items():
            with self.subTest(says):
                self.put(SECRETS | stored)
                told = self.operator.run("task", TASK)
                self.assertEqual((0, ""), (told.code, told.error), told)
                self.assertIn(says, told.out)
                self.assertIn(stored["state"], told.out)
                self.assertNotIn("secret", told.out)
                self.assertEqual(SECRETS | stored, self.get())

    def test_only_raw_shows_everything(self):
        self.put(SECRETS | OPEN["due"])
        told = self.operator.run("task", TASK, "--raw")
        self.assertEqual(SECRETS | OPEN["due"], json.loads(told.out))

    def test_a_task_is_found_by_its_upstream_task(self):
        self.put(OPEN["accepted"], OPEN["due"] | {"task_id": "task-aaaaaaaaaaaaaaaa", "upstream_task_id": "up-2"})
        told = self.operator.run("task", "--upstream", "up-2")
        self.assertEqual(0, told.code, told)
        self.assertIn("task-aaaaaaaaaaaaaaaa", told.out)
        self.assertNotIn(TASK, told.out)
        self.assertEqual((1, ""), (lambda o: (o.code, o.out))(self.operator.run("task", "--upstream", "up-3")))
        for bad in (["--upstream"], ["--upstream", ""], ["--upstream", "up-1", TASK]):
            self.assertEqual((2, []), (lambda o: (o.code, o.calls))(self.operator.run("task", *bad)))

    def test_an_unknown_task_and_a_bad_id_are_told_apart(self):
        for command in ("task", "settle", "look", "send-callback"):
            with self.subTest(command):
                self.assertEqual((1, ""), (lambda o: (o.code, o.out))(self.operator.run(command, TASK)))
                bad = self.operator.run(command, "task-x; drop")
                self.assertEqual((2, []), (bad.code, bad.calls), bad)
                self.assertIn("is no task id", bad.error)
                self.assertIsNone(self.get())

    def test_lists_show_a_users_open_tasks_and_what_is_overdue(self):
        def named(name, stored):
            return stored | {"task_id": f"task-{name:a>16}", "due_shard": shard(f"task-{name:a>16}")}

        self.put(
            named("accepted", OPEN["accepted"]),
            named("overdue", OPEN["accepted, overdue"]),
            {k: v for k, v in named("finished", ALONE["finished"][0]).items() if k != "due_shard"},
            named("bobs", OPEN["due, overdue"]) | {"user_id": "bob's \"ünï\""},
        )
        names = lambda *words: {line.split("\t")[0].lstrip("task-").lstrip("a") for line in self.operator.run(*words).out.splitlines()[1:]}
        self.assertEqual({"ccepted", "overdue"}, names("tasks", "--user", "alice"))
        self.assertEqual({"ccepted", "overdue", "finished"}, names("tasks", "--user", "alice", "--all"))
        self.assertEqual({"bobs"}, names("tasks", "--user", "bob's \"ünï\""))
        self.assertEqual({"ccepted", "overdue", "bobs"}, names("tasks", "--open"))
        self.assertEqual({"overdue", "bobs"}, names("tasks", "--overdue"))
        for bad in (["tasks"], ["tasks", "--user"], ["tasks", "--user", ""], ["tasks", "--what"]):
            outcome = self.operator.run(*bad)
            self.assertEqual((2, []), (outcome.code, outcome.calls))


class SettlingTest(TableTest):
    def test_every_open_task_that_nobody_works_on_becomes_due_by_the_sweeps_own_rule(self):
        for name, before in OPEN.items():
            with self.subTest(name):
                self.put(before)
                outcome = self.operator.run("settle", TASK)
                self.assertEqual((0, 1), (outcome.code, outcome.called("update-item")), outcome)
                self.woken(before, self.get())

    def test_an_ended_task_a_worker_and_a_running_submit_are_left_alone(self):
        for name, (before, code, says) in ALONE.items():
            with self.subTest(name):
                self.put(before)
                outcome = self.operator.run("settle", TASK)
                self.assertEqual((code, 0), (outcome.code, outcome.called("update-item")), outcome)
                self.assertIn(says, outcome.out + outcome.error)
                self.assertEqual(before, self.get())

    def test_whoever_comes_between_wins(self):
        self.put(OPEN["accepted"])
        ends = json.dumps(typed({k: v for k, v in ALONE["finished"][0].items()}))
        outcome = self.operator.run(
            "settle", TASK, TROUBLE="meanwhile dynamodb update-item",
            MEANWHILE=f"PATH=${{PATH#*:}} aws dynamodb put-item --table-name {TABLE} --item '{ends}'",
        )  # fmt: skip
        self.assertEqual(0, outcome.code, outcome)
        self.assertIn("has ended: finished", outcome.out)
        self.assertEqual(ALONE["finished"][0], self.get())

    def test_look_waits_until_the_worker_is_done_and_says_what_came_of_it(self):
        self.put(OPEN["accepted"])
        worker = json.dumps(typed(item(state="accepted", due_at=LATER, upstream_task_id="up-1", attempts=1)))
        outcome = self.operator.run(
            "look", TASK, WHILE_ASLEEP=f"PATH=${{PATH#*:}} aws dynamodb put-item --table-name {TABLE} --item '{worker}'"
        )
        self.assertEqual(0, outcome.code, outcome)
        self.assertEqual(1, outcome.called("update-item"))
        self.assertIn(f"{TASK} is due.", outcome.out)
        self.assertRegex(outcome.out, "state: +accepted\n")
        self.assertRegex(outcome.out, "looks upstream: +1\n")
        for secret in SECRETS.values():
            self.assertNotIn(secret, outcome.out)

    def test_look_says_so_when_no_worker_comes(self):
        self.put(OPEN["accepted"])
        outcome = self.operator.run("look", TASK)
        self.assertEqual(1, outcome.code)
        self.assertIn("no look at", outcome.error)
        self.assertEqual("due", self.get()["state"])

    def test_look_at_an_ended_task_changes_nothing(self):
        before = ALONE["finished"][0]
        self.put(before)
        outcome = self.operator.run("look", TASK)
        self.assertEqual((0, 0), (outcome.code, outcome.called("update-item")), outcome)
        self.assertRegex(outcome.out, "state: +finished\n")
        self.assertEqual(before, self.get())
        for bad in (["look"], ["look", TASK, TASK]):
            outcome = self.operator.run(*bad)
            self.assertEqual((2, []), (outcome.code, outcome.calls))

    def test_after_a_crash_it_can_be_done_again(self):
        self.put(OPEN["accepted"])
        crashed = self.operator.run("settle", TASK, TROUBLE="crash_after dynamodb update-item")
        self.assertEqual(-9, crashed.code)
        self.woken(OPEN["accepted"], self.get())
        self.assertEqual(0, self.operator.run("settle", TASK).code)
        self.assertEqual("due", self.get()["state"])

    def test_one_bad_task_does_not_hide_the_others(self):
        self.put(OPEN["accepted"])
        outcome = self.operator.run("settle", "task-aaaaaaaaaaaaaaaa", TASK)
        self.assertEqual(1, outcome.code)
        self.assertIn("there is no task task-aaaaaaaaaaaaaaaa", outcome.error)
        self.woken(OPEN["accepted"], self.get())

    def test_a_table_that_is_not_there_is_said(self):
        outcome = self.operator.run("settle", TASK, TASKS_TABLE="no-such-table")
        self.assertEqual((1, ""), (outcome.code, outcome.out))
        self.assertIn("cannot read the table no-such-table", outcome.error)

    def test_the_submits_time_out_is_not_longer_than_what_settle_waits_for(self):
        functions = bench.yaml_parse(bench.TEMPLATE.read_text(encoding="utf-8"))["Resources"]
        waits = int((bench.ROOT / "scripts/operate.d/tasks.bash").read_text().split("submit_millis=")[1].split("\n")[0])
        self.assertGreater(waits, functions["SubmitFunction"]["Properties"]["Timeout"] * 1000)
        self.assertGreater(bench.rules()["lease_millis"], functions["SettleFunction"]["Properties"]["Timeout"] * 1000)


class SendingAgainTest(TableTest):
    def test_a_concluded_or_waiting_callback_is_due_with_its_whole_schedule(self):
        for name, before in AGAIN.items():
            with self.subTest(name):
                self.put(before)
                outcome = self.operator.run("send-callback", TASK)
                self.assertEqual(0, outcome.code, outcome)
                after = self.get()
                self.assertRegex(after["claim_id"], r"^operator-\d")
                self.woken(before, after, callback_attempts=0, claim_id=after["claim_id"])
                again = self.operator.run("send-callback", TASK)
                self.assertEqual((0, after), (again.code, self.get()), again)

    def test_where_there_is_nothing_to_send_nothing_changes(self):
        for name, (before, code, says) in NOT_AGAIN.items():
            with self.subTest(name):
                self.put(before)
                outcome = self.operator.run("send-callback", TASK)
                self.assertEqual((code, 0), (outcome.code, outcome.called("update-item")), outcome)
                self.assertIn(says, outcome.out + outcome.error)
                self.assertEqual(before, self.get())


class DeadLettersTest(TableTest):
    def setUp(self):
        super().setUp()
        self.queues = bench.client("sqs", bench.MOTO)
        self.url = self.queues.create_queue(QueueName=f"dead-{time.time_ns()}")["QueueUrl"]
        self.operator.environment["DEAD_RECORDS_URL"] = self.url

    def letters(self, count):
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
        return sum(int(value) for value in found.values())

    def some_of_everything(self):
        cases = {f"task-{i:016}": stored for i, stored in enumerate([*OPEN.values(), ALONE["settling"][0], *AGAIN.values(),
            NOT_AGAIN["due"][0], NOT_AGAIN["sending"][0], ALONE["failed, its callback waiting"][0]])}  # fmt: skip
        items = [stored | {"task_id": task, "due_shard": shard(task)} for task, stored in cases.items()]
        items = [{k: v for k, v in each.items() if k != "due_shard" or "due_at" in each} for each in items]
        self.put(*items)
        return items

    @staticmethod
    def waits(stored):
        overdue = stored.get("due_at", LATER) < NOW and stored.get("lease_until", EARLIER) < NOW
        return overdue or "due" in (stored["state"], stored.get("callback_status"))

    def test_showing_changes_nothing(self):
        self.letters(3)
        items = self.some_of_everything()
        outcome = self.operator.run("dead-letters")
        self.assertEqual(0, outcome.code, outcome)
        self.assertIn("Dead letters: about 3.", outcome.out)
        self.assertIn("2 of darkroom-SettleFunction-x, RetryAttemptsExhausted, 4 records", outcome.out)
        self.assertIn("1 of darkroom-NotifyFunction-x", outcome.out)
        self.assertIn(f"woken by a redrive: {sum(map(self.waits, items))}.", outcome.out)
        self.assertEqual(3, self.count())
        self.assertEqual(items, [self.get(each["task_id"]) for each in items])

    def test_raw_shows_the_messages(self):
        self.letters(1)
        self.queues.send_message(QueueUrl=self.url, MessageBody="not json")
        outcome = self.operator.run("dead-letters", "--raw")
        self.assertIn('"shardId": "shard-1"', outcome.out)
        self.assertIn("not json", outcome.out)

    def test_a_redrive_wakes_what_waits_and_only_that_then_purges(self):
        self.letters(3)
        items = self.some_of_everything()
        outcome = self.operator.run("dead-letters", "--redrive")
        self.assertEqual(0, outcome.code, outcome)
        self.assertIn(f"Woken: {sum(map(self.waits, items))}. Taken care of by others meanwhile: 0.", outcome.out)
        self.assertEqual(0, self.count())
        for before in items:
            with self.subTest(before):
                if self.waits(before):
                    self.woken(before, self.get(before["task_id"]))
                else:
                    self.assertEqual(before, self.get(before["task_id"]))
        self.assertLess(
            max(i for i, call in enumerate(outcome.calls) if "update-item" in call),
            min(i for i, call in enumerate(outcome.calls) if "purge-queue" in call),
        )

    def test_without_anything_to_do_it_still_ends_well(self):
        outcome = self.operator.run("dead-letters", "--redrive")
        self.assertEqual(0, outcome.code, outcome)
        self.assertIn("Woken: 0.", outcome.out)

    def test_letters_stay_when_a_task_could_not_be_woken_and_the_next_redrive_goes_on(self):
        self.letters(2)
        self.put(OPEN["due"])
        for trouble in ("fail dynamodb update-item", "crash_before sqs purge-queue"):
            outcome = self.operator.run("dead-letters", "--redrive", TROUBLE=trouble)
            self.assertNotEqual(0, outcome.code, outcome)
            self.assertEqual(2, self.count())
        self.assertEqual(0, self.operator.run("dead-letters", "--redrive").code)
        self.assertEqual((0, "due"), (self.count(), self.get()["state"]))


class LiveTest(unittest.TestCase):
    """Runs on the local stack with its workers, and starts the AWS CLI anew for each call."""

    API, APIDOT = (f"http://localhost:{bench.PORTS[name]}" for name in ("API_PORT", "APIDOT_PORT"))

    def setUp(self):
        self.operator = bench.Operator(warm=False, TASKS_TABLE="darkroom-tasks")
        self.addCleanup(self.operator.close)

    def call(self, url, body=None):
        headers = {"Authorization": "Bearer operated", "Content-Type": "application/json"}
        request = urllib.request.Request(url, body and json.dumps(body).encode(), headers)
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.load(answer)

    def submit(self, prompt, **more):
        body = {"model": "gpt-image-2", "input": {"prompt": prompt, "quality": "low", "size": "1:1", "resolution": "1K"}} | more
        return self.call(f"{self.API}/api/generate/submit", body)["data"]["task_id"]

    def status(self, task):
        return self.call(f"{self.API}/api/generate/status/{task}")["data"]

    def until(self, holds):
        end = time.monotonic() + 300
        while not holds():
            self.assertLess(time.monotonic(), end, "it does not come")
            time.sleep(1)

    def test_settle_brings_the_picture_of_a_task_whose_webhook_was_lost(self):
        self.call(f"{self.APIDOT}/control/faults", {"fault": "webhook_dropped", "match": "a lost webhook"})
        task = self.submit("a lost webhook")
        # Without a command, no worker looks for a minute; the simulated APIDot needs some seconds.
        def settled():
            self.assertEqual(0, self.operator.run("settle", task).code)
            return self.status(task)["status"] == "finished"

        self.until(settled)
        before = self.operator.run("task", task, "--raw").out
        self.assertIn("has ended: finished", self.operator.run("settle", task).out)
        self.assertEqual(before, self.operator.run("task", task, "--raw").out)

    def test_look_brings_the_picture_of_a_task_whose_form_was_not_known(self):
        self.call(f"{self.APIDOT}/control/faults", {"fault": "status_says", "word": "melting", "match": "a strange word"})
        self.call(f"{self.APIDOT}/control/faults", {"fault": "webhook_dropped", "match": "a strange word"})
        task = self.submit("a strange word")
        outcome = self.operator.run("look", task)
        self.assertEqual(0, outcome.code, outcome)
        self.assertRegex(outcome.out, "state: +accepted\n")
        # The simulated APIDot reports the unknown state once, and valid states afterwards.
        self.until(lambda: "finished" in self.operator.run("look", task).out)

    def test_a_callback_sent_again_arrives_under_the_same_id(self):
        task = self.submit("told twice", callback_url=f"{self.APIDOT}/receiver/operated")
        self.until(lambda: self.status(task)["callback"]["status"] == "delivered")
        self.assertEqual(0, self.operator.run("send-callback", task).code)
        arrived = lambda: json.dumps(self.call(f"{self.APIDOT}/receiver/operated")).count(f'"id": "{task}"')
        self.until(lambda: arrived() == 2)
