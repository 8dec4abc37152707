"""Starts the local stack as a user does, for the checks that need it."""

import contextlib
import os
import pathlib
import random
import signal
import socket
import subprocess
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parent.parent
COMMAND = "mvn -Plocal"
# Maven compiles first, beside other builds.
LONGEST_START = 900
PORTS = iter(random.sample(range(15_000, 32_000), 17_000))


# What would make the stack use somebody's account or data: a submit to the real APIDot costs money.
FOREIGN = ("APIDOT_", "AWS_", "CALLBACK_", "CLIENT_WEBHOOK_", "DATA_DIR", "SAM_CLI_", "TRUSTED_HOSTS")


class NotUp(Exception):
    """The stack did not start."""


def environment(**settings):
    """Returns this process's environment without anybody's accounts, and with these settings."""
    return {name: value for name, value in os.environ.items() if not name.startswith(FOREIGN)} | settings


def free_port():
    """Returns a free port, each once. Linux chooses ports from 32768 itself, so no other program gets this one before its server starts."""
    for port in PORTS:
        with socket.socket() as tried, contextlib.suppress(OSError):
            tried.bind(("127.0.0.1", port))
            return port
    raise NotUp("no port from 15000 to 31999 is free")


@contextlib.contextmanager
def running(url, command=COMMAND, **settings):
    """Runs the stack, or another command with a server, until the block ends. The block begins when the address answers."""
    if is_taken(url):
        raise NotUp(f"another program already answers at {url}; end it first")
    with tempfile.NamedTemporaryFile("w+", encoding="utf-8") as log:
        server = subprocess.Popen(
            ["bash", "-c", command], cwd=ROOT, env=environment(**settings), stdin=subprocess.DEVNULL, stdout=log, stderr=log,
            start_new_session=True,
        )  # fmt: skip
        try:
            end = time.monotonic() + LONGEST_START
            while not answers(url):
                if server.poll() is not None or time.monotonic() > end:
                    log.seek(0)
                    raise NotUp(f"`{command}` did not answer at {url} within {LONGEST_START} s; the end of its output:\n{log.read()[-10000:]}")
                time.sleep(1)
            yield
        finally:
            if server.poll() is None:
                # Not SIGINT, which a job in the background ignores, and its children do.
                os.killpg(server.pid, signal.SIGTERM)
            try:
                server.wait(60)
            except subprocess.TimeoutExpired:
                os.killpg(server.pid, signal.SIGKILL)
                server.wait()
            # Maven may end before the program that it runs.
            end = time.monotonic() + 60
            while answers(url) and time.monotonic() < end:
                time.sleep(0.5)


def is_taken(url):
    """Whether a program listens there, whatever it answers."""
    address = urllib.parse.urlsplit(url)
    with socket.socket() as tried:
        return tried.connect_ex((address.hostname, address.port)) == 0


def answers(url):
    """Whether a server answers, if only that it has no such page."""
    try:
        urllib.request.urlopen(url, timeout=5).close()
        return True
    except urllib.error.HTTPError as error:
        return error.code < 500
    except OSError:
        return False
