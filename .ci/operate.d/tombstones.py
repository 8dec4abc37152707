"""Plays SettleFunction's last removal: turns every task in state `deleting` into a tombstone (Deleting.foundNone). It leaves the
objects in the bucket, so that the tests see what the script itself removes.

usage: tombstones.py TABLE
"""

import sys

import boto3

KEPT = ("task_id", "request_hash", "state", "upstream_task_id", "version", "expires_at")


def main(name):
    table = boto3.resource("dynamodb").Table(name)
    for item in table.scan(ConsistentRead=True)["Items"]:
        if item.get("state") == "deleting":
            changed = {"state": "deleted", "version": item["version"] + 1, "expires_at": 4_000_000_000}
            table.put_item(Item={key: value for key, value in (item | changed).items() if key in KEPT})


if __name__ == "__main__":
    main(sys.argv[1])
