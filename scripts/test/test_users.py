"""Tests of the command that deletes a user's data: on DynamoDB Local and the local stack's S3, and on moto's S3 for versions."""

import base64
import datetime
import hashlib
import json
import os
import re
import sys

import pytest

import bench
from items import DELIVERED, LATER, OPEN, SECRETS, SETTLING, Table, item, of_task, shard, since_the_start, typed

TABLE, BUCKET = f"operate-users-{os.getpid()}", f"operate-images-{os.getpid()}"
# Users whose ids are easily mistaken for this one's: by prefix, case or encoding.
USER, OTHERS = 'älice "o\'r" $(id)', ("älice", 'älice "o\'r" $(id) ', "b")
# Canonical JSON with every character that a shell or jq could damage.
REQUEST = '{"input":{"prompt":"a \\"secrét\\" \\\\n\\n$(id) ☂ %s  "}}'
LATE = 900
ROLE = "arn:aws:iam::123456789012:role/darkroom-CleanUpRole-1AB"


def while_it_waits(*commands):
    return {"WHILE_ASLEEP": f'if [ "$1" = {LATE} ]; then {"; ".join(commands)}; fi'}


# Runs the function below, as SettleFunction would.
TOMBSTONES = f"'{sys.executable}' '{__file__}' {TABLE}"
SETTLED = while_it_waits(TOMBSTONES)


def leave_tombstones(table):
    """Plays SettleFunction's last removal (Deleting.foundNone), but leaves the objects, so that the script must remove them."""
    kept = ("task_id", "request_hash", "state", "upstream_task_id", "version", "expires_at")
    for stored in table.items().values():
        if stored.get("state") == "deleting":
            changed = stored | {"state": "deleted", "version": stored["version"] + 1, "expires_at": 4_000_000_000}
            table.put({key: value for key, value in changed.items() if key in kept})


def segment(user):
    return base64.urlsafe_b64encode(user.encode()).decode().rstrip("=")


def day(ago):
    return (datetime.datetime.now(datetime.UTC) - datetime.timedelta(days=ago)).strftime("%Y-%m-%d")


class Bucket:
    """A bucket: of the local stack, or of moto, which keeps versions. The servers go on between tests, so it is emptied first."""

    def __init__(self, server, versions):
        self.name = f"{BUCKET}-versioned" if versions else BUCKET
        self.versions = versions
        self.s3 = bench.client("s3", server)
        if self.name not in [each["Name"] for each in self.s3.list_buckets()["Buckets"]]:
            self.s3.create_bucket(Bucket=self.name)
        if versions:
            self.s3.put_bucket_versioning(Bucket=self.name, VersioningConfiguration={"Status": "Enabled"})
        for each in self.found():
            self.s3.delete_object(Bucket=self.name, **each)

    def found(self):
        kind, keys = ("list_object_versions", ("Key", "VersionId")) if self.versions else ("list_objects_v2", ("Key",))
        for page in self.s3.get_paginator(kind).paginate(Bucket=self.name):
            for each in page.get("Contents", []) + page.get("Versions", []) + page.get("DeleteMarkers", []):
                yield {key: each[key] for key in keys}

    def put(self, key, body=b"picture"):
        self.s3.put_object(Bucket=self.name, Key=key, Body=body)

    def delete(self, key):
        self.s3.delete_object(Bucket=self.name, Key=key)

    def keys(self):
        """Returns the key of every object, or of every version and delete marker."""
        return [each["Key"] for each in self.found()]


class Users:
    def __init__(self, operator, bucket):
        self.operator, self.bucket = operator, bucket
        self.table = Table(TABLE)
        self.names = []

    def fill(self, user=USER, count=5):
        """Stores five tasks with an image each: three are open, one has ended, and the user is deleting one."""
        secrets = SECRETS | {"request": REQUEST}
        cases = [
            OPEN["accepted"] | {"request": REQUEST},
            OPEN["due"] | secrets,
            SETTLING | secrets,
            DELIVERED | {"request": REQUEST, "files": "[]", "upstream_task_id": "up-2", "budget_day": day(0)},
            item(state="deleting", request_hash="a hash", due_at=LATER),
        ]
        for number in range(count):
            task = f"task-{base64.b16encode(user.encode())[-16:].decode():0>16}-{number:04}"
            self.table.put(of_task(task, cases[number % 5], user_id=user))
            self.image(user, number)
        self.bucket.put(f"uploads/{segment(user)}/upload-1.png", b"source")
        for ago in (0, 1, 39):
            self.table.put({"task_id": f"budget#{day(ago)}#{user}", "credits": 7, "expires_at": LATER // 1000})
        return self

    def image(self, user, number):
        image = f"images/{segment(user)}/task-{number}/0.png"
        self.bucket.put(image)
        self.bucket.put(f"previews/{image}.jpg", b"small")

    def tasks(self, user=USER):
        return {key: each for key, each in self.table.items().items() if each.get("user_id") == user}

    def counters(self, user=USER):
        return [key for key in self.table.items() if key.startswith("budget#") and key.endswith("#" + user)]

    def objects(self, user=USER):
        return [key for key in self.bucket.keys() if f"/{segment(user)}/" in key]

    def kept(self):
        return len(self.tasks()), len(self.counters()), len(self.objects())

    def everything(self):
        return self.table.items(), self.bucket.keys()

    def of_others(self):
        ours = self.tasks().keys() | set(self.counters()) | set(self.names)
        items = {key: each for key, each in self.table.items().items() if key not in ours}
        return items, sorted(set(self.bucket.keys()) - set(self.objects()))

    def everyone(self):
        self.fill()
        for user in OTHERS:
            self.fill(user, 4)
        self.bucket.put("elsewhere/file", b"")
        self.names = list(self.tasks())
        self.others = self.of_others()
        return self

    def only_the_user_is_gone(self):
        assert self.kept() == (0, 0, 0)
        items = self.table.items()
        assert [items[name]["state"] for name in self.names] == ["deleted"] * 5
        assert self.of_others() == self.others

    def delete(self, **more):
        return self.operator.run("delete-user", USER, "--yes", **more)

    def delete_well(self, **more):
        outcome = self.delete(**SETTLED | more)
        assert outcome.code == 0, outcome
        return outcome

    def fails(self, **more):
        outcome = self.delete(**more)
        assert outcome.code == 1 and "Nothing is left" not in outcome.out, outcome
        return outcome.error


@pytest.fixture
def users(new_operator):
    bucket = Bucket("S3_PORT", versions=False)
    return Users(new_operator(TASKS_TABLE=TABLE, IMAGES_BUCKET=bucket.name, CLEAN_UP_ROLE_ARN=""), bucket)


def test_without_yes_it_counts_and_changes_nothing(users):
    before = users.everyone().everything()
    outcome = users.operator.run_well("delete-user", USER)
    assert (
        "Tasks: 4, 3 of them open. Being deleted already: 1.\nBudget counters: 3.\nObjects under images: 5, 35 bytes.\n"
        "Objects under previews: 5, 25 bytes.\nObjects under uploads: 1, 6 bytes.\nNothing was changed."
    ) in outcome.out
    assert users.everything() == before


def test_with_yes_everything_of_the_user_goes_and_nothing_of_others(users):
    users.everyone()
    for tasks, objects in ((4, 11), (0, 0)):
        outcome = users.delete_well()
        assert f"Deleted: {tasks} tasks, and the budget counters.\nDeleted: {objects} objects.\n" in outcome.out
        assert f"sleep {LATE}" in outcome.calls
        users.only_the_user_is_gone()


def test_what_settle_function_has_not_done_is_said(users):
    before = users.everyone().tasks()
    assert "SettleFunction has not removed 5 tasks for the last time yet: run this again in ten minutes" in users.fails()
    assert users.kept() == (5, 0, 0)
    for name, after in users.tasks().items():
        is_deleting(before[name], after)
    # In the second run, a task becomes a tombstone after it was read from the index.
    users.delete_well(TROUBLE="meanwhile dynamodb batch-get-item", MEANWHILE=TOMBSTONES)
    users.only_the_user_is_gone()


def is_deleting(before, after):
    """Checks the result of the rules' own write, OperatorsWrites.deleteWithUser."""
    if before["state"] == "deleting":
        assert after == before
        return
    text = f"{before['task_id']}\n{before['request']}\n{before.get('callback_url', '')}"
    assert since_the_start(after["updated_at"])
    assert re.fullmatch("operator-[0-9]+", after["claim_id"])
    kept = ("task_id", "user_id", "created_at", "upstream_task_id")
    assert after == {key: value for key, value in before.items() if key in kept} | {
        "state": "deleting",
        "version": before["version"] + 1,
        "request_hash": hashlib.sha256(text.encode()).hexdigest(),
        "claim_id": after["claim_id"],
        "updated_at": after["updated_at"],
        "due_at": after["updated_at"] + 600_000,
        "due_shard": shard(before["task_id"]),
    }


def dynamodb(command, task):
    return f"""{bench.REAL_AWS} dynamodb {command} --table-name {TABLE} --key '{{"task_id":{{"S":"{task}"}}}}'"""


def test_records_go_first_so_that_a_worker_in_flight_leaves_nothing(users):
    users.everyone()
    task = next(name for name, each in users.tasks().items() if each["state"] == "settling")
    image = f"images/{segment(USER)}/task-late/0.png"
    late = (image, f"previews/{image}.jpg", f"uploads/{segment(USER)}/upload-late.png")
    # Meanwhile, a worker that holds the task stores its picture, and its write is refused. A preview and an upload follow.
    worker = (
        *(f"{bench.REAL_AWS} s3api put-object --bucket {users.bucket.name} --key '{key}'" for key in late),
        dynamodb("update-item", task) + " --update-expression 'SET files = :f' --condition-expression '#s = :s AND claim_id = :c' "
        """--expression-attribute-names '{"#s":"state"}' """
        """--expression-attribute-values '{":s":{"S":"settling"},":c":{"S":"a-claim"},":f":{"S":"[]"}}' && echo told >"$BENCH/told\"""",
    )
    # This comes after the first deletion of objects, so only the second can find the late ones.
    outcome = users.delete_well(**while_it_waits(*worker, TOMBSTONES))
    assert not (users.operator.folder / "told").exists(), "a late write brought the record back"
    assert "Deleted: 11 objects." in outcome.out and "Deleted: 3 objects." in outcome.out
    users.only_the_user_is_gone()
    calls = [" ".join(call.split(" ")[1:3]) for call in outcome.calls]
    last_record = max(i for i, call in enumerate(calls) if call == "dynamodb transact-write-items")
    assert last_record < calls.index("s3api delete-objects")


def test_after_a_crash_it_goes_on_and_waits_again(users):
    users.everyone()
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
        assert users.delete(TROUBLE=crash).code == -9, crash
        undone = [each for each in users.tasks().values() if each["state"] != "deleting"]
        assert (len(undone), *users.kept()[1:]) == left, crash
    assert users.delete(**while_it_waits("kill -KILL 0")).code == -9
    users.image(USER, 9)
    assert f"sleep {LATE}" in users.delete_well().calls
    users.only_the_user_is_gone()


def test_more_than_one_transaction_and_more_than_one_page_go(users):
    users.fill(count=40)
    for number in range(1001):
        users.bucket.put(f"images/{segment(USER)}/task-many/{number}.png")
    assert "Objects under images: at least 1000," in users.operator.run("delete-user", USER).out
    outcome = users.delete_well()
    assert "Deleted: 32 tasks, and the budget counters.\nDeleted: 1082 objects." in outcome.out
    assert users.kept() == (0, 0, 0)


DELETING = """update-item --update-expression 'SET #s = :s' --expression-attribute-names '{"#s":"state"}' \
--expression-attribute-values '{":s":{"S":"deleting"}}'"""


@pytest.mark.parametrize(
    ("stored", "deleted", "trouble", "meanwhile"),
    [
        pytest.param(5, 4, "conflict dynamodb transact-write-items", "", id="a worker writes the same items"),
        pytest.param(5, 3, "meanwhile dynamodb transact-write-items", DELETING, id="the user deletes one"),
        pytest.param(1, 0, 'meanwhile dynamodb batch-get-item --request-items {"', "delete-item", id="a refused submit removes its record"),
    ],
)
def test_what_workers_do_meanwhile_holds_nothing_up(users, stored, deleted, trouble, meanwhile):
    users.fill(count=stored)
    outcome = users.delete_well(TROUBLE=trouble, MEANWHILE=dynamodb(meanwhile, min(users.tasks())))
    assert f"Deleted: {deleted} tasks" in outcome.out
    assert (users.operator.folder / "done").exists(), outcome
    assert users.kept() == (0, 0, 0)


SUBMIT = OPEN["accepted"] | {"user_id": USER, "request": REQUEST}
# An upload creates no task, but it is counted.
UPLOAD = {"task_id": f"budget#{day(0)}#{USER}", "uploads": 1, "expires_at": LATER // 1000}


@pytest.mark.parametrize(("when", "record"), [("true", SUBMIT), (f'[ "$1" = {LATE} ]', SUBMIT), (f'[ "$1" = {LATE} ]', UPLOAD)])
def test_a_user_who_goes_on_is_told_of(users, when, record):
    users.fill()
    text = json.dumps(typed(record)).replace("'", "'\\''")
    late = f"if {when}; then {bench.REAL_AWS} dynamodb put-item --table-name {TABLE} --item '{text}'; fi"
    assert "take the user's access away" in users.fails(WHILE_ASLEEP=f"{SETTLED['WHILE_ASLEEP']}; {late}")
    users.delete_well()


@pytest.mark.parametrize("bad", [[], [""], ["x" * 256], [USER, "other"], [USER, "--force"]])
def test_bad_words_delete_nothing(users, bad):
    users.operator.refuses("delete-user", *bad)


@pytest.mark.parametrize(
    "call", ["query", "batch-get-item", 'batch-get-item --request-items {"', "transact-write-items"]
)  # fmt: skip
def test_trouble_with_the_table_is_said_before_anything_is_deleted(users, call):
    before = users.everyone().everything()
    users.fails(TROUBLE=f"fail dynamodb {call}", **SETTLED)
    assert users.everything() == before


@pytest.mark.parametrize("call", ["get-bucket-versioning", "list-objects-v2", "delete-objects"])
def test_trouble_with_the_bucket_is_said(users, call):
    users.everyone()
    users.fails(TROUBLE=f"fail s3api {call}", **SETTLED)
    assert len(users.objects()) == 11


def test_a_bucket_that_is_not_there_is_said(users):
    objects = users.everyone().bucket.keys()
    users.fails(IMAGES_BUCKET="no-such-bucket")
    assert users.bucket.keys() == objects


# ---- With the stack's role as on AWS, and a bucket that keeps versions -----------------------------------------------


@pytest.fixture
def stack(deploy):
    resources = {"TasksTable": TABLE, "ImagesBucket": f"{BUCKET}-versioned"}
    return deploy(resources=resources, outputs={"CleanUpRoleArn": ROLE})


@pytest.fixture
def versioned(stack, new_operator):
    _, environment = stack
    return Users(new_operator(**environment, AWS_ENDPOINT_URL_S3=bench.address("MOTO")), Bucket("MOTO", versions=True))


def test_every_version_and_marker_goes_and_only_the_role_touches_data(versioned):
    users = versioned.everyone()
    users.image(USER, 0)
    users.bucket.delete(f"images/{segment(USER)}/task-1/0.png")
    users.bucket.delete(f"uploads/{segment(USER)}/upload-1.png")
    assert len(users.objects()) == 15
    outcome = users.delete_well()
    assert "Deleted: 15 objects." in outcome.out
    users.only_the_user_is_gone()
    for call in outcome.calls:
        key, service, *_ = call.split(" ")
        if key != "sleep":
            assert (key == bench.KEYS["AWS_ACCESS_KEY_ID"]) == (service not in ("dynamodb", "s3api")), call
    assert outcome.called("sts assume-role") == 2


def test_the_region_of_a_profile_holds_in_the_role_too(versioned):
    operator = versioned.fill().operator
    config = operator.folder / "config"
    config.write_text("[profile operator]\nregion = us-east-1\naws_access_key_id = local\naws_secret_access_key = local\n")
    for name in bench.KEYS:
        del operator.environment[name]
    outcome = operator.run_well("delete-user", USER, AWS_PROFILE="operator", AWS_CONFIG_FILE=str(config))
    assert "Tasks: 4" in outcome.out and "Account 123456789012, table" in outcome.out


def test_a_stack_that_is_named_wins_over_the_environment(versioned):
    left = {"TASKS_TABLE": "anothers", "IMAGES_BUCKET": "anothers", "CLEAN_UP_ROLE_ARN": ""}
    outcome = versioned.fill().operator.run_well("--stack", "darkroom", "delete-user", USER, **left)
    assert f"table {TABLE}, bucket {BUCKET}-versioned.\nTasks: 4" in outcome.out


def test_without_the_role_nothing_happens(versioned, stack):
    versioned.fill()
    assert "needs sts:AssumeRole" in versioned.fails(TROUBLE="fail sts assume-role")
    stack[0].outputs.clear()
    assert "has no output CleanUpRoleArn" in versioned.fails()
    assert versioned.kept() == (5, 3, 11)


def test_the_role_may_do_what_the_command_does_and_no_more(versioned):
    """Checks this role's actions; template-test/rules.py has the resources of all roles."""
    users = versioned.fill()
    calls = users.delete_well().calls
    versions = needs(calls, versions=True)
    users.bucket = Bucket("MOTO", versions=False)
    users.fill()
    calls = users.delete_well(IMAGES_BUCKET=users.bucket.name).calls
    statements = bench.template()["Resources"]["CleanUpRole"]["Properties"]["Policies"][0]["PolicyDocument"]["Statement"]
    allowed = set()
    for each in statements:
        actions = [each["Action"]] if isinstance(each["Action"], str) else each["Action"]
        prefixes = each["Condition"]["StringLike"]["s3:prefix"] if "Condition" in each else [""]
        allowed |= {(action, prefix) for action in actions for prefix in prefixes}
    assert versions | needs(calls, versions=False) == allowed


def needs(calls, versions):
    """Returns the permissions that the calls need, with the prefix that they list (AWS service authorization reference)."""
    needed = set()
    for call in calls:
        words = call.split(" ")[1:]
        match words[:2]:
            case ["dynamodb", "transact-write-items"]:
                request = json.loads(call.split("--cli-input-json ")[1])
                needed |= {(f"dynamodb:{kind}Item", "") for action in request["TransactItems"] for kind in action}
            case ["s3api", "list-objects-v2" | "list-object-versions" as what]:
                prefix = words[words.index("--prefix") + 1].split("/")[0] + "/*"
                needed.add(("s3:ListBucket" if what == "list-objects-v2" else "s3:ListBucketVersions", prefix))
            case ["s3api", "delete-objects"]:
                needed.add(("s3:DeleteObjectVersion" if versions else "s3:DeleteObject", ""))
            case ["dynamodb" | "s3api" as service, other]:
                # Other actions have the command's name: a new one fails here, until the role has it.
                action = "".join(word.capitalize() for word in other.split("-"))
                needed.add((f"{service.removesuffix('api')}:{action}", ""))
    return needed


if __name__ == "__main__":
    leave_tombstones(Table(sys.argv[1], new=False))
