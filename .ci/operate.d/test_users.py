"""Deleting a user's data: on DynamoDB Local and the local stack's S3, and with moto's S3 where versions are kept."""

import base64
import datetime
import json
import os
import unittest

import bench
import stand_in
from test_tasks import ALONE, LATER, OPEN, shard, typed

TABLE, BUCKET, VERSIONED = (f"operate-{name}-{os.getpid()}" for name in ("users", "images", "versioned"))
# Neighbours by every rule that could be mistaken: prefix, case, encoding.
USER, OTHERS = 'älice "o\'r" $(id)', ("älice", 'älice "o\'r" $(id) ', "b")


def folder(user):
    return f"images/{base64.urlsafe_b64encode(user.encode()).decode().rstrip('=')}/"


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

    def fill(self, user, count=3):
        cases = [OPEN["accepted"], OPEN["due"], ALONE["settling"][0], ALONE["finished"][0]]
        for number in range(count):
            task = f"task-{base64.b16encode(user.encode())[-16:].decode():0>16}-{number:04}"
            stored = cases[number % 4] | {"task_id": task, "user_id": user, "due_shard": shard(task)}
            if "due_at" not in stored:
                stored.pop("due_shard")
            self.table.put_item(TableName=TABLE, Item=typed(stored))
            self.image(user, number)
        for ago in (0, 1, 39):
            key = f"budget#{day(ago)}#{user}"
            self.table.put_item(TableName=TABLE, Item=typed({"task_id": key, "credits": 7, "expires_at": LATER // 1000}))

    def image(self, user, number):
        self.s3.put_object(Bucket=self.bucket, Key=f"{folder(user)}task-{number}/0.png", Body=b"picture")

    def kept(self, user):
        items = self.table.scan(TableName=TABLE)["Items"]
        tasks = [each for each in items if each.get("user_id", {}).get("S") == user]
        counters = [each for each in items if each["task_id"]["S"].endswith("#" + user)]
        return len(tasks), len(counters), len(self.images(user))

    def images(self, user):
        return self.s3.list_objects_v2(Bucket=self.bucket, Prefix=folder(user)).get("Contents", [])

    def everyone(self):
        for user in (USER, *OTHERS):
            self.fill(user)
        self.s3.put_object(Bucket=self.bucket, Key="elsewhere/file", Body=b"")

    def only_the_user_is_gone(self):
        self.assertEqual((0, 0, 0), self.kept(USER))
        for user in OTHERS:
            self.assertEqual((3, 3), self.kept(user)[:2])
            self.assertGreaterEqual(self.kept(user)[2], 3)


class DeletionTest(UsersTest):
    def test_without_yes_it_counts_and_changes_nothing(self):
        self.everyone()
        outcome = self.operator.run("delete-user", USER)
        self.assertEqual(0, outcome.code, outcome)
        self.assertIn("Tasks: 3, 3 of them open.\nBudget counters: 3.\nImages: 3, 21 bytes.\nNothing was changed.", outcome.out)
        self.assertEqual((3, 3, 3), self.kept(USER))

    def test_with_yes_everything_of_the_user_goes_and_nothing_of_others(self):
        self.everyone()
        for _ in ("once", "again"):
            outcome = self.operator.run("delete-user", USER, "--yes")
            self.assertEqual(0, outcome.code, outcome)
            self.assertIn("sleep 240", outcome.calls)
            self.only_the_user_is_gone()

    def test_records_go_first_so_that_a_worker_in_flight_leaves_nothing(self):
        self.everyone()
        key = f"{folder(USER)}task-late/0.png"
        task = next(e["task_id"]["S"] for e in self.table.scan(TableName=TABLE)["Items"]
                    if e.get("user_id", {}).get("S") == USER and e["state"]["S"] == "settling")  # fmt: skip
        # What a worker that holds the task does meanwhile: it stores its picture, and its write is refused.
        worker = (
            f"PATH=${{PATH#*:}}; aws s3api put-object --bucket {self.bucket} --key '{key}'; "
            f"""aws dynamodb update-item --table-name {TABLE} --key '{{"task_id":{{"S":"{task}"}}}}' """
            """--update-expression 'SET files = :f' --condition-expression '#s = :s AND claim_id = :c' """
            """--expression-attribute-names '{"#s":"state"}' """
            """--expression-attribute-values '{":s":{"S":"settling"},":c":{"S":"a-claim"},":f":{"S":"[]"}}' && echo told >"$BENCH/told"; true"""
        )
        # After the images were deleted, so that only the second deletion can find its picture.
        outcome = self.operator.run("delete-user", USER, "--yes", WHILE_ASLEEP=f'if [ "$1" = 240 ]; then {worker}; fi')
        self.assertEqual(0, outcome.code, outcome)
        self.assertFalse((self.operator.folder / "told").exists(), "a late write brought the record back")
        self.assertIn("Deleted: 1 images.", outcome.out)
        self.only_the_user_is_gone()
        calls = [call.split(" ", 1)[1] for call in outcome.calls]
        self.assertLess(
            max(i for i, call in enumerate(calls) if call.startswith("dynamodb transact-write-items")),
            min(i for i, call in enumerate(calls) if call.startswith("s3api delete-objects")),
        )

    def test_after_a_crash_it_goes_on_and_waits_again(self):
        self.everyone()
        for crash in ("crash_after dynamodb transact-write-items", "crash_before s3api delete-objects", "crash_after s3api delete-objects"):
            self.image(USER, 9)
            self.assertEqual(-9, self.operator.run("delete-user", USER, "--yes", TROUBLE=crash).code, crash)
        outcome = self.operator.run("delete-user", USER, "--yes")
        self.assertEqual(0, outcome.code, outcome)
        self.assertIn("sleep 240", outcome.calls)
        self.only_the_user_is_gone()

    def test_more_than_one_transaction_and_more_than_one_page_go(self):
        self.fill(USER, 30)
        for number in range(1001):
            self.image(USER, 100 + number)
        self.assertIn("at least 1000", self.operator.run("delete-user", USER).out)
        self.assertEqual(0, self.operator.run("delete-user", USER, "--yes").code)
        self.assertEqual((0, 0, 0), self.kept(USER))

    def test_a_user_who_goes_on_submitting_is_told_of(self):
        self.fill(USER)
        late = json.dumps(typed(OPEN["accepted"] | {"user_id": USER})).replace("'", "'\\''")
        put = f"PATH=${{PATH#*:}} aws dynamodb put-item --table-name {TABLE} --item '{late}'"
        for when in ("true", '[ "$1" = 240 ]'):
            outcome = self.operator.run("delete-user", USER, "--yes", WHILE_ASLEEP=f"if {when}; then {put}; fi")
            self.assertEqual(1, outcome.code, outcome)
            self.assertIn("take the user's access away", outcome.error)

    def test_trouble_and_bad_input_are_said_and_delete_nothing_more(self):
        self.fill(USER)
        for bad in ([], [""], ["x" * 256], [USER, "other"], [USER, "--force"]):
            outcome = self.operator.run("delete-user", *bad)
            self.assertEqual((2, []), (outcome.code, outcome.calls), outcome)
        for trouble in ("fail dynamodb transact-write-items", "fail dynamodb query"):
            outcome = self.operator.run("delete-user", USER, "--yes", TROUBLE=trouble)
            self.assertEqual(1, outcome.code, outcome)
            self.assertEqual((3, 3, 3), self.kept(USER))
        outcome = self.operator.run("delete-user", USER, "--yes", IMAGES_BUCKET="no-such-bucket")
        self.assertEqual(1, outcome.code, outcome)
        self.assertEqual(3, self.kept(USER)[2])
        self.assertNotIn("Nothing is left", outcome.out)


class VersionsAndRoleTest(UsersTest):
    """A bucket that keeps versions, and the stack's own role, looked up as on AWS."""

    def a_bucket(self):
        s3 = bench.client("s3", bench.MOTO)
        s3.create_bucket(Bucket=VERSIONED)
        s3.put_bucket_versioning(Bucket=VERSIONED, VersioningConfiguration={"Status": "Enabled"})
        # What the test before left: the server goes on, and so does its bucket.
        left = s3.list_object_versions(Bucket=VERSIONED)
        for each in left.get("Versions", []) + left.get("DeleteMarkers", []):
            s3.delete_object(Bucket=VERSIONED, Key=each["Key"], VersionId=each["VersionId"])
        return VERSIONED, s3

    def images(self, user):
        found = self.s3.list_object_versions(Bucket=self.bucket, Prefix=folder(user))
        return found.get("Versions", []) + found.get("DeleteMarkers", [])

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
        self.s3.delete_object(Bucket=self.bucket, Key=f"{folder(USER)}task-1/0.png")
        self.assertEqual(5, len(self.images(USER)))
        outcome = self.operator.run("delete-user", USER, "--yes")
        self.assertEqual(0, outcome.code, outcome)
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
        self.assertIn("Tasks: 3", outcome.out)
        self.assertIn("Account 123456789012, table", outcome.out)

    def test_a_stack_that_is_named_wins_over_the_environment(self):
        self.fill(USER)
        left = {"TASKS_TABLE": "anothers", "IMAGES_BUCKET": "anothers", "CLEAN_UP_ROLE_ARN": ""}
        outcome = self.operator.run("--stack", "darkroom", "delete-user", USER, **left)
        self.assertEqual(0, outcome.code, outcome)
        self.assertIn(f"table {TABLE}, bucket {VERSIONED}.\nTasks: 3", outcome.out)

    def test_without_the_role_nothing_happens(self):
        self.fill(USER)
        outcome = self.operator.run("delete-user", USER, "--yes", TROUBLE="fail sts assume-role")
        self.assertEqual(1, outcome.code, outcome)
        self.assertIn("needs sts:AssumeRole", outcome.error)
        self.stack.outputs.clear()
        outcome = self.operator.run("delete-user", USER, "--yes")
        self.assertIn("has no output CleanUpRoleArn", outcome.error)
        self.assertEqual((3, 3, 3), self.kept(USER))

    def test_the_role_may_do_what_the_command_does_and_no_more(self):
        """Each call's permission, by AWS's service authorization reference."""
        needs = {
            "dynamodb query": "dynamodb:Query", "dynamodb batch-get-item": "dynamodb:BatchGetItem",
            "dynamodb transact-write-items": "dynamodb:DeleteItem", "s3api get-bucket-versioning": "s3:GetBucketVersioning",
            "s3api list-objects-v2": "s3:ListBucket", "s3api list-object-versions": "s3:ListBucketVersions",
        }  # fmt: skip
        written = "".join(path.read_text() for path in (bench.ROOT / "scripts/operate.d").glob("users.bash"))
        used = {action for call, action in needs.items() if f"aws {call}" in written}
        self.assertEqual(set(needs.values()), used)
        template = bench.yaml_parse(bench.TEMPLATE.read_text(encoding="utf-8"))
        role = template["Resources"]["CleanUpRole"]["Properties"]["Policies"][0]["PolicyDocument"]["Statement"]
        allowed = {action for each in role for action in ([each["Action"]] if isinstance(each["Action"], str) else each["Action"])}
        self.assertEqual(used | {"s3:DeleteObject", "s3:DeleteObjectVersion"}, allowed)
        for name, resource in template["Resources"].items():
            if resource["Type"] == "AWS::IAM::Role" and name != "CleanUpRole":
                text = json.dumps(resource["Properties"].get("Policies", []))
                for action in ("s3:List", "s3:Delete", "s3:*", "dynamodb:*", "dynamodb:BatchWrite"):
                    self.assertNotIn(action, text, f"{name} may do what only the clean-up may")
