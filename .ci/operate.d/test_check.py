"""Tests of the command that checks the deployed API, against an API whose answers are scripted here."""

import http.server
import threading
import unittest

import bench
import stand_in

TOKEN = "header.payload.signature"
WELL = {
    ("POST", "/api/generate/quote", TOKEN): 200,
    ("GET", "/api/generate/tasks?limit=1", TOKEN): 200,
    ("GET", "/api/generate/status/task-000000000000000000000000", TOKEN): 404,
    ("GET", "/api/generate/tasks", "nobody"): 401,
    ("POST", "/callbacks/apidot/task-000000000000000000000000/unsigned", "nobody"): 404,
}


class CheckTest(unittest.TestCase):
    def setUp(self):
        self.answers, self.asked = dict(WELL), []
        test = self

        class Api(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                self.rfile.read(int(self.headers.get("Content-Length", 0)))
                request = self.command, self.path, self.headers["Authorization"].removeprefix("Bearer ")
                test.asked.append(request)
                self.send_response(test.answers[request])
                self.send_header("Content-Length", "0")
                self.end_headers()

            do_POST = do_GET

            def log_message(self, *_):
                pass

        api = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Api)
        threading.Thread(target=api.serve_forever, daemon=True).start()
        url = f"http://127.0.0.1:{api.server_port}"
        required = {"ApiDotKeySecret": "x"}
        outputs = {"ApiUrl": url, "CallbackUrl": url}
        stack = stand_in.Stack("darkroom", bench.TEMPLATE, required, {}, outputs, lambda _: "")
        server = stand_in.start(stack)
        self.operator = bench.Operator(**bench.stand_in_at(server))
        for close in (self.operator.close, server.server_close, server.shutdown, api.server_close, api.shutdown):
            self.addCleanup(close)

    def test_what_is_well_is_told_in_a_line_each(self):
        outcome = self.operator.run("check", TOKEN=TOKEN)
        self.assertEqual(0, outcome.code, outcome)
        self.assertEqual(5, outcome.out.count("ok      "))
        self.assertEqual(list(WELL), self.asked)
        self.assertNotIn(TOKEN, "\n".join(outcome.calls) + outcome.out + outcome.error)

    def test_each_answer_that_is_another_one_fails_the_check(self):
        for request, expected in WELL.items():
            self.answers = WELL | {request: 503}
            outcome = self.operator.run("check", TOKEN=TOKEN)
            self.assertEqual(1, outcome.code, outcome)
            self.assertIn(f"503 instead of {expected}", outcome.out)
            self.assertEqual(4, outcome.out.count("ok      "))

    def test_a_token_that_no_header_can_hold_is_refused(self):
        for token in ('a"\nheader = "X: y', "two words"):
            self.assertEqual(1, self.operator.run("check", TOKEN=token).code)
        self.assertEqual(2, self.operator.run("check", TOKEN).code)
        self.assertEqual([], self.asked)
