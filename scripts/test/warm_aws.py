"""Serves the AWS CLI with its modules and data already loaded, because loading them takes most of a call's time. Each call is a fork
that runs the CLI's own program with its caller's arguments, environment, folder and files, and ends with its caller.

usage: warm_aws.py FOLDER; it creates the command `aws` in that folder, then prints "ready"
"""

import functools
import gc
import json
import os
import pathlib
import runpy
import signal
import socket
import sys
import threading
import traceback

PROGRAM = str(pathlib.Path(sys.executable).parent / "aws")
SERVICES = ("cloudformation", "dynamodb", "lambda", "s3", "secretsmanager", "sqs", "sts")

CALLER = f"""#!{sys.executable} -IS
import json, os, socket, sys
with socket.socket(socket.AF_UNIX) as warm:
    warm.connect(os.path.dirname(sys.argv[0]) + "/socket")
    socket.send_fds(warm, [b"+"], [0, 1, 2])
    warm.sendall(json.dumps([sys.argv[1:], dict(os.environ), os.getcwd()]).encode() + b"\\n")
    code = warm.recv(1)
sys.exit(code[0] if code else "aws: ended without a word")
"""


def load():
    """Loads the CLI's modules, and the services' models into one loader for all forks."""
    import awscli.clidriver
    import awscli.handlers  # noqa: F401

    # The CLI's own copy of botocore.
    import botocore.session

    botocore.session.create_loader = functools.cache(botocore.session.create_loader)
    driver = awscli.clidriver.create_clidriver()
    driver.create_help_command()
    for service in SERVICES:
        driver.session.create_client(service, region_name="us-east-1", aws_access_key_id="x", aws_secret_access_key="x")


def run(caller, own):
    """Runs the caller's command and returns its exit code."""
    _, files, _, _ = socket.recv_fds(caller, 1, 3)
    words, environment, folder = json.loads(caller.makefile().readline())
    for number, (file, name) in enumerate(zip(files, ("stdin", "stdout", "stderr"), strict=True)):
        os.dup2(file, number)
        os.close(file)
        setattr(sys, name, open(number, "w" if number else "r", buffering=1 if number == 2 else -1, closefd=False))
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment | own)
    sys.argv = [PROGRAM, *words]
    threading.Thread(target=end_with, args=(caller,), daemon=True).start()
    try:
        runpy.run_path(PROGRAM, run_name="__main__")
    except SystemExit as end:
        sys.stdout.flush()
        return end.code or 0
    raise RuntimeError(f"{PROGRAM} ended without an exit code")


def end_with(caller):
    caller.recv(1)
    os.kill(os.getpid(), signal.SIGKILL)


def main(folder):
    before = dict(os.environ)
    load()
    # While it loads, the CLI sets the location of its data in its environment.
    own = {name: text for name, text in os.environ.items() if before.get(name) != text}
    gc.freeze()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(folder / "socket"))
        server.listen(64)
        command = folder / "aws"
        command.write_text(CALLER)
        command.chmod(0o755)
        print("ready", flush=True)
        while True:
            caller, _ = server.accept()
            if os.fork() == 0:
                server.close()
                signal.signal(signal.SIGCHLD, signal.SIG_DFL)
                code = 1
                try:
                    code = run(caller, own)
                except BaseException:
                    traceback.print_exc()
                finally:
                    caller.send(bytes([code]))
                    os._exit(code)
            caller.close()


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]))
