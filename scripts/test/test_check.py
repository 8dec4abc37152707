"""Tests of the command that checks the deployed API, against an API whose answers are scripted here."""

import flask
import pytest

TOKEN = "header.payload.signature"
WELL = {
    ("POST", "/api/generate/quote", TOKEN): 200,
    ("GET", "/api/generate/tasks?limit=1", TOKEN): 200,
    ("GET", "/api/generate/status/task-000000000000000000000000", TOKEN): 404,
    ("GET", "/api/generate/tasks", "nobody"): 401,
    ("POST", "/callbacks/apidot/task-000000000000000000000000/unsigned", "nobody"): 404,
}


@pytest.fixture
def api(serve, deploy, new_operator):
    """Returns an operator, the API's answers, which a test may change, and what it was asked."""
    answers, asked = dict(WELL), []
    app = flask.Flask(__name__)

    @app.route("/<path:_>", methods=["GET", "POST"])
    def answer(_):
        request = flask.request
        asked.append((request.method, request.full_path.rstrip("?"), request.authorization.token))
        return "", answers[asked[-1]]

    url = serve(app)
    _, environment = deploy(outputs={"ApiUrl": url, "CallbackUrl": url})
    return new_operator(**environment), answers, asked


def test_what_is_well_is_told_in_a_line_each(api):
    operator, _, asked = api
    outcome = operator.run_well("check", TOKEN=TOKEN)
    assert outcome.out.count("ok      ") == 5
    assert asked == list(WELL)
    assert TOKEN not in str(outcome)


@pytest.mark.parametrize("request_", WELL)
def test_each_answer_that_is_another_one_fails_the_check(api, request_):
    operator, answers, _ = api
    answers[request_] = 503
    outcome = operator.run("check", TOKEN=TOKEN)
    assert outcome.code == 1
    assert f"503 instead of {WELL[request_]}" in outcome.out
    assert outcome.out.count("ok      ") == 4


@pytest.mark.parametrize("token", ['a"\nheader = "X: y', "two words"])
def test_a_token_that_no_header_can_hold_is_refused(api, token):
    operator, _, asked = api
    assert operator.run("check", TOKEN=token).code == 1
    operator.refuses("check", TOKEN)
    assert asked == []
