"""Items of the tasks' table, as the rules write them."""

import time

import bench

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


def since_the_start(milliseconds):
    """Whether a command of these tests wrote the time. On a busy machine a command can take minutes."""
    return NOW <= milliseconds <= time.time() * 1000


def item(**attributes):
    return {
        "task_id": TASK, "user_id": "alice", "model": "gpt-image-2", "credits": 1, "resolution": "1K", "created_at": EARLIER,
        "updated_at": EARLIER, "version": 3, "claim_id": "a-claim", "due_shard": shard(TASK),
    } | attributes  # fmt: skip


def without(name, stored):
    return {key: value for key, value in stored.items() if key != name}


def of_task(task, stored, **more):
    """Returns the item of another task. Only an item that is due some time has a shard."""
    changed = stored | {"task_id": task, "due_shard": shard(task)} | more
    return changed if "due_at" in changed else without("due_shard", changed)


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
ENDED = SECRETS | {"expires_at": LATER // 1000, "callback_attempts": 9}
SETTLING = item(state="settling", due_at=EARLIER, lease_until=LATER)
DELIVERED = item(state="finished", callback_status="delivered", **ENDED)
FINISHED = item(state="finished", expires_at=LATER // 1000)


class Table:
    def __init__(self, name, new=True):
        self.name = name
        self.client = bench.client("dynamodb", "DYNAMODB_PORT")
        if new:
            bench.create_table(self.client, name)

    def put(self, *items):
        for each in items:
            self.client.put_item(TableName=self.name, Item=typed(each))

    def get(self, task=TASK):
        stored = self.client.get_item(TableName=self.name, Key={"task_id": {"S": task}}, ConsistentRead=True).get("Item")
        return stored and plain(stored)

    def items(self):
        """Returns all items by key."""
        return {each["task_id"]["S"]: plain(each) for each in self.client.scan(TableName=self.name, ConsistentRead=True)["Items"]}
