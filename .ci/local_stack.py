"""Starts the local stack as a user does, for the checks beside this file."""

import contextlib
import os
import pathlib
import signal
import subprocess
import tempfile
import time
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parent.parent
COMMAND = "mvn -Plocal"
LONGEST_START = 300


class NotUp(Exception):
    """The stack did not start."""


@contextlib.contextmanager
def running(api, **settings):
    """Runs the stack until the block ends. The block begins when the API at this address answers."""
    with tempfile.NamedTemporaryFile("w+", encoding="utf-8") as log:
        stack = subprocess.Popen(
            COMMAND.split(), cwd=ROOT, env=os.environ | settings, stdout=log, stderr=log, start_new_session=True
        )  # fmt: skip
        try:
            end = time.monotonic() + LONGEST_START
            while not answers(f"{api}/health"):
                if stack.poll() is not None or time.monotonic() > end:
                    log.seek(0)
                    raise NotUp(f"`{COMMAND}` did not answer at {api} within {LONGEST_START} s; the end of its output:\n{log.read()[-3000:]}")
                time.sleep(1)
            yield
        finally:
            if stack.poll() is None:
                # Not SIGINT, which a job in the background ignores, and its children do.
                os.killpg(stack.pid, signal.SIGTERM)
            stack.wait(60)


def answers(url):
    """Whether a GET succeeds."""
    try:
        urllib.request.urlopen(url, timeout=5).close()
        return True
    except OSError:
        return False
