"""Tests of the command that deletes a user's data: on DynamoDB Local and the local stack's S3, and on moto's S3 for versions."""

import base64
import datetime
import hashlib
import json
import os
import sys
import time
import unittest

import bench
import stand_in
from test_tasks import AGAIN, ALONE, LATER, OPEN, SECRETS, item, plain, shard, typed

TABLE, BUCKET, VERSIONED, UNVERSIONED = (f"operate-{name}-{os.getpid()}" for name in ("users", "images", "versioned", "unversioned"))
# Users whose ids are easily mistaken for this one's: by prefix, case or encoding.
USER, OTHERS = 'älice "o\'r" $(id)', ("älice", 'älice "o\'r" $(id) ', "b")
# Canonical JSON with every character that a shell or jq could damage.
REQUEST = '{"input":{"prompt":"a \\"secrét\\" \\\\n\\n$(id) ☂ %s  "}}'
LATE = 900
TOMBSTONES = f"'{sys.executable}' '{bench.FOLDER}/tombstones.py' {TABLE}"
# Calls the real AWS CLI, without the wrapper that records the script's calls.
AWS = "PATH=${PATH#*:} aws"


def while_it_waits(*commands):
    return f'if [ "$1" = {LATE} ]; then {"; ".join(commands)}; fi'


SETTLED = {"WHILE_ASLEEP": while_it_waits(TOMBSTONES)}


def segment(user):
    return base64.urlsafe_b64encode(user.encode()).decode().rstrip("=")


def day(ago):
    return (datetime.datetime.now(datetime.UTC) - datetime.timedelta(days=ago)).strftime("%Y-%m-%d")


class UsersTest(unittest.TestCase):
    role = ""

    def setUp(self):
        self.table = bench.dynamodb()
        bench.create_table(TABLE)
        self.bucket, self.s3 = self.a_bucket()
        self.operator = bench.Operator(TASKS_TABLE=TABLE, IMAGES_BUCKET=self.bucket, CLEAN_UP_ROLE_ARN=self.role)
        self.addCleanup(self.operator.close)

    def a_bucket(self):
        s3 = bench.s3()
        if BUCKET not in [each["Name"] for each in s3.list_buckets()["Buckets"]]:
            s3.create_bucket(Bucket=BUCKET)
        for each in s3.list_objects_v2(Bucket=BUCKET).get("Contents", []):
            s3.delete_object(Bucket=BUCKET, Key=each["Key"])
        return BUCKET, s3

    def fill(self, user, count=5):
        """Stores five tasks with an image each: three are open, one has ended, and the user is deleting one."""
        secrets = SECRETS | {"request": REQUEST}
        cases = [
            OPEN["accepted"] | {"request": REQUEST},
            OPEN["due"] | secrets,
            ALONE["settling"][0] | secrets,
            AGAIN["delivered"] | {"request": REQUEST, "files": "[]", "upstream_task_id": "up-2", "budget_day": day(0)},
            item(state="deleting", request_hash="a hash", due_at=LATER),
        ]
        for number in range(count):
            task = f"task-{base64.b16encode(user.encode())[-16:].decode():0>16}-{number:04}"
            stored = cases[number % 5] | {"task_id": task, "user_id": user, "due_shard": shard(task)}
            if "due_at" not in stored:
                stored.pop("due_shard")
            self.table.put_item(TableName=TABLE, Item=typed(stored))
            self.image(user, number)
        self.s3.put_object(Bucket=self.bucket, Key=f"uploads/{segment(user)}/upload-1.png", Body=b"source")
        for ago in (0, 1, 39):
            key = f"budget#{day(ago)}#{user}"
            self.table.put_item(TableName=TABLE, Item=typed({"task_id": key, "credits": 7, "expires_at": LATER // 1000}))

    def image(self, user, number):
        image = f"images/{segment(user)}/task-{number}/0.png"
        self.s3.put_object(Bucket=self.bucket, Key=image, Body=b"picture")
        self.s3.put_object(Bucket=self.bucket, Key=f"previews/{image}.jpg", Body=b"small")

    def items(self):
        """Returns all items of the table by key."""
        return {each["task_id"]["S"]: plain(each) for each in self.table.scan(TableName=TABLE, ConsistentRead=True)["Items"]}

    def tasks(self, user):
        return {key: each for key, each in self.items().items() if each.get("user_id") == user}

    def counters(self, user):
        return [key for key in self.items() if key.startswith("budget#") and key.endswith("#" + user)]

    def objects(self):
        """Returns the keys of all objects."""
        pages = self.s3.get_paginator("list_objects_v2").paginate(Bucket=self.bucket)
        return [each["Key"] for page in pages for each in page.get("Contents", [])]

    def objects_of(self, user):
        return [key for key in self.objects() if f"/{segment(user)}/" in key]

    def kept(self, user):
        return len(self.tasks(user)), len(self.counters(user)), len(self.objects_of(user))

    def of_others(self):
        ours = self.tasks(USER).keys() | set(self.counters(USER)) | set(self.names)
        items = {key: each for key, each in self.items().items() if key not in ours}
        return items, sorted(set(self.objects()) - set(self.objects_of(USER)))

    def everyone(self):
        self.fill(USER)
        for user in OTHERS:
            self.fill(user, 4)
        self.s3.put_object(Bucket=self.bucket, Key="elsewhere/file", Body=b"")
        self.names = list(self.tasks(USER))
        self.others = self.of_others()

    def only_the_user_is_gone(self):
        self.assertEqual((0, 0, 0), self.kept(USER))
        items = self.items()
        self.assertEqual(["deleted"] * 5, [items[name]["state"] for name in self.names])
        self.assertEqual(self.others, self.of_others())


class DeletionTest(UsersTest):
    def test_without_yes_it_counts_and_changes_nothing(self):
        self.everyone()
        before = self.items(), self.objects()
        outcome = self.operator.run("delete-user", USER)
        self.assertEqual(0, outcome.code, outcome)
        self.assertIn(
            "Tasks: 4, 3 of them open. Being deleted already: 1.\nBudget counters: 3.\nObjects under images: 5, 35 bytes.\n"
            "Objects under previews: 5, 25 bytes.\nObjects under uploads: 1, 6 bytes.\nNothing was changed.",
            outcome.out,
        )
        self.assertEqual(before, (self.items(), self.objects()))

    def test_with_yes_everything_of_the_user_goes_and_nothing_of_others(self):
        self.everyone()
        for tasks, objects in ((4, 11), (0, 0)):
            outcome = self.operator.run("delete-user", USER, "--yes", **SETTLED)
            self.assertEqual(0, outcome.code, outcome)
            self.assertIn(f"Deleted: {tasks} tasks, and the budget counters.\nDeleted: {objects} objects.\n", outcome.out)
            self.assertIn(f"sleep {LATE}", outcome.calls)
            self.only_the_user_is_gone()

    def test_what_settle_function_has_not_done_is_said(self):
        self.everyone()
        before = self.tasks(USER)
        outcome = self.operator.run("delete-user", USER, "--yes")
        self.assertEqual(1, outcome.code, outcome)
        self.assertIn("SettleFunction has not removed 5 tasks for the last time yet: run this again in ten minutes", outcome.error)
        self.assertNotIn("Nothing is left", outcome.out)
        self.assertEqual((5, 0, 0), self.kept(USER))
        for name, after in self.tasks(USER).items():
            with self.subTest(before[name]["state"]):
                self.is_deleting(before[name], after)
        # In the second run, a task becomes a tombstone after it was read from the index.
        outcome = self.operator.run("delete-user", USER, "--yes", TROUBLE="meanwhile dynamodb batch-get-item", MEANWHILE=TOMBSTONES)
        self.assertEqual(0, outcome.code, outcome)
        self.only_the_user_is_gone()

    def is_deleting(self, before, after):
        """Checks the result of the rules' own write, Deleting.withItsUser."""
        if before["state"] == "deleting":
            self.assertEqual(before, after)
            return
        text = f"{before['task_id']}\n{before['request']}\n{before.get('callback_url', '')}"
        self.assertAlmostEqual(after["updated_at"], time.time() * 1000, delta=60_000)
        self.assertRegex(after["claim_id"], "^operator-[0-9]+$")
        kept = ("task_id", "user_id", "created_at", "upstream_task_id")
        expected = {key: value for key, value in before.items() if key in kept} | {
            "state": "deleting",
            "version": before["version"] + 1,
            "request_hash": hashlib.sha256(text.encode()).hexdigest(),
            "claim_id": after["claim_id"],
            "updated_at": after["updated_at"],
            "due_at": after["updated_at"] + 600_000,
            "due_shard": shard(before["task_id"]),
        }
        self.assertEqual(expected, after)

    def test_records_go_first_so_that_a_worker_in_flight_leaves_nothing(self):
        self.everyone()
        task = next(name for name, each in self.tasks(USER).items() if each["state"] == "settling")
        image = f"images/{segment(USER)}/task-late/0.png"
        late = (image, f"previews/{image}.jpg", f"uploads/{segment(USER)}/upload-late.png")
        # Meanwhile, a worker that holds the task stores its picture, and its write is refused. A preview and an upload follow.
        worker = (
            *(f"{AWS} s3api put-object --bucket {self.bucket} --key '{key}'" for key in late),
            f"""{AWS} dynamodb update-item --table-name {TABLE} --key '{{"task_id":{{"S":"{task}"}}}}' """
            """--update-expression 'SET files = :f' --condition-expression '#s = :s AND claim_id = :c' """
            """--expression-attribute-names '{"#s":"state"}' """
            """--expression-attribute-values '{":s":{"S":"settling"},":c":{"S":"a-claim"},":f":{"S":"[]"}}' && echo told >"$BENCH/told\"""",
        )
        # This comes after the first deletion of objects, so only the second can find the late ones.
        outcome = self.operator.run("delete-user", USER, "--yes", WHILE_ASLEEP=while_it_waits(*worker, TOMBSTONES))
        self.assertEqual(0, outcome.code, outcome)
        self.assertFalse((self.operator.folder / "told").exists(), "a late write brought the record back")
        self.assertIn("Deleted: 11 objects.", outcome.out)
        self.assertIn("Deleted: 3 objects.", outcome.out)
        self.only_the_user_is_gone()
        calls = [call.split(" ", 1)[1] for call in outcome.calls]
        self.assertLess(
            max(i for i, call in enumerate(calls) if call.startswith("dynamodb transact-write-items")),
            min(i for i, call in enumerate(calls) if call.startswith("s3api delete-objects")),
        )

    def test_after_a_crash_it_goes_on_and_waits_again(self):
        self.everyone()
        # Each crash comes one call later than the one before: the tasks, both halves of the counters, three folders, the wait.
        for crash, left in (
            ("crash_before dynamodb transact-write-items", (4, 3, 11)),
            ("crash_after dynamodb transact-write-items", (0, 3, 11)),
            ("crash_before dynamodb transact-write-items", (0, 3, 11)),
            ("crash_before s3api delete-objects", (0, 0, 11)),
            ("crash_after s3api delete-objects", (0, 0, 6)),
            ("crash_after s3api delete-objects", (0, 0, 1)),
            ("crash_after s3api delete-objects", (0, 0, 0)),
        ):
            self.assertEqual(-9, self.operator.run("delete-user", USER, "--yes", TROUBLE=crash).code, crash)
            undone = [each for each in self.tasks(USER).values() if each["state"] != "deleting"]
            self.assertEqual(left, (len(undone), *self.kept(USER)[1:]), crash)
        asleep = self.operator.run("delete-user", USER, "--yes", WHILE_ASLEEP=while_it_waits("kill -KILL 0"))
        self.assertEqual(-9, asleep.code, asleep)
        self.image(USER, 9)
        outcome = self.operator.run("delete-user", USER, "--yes", **SETTLED)
        self.assertEqual(0, outcome.code, outcome)
        self.assertIn(f"sleep {LATE}", outcome.calls)
        self.only_the_user_is_gone()

    def test_more_than_one_transaction_and_more_than_one_page_go(self):
        self.fill(USER, 40)
        for number in range(1001):
            self.s3.put_object(Bucket=self.bucket, Key=f"images/{segment(USER)}/task-many/{number}.png", Body=b"picture")
        self.assertIn("Objects under images: at least 1000,", self.operator.run("delete-user", USER).out)
        outcome = self.operator.run("delete-user", USER, "--yes", **SETTLED)
        self.assertEqual(0, outcome.code, outcome)
        self.assertIn("Deleted: 32 tasks, and the budget counters.\nDeleted: 1082 objects.", outcome.out)
        self.assertEqual((0, 0, 0), self.kept(USER))

    def test_what_workers_do_meanwhile_holds_nothing_up(self):
        deleting = """SET #s = :s' --expression-attribute-names '{"#s":"state"}' --expression-attribute-values '{":s":{"S":"deleting"}}'"""
        for what, tasks, trouble, meanwhile in (
            ("a worker writes the same items", 4, "conflict dynamodb transact-write-items", ""),
            ("the user deletes one", 3, "meanwhile dynamodb transact-write-items", "update-item --update-expression '" + deleting),
            ("a refused submit removes its record", 0, 'meanwhile dynamodb batch-get-item --request-items {"', "delete-item"),
        ):
            with self.subTest(what):
                self.setUp()
                self.fill(USER, 5 if tasks else 1)
                name = min(self.tasks(USER))
                command = f"""{AWS} dynamodb {meanwhile} --table-name {TABLE} --key '{{"task_id":{{"S":"{name}"}}}}'"""
                outcome = self.operator.run("delete-user", USER, "--yes", TROUBLE=trouble, MEANWHILE=command, **SETTLED)
                self.assertEqual(0, outcome.code, outcome)
                self.assertIn(f"Deleted: {tasks} tasks", outcome.out)
                self.assertTrue((self.operator.folder / "done").exists(), outcome)
                self.assertEqual((0, 0, 0), self.kept(USER))

    def test_a_user_who_goes_on_is_told_of(self):
        self.fill(USER)
        submit = typed(OPEN["accepted"] | {"user_id": USER, "request": REQUEST})
        # An upload creates no task, but it is counted.
        upload = typed({"task_id": f"budget#{day(0)}#{USER}", "uploads": 1, "expires_at": LATER // 1000})
        for when, record in (("true", submit), (f'[ "$1" = {LATE} ]', submit), (f'[ "$1" = {LATE} ]', upload)):
            text = json.dumps(record).replace("'", "'\\''")
            late = f"if {when}; then {AWS} dynamodb put-item --table-name {TABLE} --item '{text}'; fi"
            settled = SETTLED["WHILE_ASLEEP"]
            outcome = self.operator.run("delete-user", USER, "--yes", WHILE_ASLEEP=f"{settled}; {late}")
            self.assertEqual(1, outcome.code, outcome)
            self.assertIn("take the user's access away", outcome.error)
            self.assertNotIn("Nothing is left", outcome.out)
        self.assertEqual(0, self.operator.run("delete-user", USER, "--yes", **SETTLED).code)

    def test_trouble_and_bad_input_are_said_and_delete_nothing_more(self):
        self.everyone()
        before = self.items(), self.objects()
        for bad in ([], [""], ["x" * 256], [USER, "other"], [USER, "--force"]):
            outcome = self.operator.run("delete-user", *bad)
            self.assertEqual((2, []), (outcome.code, outcome.calls), outcome)
        for trouble in (
            "fail dynamodb query",
            "fail dynamodb batch-get-item",
            'fail dynamodb batch-get-item --request-items {"',
            "fail dynamodb transact-write-items",
        ):
            outcome = self.operator.run("delete-user", USER, "--yes", TROUBLE=trouble, **SETTLED)
            self.assertEqual(1, outcome.code, outcome)
            self.assertEqual(before, (self.items(), self.objects()), trouble)
        for trouble in ("fail s3api get-bucket-versioning", "fail s3api list-objects-v2", "fail s3api delete-objects"):
            outcome = self.operator.run("delete-user", USER, "--yes", TROUBLE=trouble, **SETTLED)
            self.assertEqual((1, 11), (outcome.code, self.kept(USER)[2]), outcome)
            self.assertNotIn("Nothing is left", outcome.out)
        outcome = self.operator.run("delete-user", USER, "--yes", IMAGES_BUCKET="no-such-bucket")
        self.assertEqual((1, before[1]), (outcome.code, self.objects()), outcome)
        self.assertNotIn("Nothing is left", outcome.out)


class VersionsAndRoleTest(UsersTest):
    """Uses a bucket that keeps versions, and finds the stack's role as on AWS."""

    def a_bucket(self):
        s3 = bench.client("s3", bench.MOTO)
        s3.create_bucket(Bucket=VERSIONED)
        s3.put_bucket_versioning(Bucket=VERSIONED, VersioningConfiguration={"Status": "Enabled"})
        # The server keeps running between tests, so the bucket may hold objects of another test.
        left = s3.list_object_versions(Bucket=VERSIONED)
        for each in left.get("Versions", []) + left.get("DeleteMarkers", []):
            s3.delete_object(Bucket=VERSIONED, Key=each["Key"], VersionId=each["VersionId"])
        return VERSIONED, s3

    def objects(self):
        """Returns the key of every version and delete marker."""
        found = self.s3.list_object_versions(Bucket=self.bucket)
        return [each["Key"] for each in found.get("Versions", []) + found.get("DeleteMarkers", [])]

    def setUp(self):
        super().setUp()
        arn = "arn:aws:iam::123456789012:role/darkroom-CleanUpRole-1AB"
        resources = {"TasksTable": TABLE, "ImagesBucket": VERSIONED}
        required = {"ApiDotKeySecret": "key", "JwtIssuer": "https://issuer.example", "JwtAudiences": "a"}
        stack = stand_in.Stack("darkroom", bench.TEMPLATE, required, resources, {"CleanUpRoleArn": arn}, lambda name: "text")
        server = stand_in.start(stack)
        self.addCleanup(server.server_close)
        self.addCleanup(server.shutdown)
        self.stack = stack
        for name in ("TASKS_TABLE", "IMAGES_BUCKET", "CLEAN_UP_ROLE_ARN"):
            del self.operator.environment[name]
        self.operator.environment |= bench.stand_in_at(server) | {"AWS_ENDPOINT_URL_S3": bench.MOTO}

    def test_every_version_and_marker_goes_and_only_the_role_touches_data(self):
        self.everyone()
        self.image(USER, 0)
        self.s3.delete_object(Bucket=self.bucket, Key=f"images/{segment(USER)}/task-1/0.png")
        self.s3.delete_object(Bucket=self.bucket, Key=f"uploads/{segment(USER)}/upload-1.png")
        self.assertEqual(15, len(self.objects_of(USER)))
        outcome = self.operator.run("delete-user", USER, "--yes", **SETTLED)
        self.assertEqual(0, outcome.code, outcome)
        self.assertIn("Deleted: 15 objects.", outcome.out)
        self.only_the_user_is_gone()
        for call in outcome.calls:
            key, service = (call.split(" ") + [""])[:2]
            if service in ("dynamodb", "s3api"):
                self.assertNotEqual(bench.KEYS["AWS_ACCESS_KEY_ID"], key, call)
            elif key != "sleep":
                self.assertEqual(bench.KEYS["AWS_ACCESS_KEY_ID"], key, call)
        self.assertEqual(2, outcome.called("sts assume-role"))

    def test_the_region_of_a_profile_holds_in_the_role_too(self):
        self.fill(USER)
        config = self.operator.folder / "config"
        config.write_text("[profile operator]\nregion = us-east-1\naws_access_key_id = local\naws_secret_access_key = local\n")
        for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_DEFAULT_REGION"):
            del self.operator.environment[name]
        outcome = self.operator.run("delete-user", USER, AWS_PROFILE="operator", AWS_CONFIG_FILE=str(config))
        self.assertEqual(0, outcome.code, outcome)
        self.assertIn("Tasks: 4", outcome.out)
        self.assertIn("Account 123456789012, table", outcome.out)

    def test_a_stack_that_is_named_wins_over_the_environment(self):
        self.fill(USER)
        left = {"TASKS_TABLE": "anothers", "IMAGES_BUCKET": "anothers", "CLEAN_UP_ROLE_ARN": ""}
        outcome = self.operator.run("--stack", "darkroom", "delete-user", USER, **left)
        self.assertEqual(0, outcome.code, outcome)
        self.assertIn(f"table {TABLE}, bucket {VERSIONED}.\nTasks: 4", outcome.out)

    def test_without_the_role_nothing_happens(self):
        self.fill(USER)
        outcome = self.operator.run("delete-user", USER, "--yes", TROUBLE="fail sts assume-role")
        self.assertEqual(1, outcome.code, outcome)
        self.assertIn("needs sts:AssumeRole", outcome.error)
        self.stack.outputs.clear()
        outcome = self.operator.run("delete-user", USER, "--yes")
        self.assertIn("has no output CleanUpRoleArn", outcome.error)
        self.assertEqual((5, 3, 11), self.kept(USER))

    def test_the_role_may_do_what_the_command_does_and_no_more(self):
        """Checks this role's permissions; template-test/rules.py has the complete list of all roles."""
        needed = set()
        self.s3.create_bucket(Bucket=UNVERSIONED)
        for bucket in (VERSIONED, UNVERSIONED):
            self.bucket = bucket
            self.fill(USER)
            outcome = self.operator.run("delete-user", USER, "--yes", IMAGES_BUCKET=bucket, **SETTLED)
            self.assertEqual(0, outcome.code, outcome)
            for call in outcome.calls:
                needed |= needs(call.split(" ", 1)[1], bucket == VERSIONED)
        template = bench.yaml_parse(bench.TEMPLATE.read_text(encoding="utf-8"))
        allowed = set()
        for each in template["Resources"]["CleanUpRole"]["Properties"]["Policies"][0]["PolicyDocument"]["Statement"]:
            actions = [each["Action"]] if isinstance(each["Action"], str) else each["Action"]
            condition = each.get("Condition")
            self.assertIn(condition and list(condition), (None, ["StringLike"]))
            prefixes = condition["StringLike"]["s3:prefix"] if condition else [""]
            allowed |= {(action, prefix) for action in actions for prefix in prefixes}
        self.assertEqual(needed, allowed)


def needs(call, versions):
    """Returns the permissions that a call needs, with the prefix that it lists (AWS service authorization reference)."""
    words = call.split(" ")
    match words[:2]:
        case ["dynamodb", "query"]:
            return {("dynamodb:Query", "")}
        case ["dynamodb", "batch-get-item"]:
            return {("dynamodb:BatchGetItem", "")}
        case ["dynamodb", "transact-write-items"]:
            request = json.loads(call.split("--cli-input-json ")[1])
            return {(f"dynamodb:{kind}Item", "") for action in request["TransactItems"] for kind in action}
        case ["s3api", "get-bucket-versioning"]:
            return {("s3:GetBucketVersioning", "")}
        case ["s3api", "list-objects-v2" | "list-object-versions" as what]:
            prefix = words[words.index("--prefix") + 1].split("/")[0] + "/*"
            return {("s3:ListBucket" if what == "list-objects-v2" else "s3:ListBucketVersions", prefix)}
        case ["s3api", "delete-objects"]:
            return {("s3:DeleteObjectVersion" if versions else "s3:DeleteObject", "")}
        case ["dynamodb" | "s3api", other]:
            raise AssertionError(f"the test does not know which permission {other} needs: add it here")
    return set()
