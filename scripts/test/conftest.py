"""Starts what the tests share: the local stack, moto and a warm AWS CLI once, and for each test what it asks for."""

import contextlib
import os
import pathlib
import subprocess
import sys
import tempfile
import threading

import pytest
from moto.server import ThreadedMotoServer
from werkzeug.serving import make_server

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parents[1] / ".ci"))
import bench  # noqa: E402
import local_stack  # noqa: E402
import stand_in  # noqa: E402


def pytest_sessionstart(session):
    if "PYTEST_XDIST_WORKER" in os.environ:
        return
    with contextlib.ExitStack() as servers:
        moto = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
        moto.start()
        servers.callback(moto.stop)
        os.environ["OPERATE_MOTO"] = "http://{}:{}".format(*moto.get_host_and_port())
        folder = servers.enter_context(tempfile.TemporaryDirectory(prefix="operate-"))
        warm = subprocess.Popen([sys.executable, HERE / "warm_aws.py", folder], stdout=subprocess.PIPE)
        servers.callback(warm.terminate)
        assert warm.stdout.readline() == b"ready\n"
        os.environ["OPERATE_WARM_AWS"] = folder
        ports = {name: str(local_stack.free_port()) for name in ("API_PORT", "APIDOT_PORT", "DYNAMODB_PORT", "S3_PORT")}
        os.environ |= {f"OPERATE_{name}": f"http://127.0.0.1:{port}" for name, port in ports.items()}
        servers.enter_context(local_stack.running(f"{bench.address('API_PORT')}/health", **ports))
        session.config.add_cleanup(servers.pop_all().close)


@pytest.fixture
def new_operator():
    """Makes an operator with this environment."""
    with contextlib.ExitStack() as operators:
        yield lambda **more: operators.enter_context(contextlib.closing(bench.Operator(**more)))


@pytest.fixture
def serve():
    """Serves a WSGI application until the test ends, and returns its address."""
    with contextlib.ExitStack() as servers:

        def start(application):
            server = make_server("127.0.0.1", 0, application, threaded=True)
            threading.Thread(target=server.serve_forever, daemon=True).start()
            servers.callback(server.server_close)
            servers.callback(server.shutdown)
            return f"http://127.0.0.1:{server.server_port}"

        yield start


@pytest.fixture
def deploy(serve):
    """Deploys a stand-in for the stack, and returns it with the environment in which the AWS CLI finds it."""

    def start(**more):
        stack = stand_in.Stack(**more)
        url = serve(stand_in.application(stack))
        return stack, {"AWS_ENDPOINT_URL_CLOUDFORMATION": url, "AWS_ENDPOINT_URL_LAMBDA": url}

    return start
