"""Tests of the commands that stop submits and rotate secrets, with a stand-in for CloudFormation and moto's Secrets Manager."""

import os
import unittest

import bench
import stand_in

SIGNING, CLIENT, APIDOT = (f"{name}-{os.getpid()}" for name in ("signing-secret", "client-secret", "darkroom/apidot-key"))
KEY, SECRET, OLD_API_KEY = "K" * 48, "S" * 32, "old-apidot-key"
DAY = 86400


class StackTest(unittest.TestCase):
    def setUp(self):
        self.vault = bench.client("secretsmanager", bench.MOTO)
        for name, text in ((SIGNING, KEY), (CLIENT, SECRET), (APIDOT, OLD_API_KEY)):
            try:
                self.vault.delete_secret(SecretId=name, ForceDeleteWithoutRecovery=True)
            except self.vault.exceptions.ResourceNotFoundException:
                pass
            self.vault.create_secret(Name=name, SecretString=text)
        resources = {
            "CallbackSigningKeys": SIGNING, "ClientWebhookSecrets": CLIENT, "TasksTable": "operate-tasks",
        } | {name: f"darkroom-{name}-1AB" for name in ("SubmitFunction", "CallbackFunction", "SettleFunction", "NotifyFunction")}  # fmt: skip
        required = {"ApiDotKeySecret": APIDOT, "JwtIssuer": "https://issuer.example", "JwtAudiences": "a,b"}
        self.stack = stand_in.Stack("darkroom", bench.TEMPLATE, required, resources, {}, self.text)
        server = stand_in.start(self.stack)
        self.addCleanup(server.server_close)
        self.addCleanup(server.shutdown)
        self.operator = bench.Operator(**bench.stand_in_at(server))
        self.addCleanup(self.operator.close)
        self.seen = {KEY, SECRET, OLD_API_KEY}

    def text(self, name=SIGNING):
        return self.vault.get_secret_value(SecretId=name)["SecretString"]

    def run_well(self, *words, **more):
        outcome = self.run_it(*words, **more)
        self.assertEqual(0, outcome.code, outcome)
        return outcome

    def run_it(self, *words, **more):
        outcome = self.operator.run(*words, **more)
        for name in (SIGNING, CLIENT, APIDOT):
            self.seen |= {part.removeprefix("whsec_") for part in self.text(name).split(",")}
        told = "\n".join(outcome.calls) + outcome.error + ("" if "reveal" in words else outcome.out)
        for secret in self.seen:
            self.assertNotIn(secret, told, "a secret is printed, or an argument of a program")
        return outcome

    def refused(self, says, *words, code=1, **more):
        before = [self.text(name) for name in (SIGNING, CLIENT, APIDOT)], dict(self.stack.parameters), len(self.stack.history)
        outcome = self.run_it(*words, **more)
        self.assertEqual(code, outcome.code, outcome)
        self.assertIn(says, outcome.error)
        after = [self.text(name) for name in (SIGNING, CLIENT, APIDOT)], dict(self.stack.parameters), len(self.stack.history)
        self.assertEqual(before, after)

    def live(self, function, setting):
        return self.stack.live[function][setting]


class SubmitsTest(StackTest):
    def test_submits_stop_and_resume_and_no_other_parameter_changes(self):
        before = dict(self.stack.parameters)
        self.assertIn("New submits are accepted.", self.run_well("submits").out)
        for _ in ("once", "again"):
            self.assertIn("New submits get 503", self.run_well("submits", "stop").out)
            self.assertEqual(before | {"AcceptSubmits": "false"}, self.stack.parameters)
            self.assertEqual("false", self.live("SubmitFunction", "ACCEPT_SUBMITS"))
        self.assertEqual(1, self.stack.updates, "the second time deployed nothing")
        self.run_well("submits", "resume")
        self.assertEqual(before, self.stack.parameters)

    def no_submit_since_the_stop(self):
        """Checks that no submit was accepted again after the first refusal."""
        taking = self.stack.taking
        self.assertIn(False, taking)
        self.assertNotIn(True, taking[taking.index(False) :], "a submit was accepted after the stop")

    def test_a_stop_is_at_once_and_leaves_no_limit_behind(self):
        outcome = self.run_well("submits", "stop")
        calls = [call.split(" ", 1)[1] for call in outcome.calls]
        order = [next(i for i, call in enumerate(calls) if call.startswith(words)) for words in (
            "lambda put-function-concurrency", "cloudformation describe-stacks", "cloudformation update-stack",
            "lambda delete-function-concurrency")]  # fmt: skip
        self.assertEqual(sorted(order), order)
        self.assertEqual({}, self.stack.limits)
        self.no_submit_since_the_stop()

    def test_a_stop_whose_deployment_fails_stays_a_stop_until_resume(self):
        self.stack.fails = True
        self.assertEqual(1, self.run_it("submits", "stop").code)
        self.assertEqual({"SubmitFunction": 0}, self.stack.limits)
        self.no_submit_since_the_stop()
        self.assertIn("by a concurrency limit of 0", self.run_well("submits").out)
        self.assertEqual({"SubmitFunction": 0}, self.stack.limits)
        self.assertIn("New submits are accepted.", self.run_well("submits", "resume").out)
        self.assertEqual({}, self.stack.limits)

    def test_a_stop_without_the_permission_to_be_quick_is_said_and_deploys(self):
        outcome = self.run_well("submits", "stop", TROUBLE="fail lambda put-function-concurrency")
        self.assertIn("cannot be stopped at once", outcome.error)
        self.assertEqual("false", self.live("SubmitFunction", "ACCEPT_SUBMITS"))

    def test_a_limit_of_the_operators_own_is_told_of_and_resume_keeps_it(self):
        self.stack.limit("SubmitFunction", 50)
        self.assertIn("limit of 50", self.run_well("submits", "stop").out)
        self.stack.limit("SubmitFunction", 50)
        self.run_well("submits", "resume")
        self.assertEqual({"SubmitFunction": 50}, self.stack.limits)

    def test_the_stacks_own_limit_comes_back(self):
        self.stack.parameters["SubmitConcurrency"] = "7"
        self.stack.limit("SubmitFunction", 7)
        self.run_well("submits", "stop")
        self.assertEqual({"SubmitFunction": 7}, self.stack.limits)

    def test_bad_words_and_unknown_stacks_change_nothing(self):
        self.refused("submits takes stop, resume or nothing", "submits", "halt", code=2)
        self.refused("cannot read the stack nobodys", "--stack", "nobodys", "submits", "stop")
        self.refused("needs the name of a stack", "--stack", code=2)

    def test_a_deployment_under_way_is_waited_for(self):
        self.stack.status = "UPDATE_IN_PROGRESS"
        self.stack.queue = [("TasksFunction", dict(self.stack.live["TasksFunction"]))] * 4
        outcome = self.run_well("submits", "stop")
        self.assertIn("waiting", outcome.out)
        self.assertEqual("false", self.live("SubmitFunction", "ACCEPT_SUBMITS"))

    def test_a_deployment_that_is_rolled_back_is_said_and_can_be_tried_again(self):
        self.stack.fails = True
        outcome = self.run_it("submits", "stop")
        self.assertEqual(1, outcome.code, outcome)
        self.assertIn("UPDATE_ROLLBACK_COMPLETE", outcome.error)
        self.stack.fails = False
        self.run_well("submits", "stop")

    def test_after_a_crash_the_same_command_goes_on(self):
        for call in ("crash_before", "crash_after"):
            self.assertEqual(-9, self.run_it("submits", "stop", TROUBLE=f"{call} cloudformation update-stack").code)
            self.assertIn("New submits get 503", self.run_well("submits", "stop").out)
            self.no_submit_since_the_stop()
            self.run_well("submits", "resume")
            self.stack.taking.clear()
        for call in ("crash_after lambda put-function-concurrency", "crash_before lambda delete-function-concurrency"):
            self.assertEqual(-9, self.run_it("submits", "stop", TROUBLE=call).code)
            self.assertEqual({"SubmitFunction": 0}, self.stack.limits)
            self.run_well("submits", "stop")
            self.assertEqual({}, self.stack.limits)
            self.no_submit_since_the_stop()
            self.assertEqual(-9, self.run_it("submits", "stop", TROUBLE=call).code)
            self.run_well("submits", "resume")
            self.assertEqual({}, self.stack.limits)
            self.stack.taking.clear()


class SigningKeyTest(StackTest):
    dropped_at = None

    def tearDown(self):
        """Checks that every key that has signed was verified from then on, until it was dropped on purpose."""
        listed = lambda at, function: at[function]["CALLBACK_SIGNING_KEYS"].split(",")
        for i, at in enumerate(self.stack.history):
            signer = listed(at, "SubmitFunction")[0]
            until = self.dropped_at if signer == KEY else None
            for after in self.stack.history[i:until]:
                self.assertIn(signer, listed(after, "CallbackFunction"), "a webhook in flight is lost")

    def days_pass(self, days):
        tags = {tag["Key"]: tag["Value"] for tag in self.vault.describe_secret(SecretId=SIGNING)["Tags"]}
        key, since = tags["darkroom:signs-since"].split("@")
        self.tag("darkroom:signs-since", f"{key}@{int(since) - int(days * DAY)}")

    def tag(self, key, value):
        self.vault.tag_resource(SecretId=SIGNING, Tags=[{"Key": key, "Value": value}])

    def drop(self, *words, **more):
        self.dropped_at = self.dropped_at or len(self.stack.history)
        return self.run_it("signing-key", "drop", *words, **more)

    def everywhere(self, text):
        self.assertEqual(text, self.text())
        for function in ("SubmitFunction", "CallbackFunction"):
            self.assertEqual(text, self.live(function, "CALLBACK_SIGNING_KEYS"))

    def test_a_rotation_goes_by_three_steps_each_of_which_may_be_repeated(self):
        self.assertIn("No rotation is under way", self.run_well("signing-key").out)
        for _ in ("once", "again"):
            self.run_well("signing-key", "add")
            new = self.text().split(",")[1]
            self.everywhere(f"{KEY},{new}")
            self.assertRegex(new, "^[A-Za-z0-9]{48}$")
            self.assertIn("Next: signing-key switch", self.run_well("signing-key").out)
        for _ in ("once", "again"):
            self.run_well("signing-key", "switch")
            self.everywhere(f"{new},{KEY}")
        self.assertIn("signing-key drop, from", self.run_well("signing-key").out)
        self.refused("may arrive until", "signing-key", "drop")
        self.days_pass(0.99)
        self.refused("may arrive until", "signing-key", "drop")
        self.days_pass(0.02)
        for _ in ("once", "again"):
            self.assertEqual(0, self.drop().code)
            self.everywhere(new)
        self.assertEqual(3, self.stack.updates, "one for each step")
        self.run_well("signing-key", "add")
        self.assertTrue(self.text().startswith(f"{new},"))

    def test_no_step_goes_before_the_one_before_it_is_live(self):
        self.refused("run signing-key add first", "signing-key", "switch")
        for call in ("crash_after secretsmanager put-secret-value", "fail cloudformation update-stack"):
            self.assertNotEqual(0, self.run_it("signing-key", "add", TROUBLE=call).code)
            self.refused("the new key is not live yet", "signing-key", "switch")
        self.refused("the next step is signing-key switch", "signing-key", "drop")
        self.run_well("signing-key", "add")
        self.assertNotEqual(0, self.run_it("signing-key", "switch", TROUBLE="fail cloudformation update-stack").code)
        self.refused("not live yet", "signing-key", "drop")
        self.refused("the new key signs already", "signing-key", "add")
        self.refused("signing-key takes", "signing-key", "rotate", code=2)

    def test_after_a_crash_at_any_write_the_same_step_goes_on(self):
        tag, put, update = "secretsmanager tag-resource", "secretsmanager put-secret-value", "cloudformation update-stack"
        for crash in (f"crash_after {tag}", f"crash_before {put}", f"crash_after {put}", f"crash_after {update}"):
            self.assertEqual(-9, self.run_it("signing-key", "add", TROUBLE=crash).code, crash)
        self.run_well("signing-key", "add")
        old, new = self.text().split(",")
        self.assertEqual(KEY, old)
        for crash in (f"crash_before {put}", f"crash_after {put}", f"crash_after {update}", f"crash_before {tag}"):
            self.assertEqual(-9, self.run_it("signing-key", "switch", TROUBLE=crash).code, crash)
        self.refused("switch was interrupted", "signing-key", "drop")
        self.run_well("signing-key", "switch")
        self.everywhere(f"{new},{KEY}")
        self.days_pass(1.1)
        for crash in (f"crash_after {put}", f"crash_before {update}"):
            self.assertEqual(-9, self.drop(TROUBLE=crash).code, crash)
        self.assertEqual(0, self.drop().code)
        self.everywhere(new)

    def test_a_key_that_strangers_know_can_be_dropped_now(self):
        self.run_well("signing-key", "add")
        self.run_well("signing-key", "switch")
        new = self.text().split(",")[0]
        self.assertEqual(0, self.drop("--now").code)
        self.everywhere(new)

    def test_keys_that_somebody_else_listed_are_not_touched(self):
        self.vault.put_secret_value(SecretId=SIGNING, SecretString=f"{KEY},somebody-elses")
        for step in ("add", "switch", "drop"):
            self.refused("this command added none of the first two", "signing-key", step)

    def test_a_rotation_that_was_rolled_back_says_so(self):
        self.stack.fails = True
        self.assertIn("did not succeed", self.run_it("signing-key", "add").error)
        self.refused("the new key is not live yet", "signing-key", "switch")
        self.stack.fails = False
        self.run_well("signing-key", "add")


class ClientSecretTest(StackTest):
    def everywhere(self, text):
        self.assertEqual(text, self.text(CLIENT))
        self.assertEqual(f"whsec_{text}", self.live("NotifyFunction", "CLIENT_WEBHOOK_SECRETS"))

    def test_a_rotation_lets_both_sign_until_the_old_one_is_dropped(self):
        self.assertIn("No rotation is under way", self.run_well("client-secret").out)
        for _ in ("once", "again"):
            self.run_well("client-secret", "add")
            new = self.text(CLIENT).split(",")[0]
            self.assertRegex(new, "^[A-Za-z0-9]{32}$")
            self.everywhere(f"{new},whsec_{SECRET}")
        self.assertEqual(f"whsec_{new}\n", self.run_well("client-secret", "reveal").out)
        for _ in ("once", "again"):
            self.run_well("client-secret", "drop")
            self.everywhere(new)
        self.assertEqual(2, self.stack.updates)

    def test_after_a_crash_at_any_write_the_same_step_goes_on(self):
        writes = ("secretsmanager put-secret-value", "cloudformation update-stack")
        crashes = [f"{when} {call}" for call in writes for when in ("crash_before", "crash_after")]
        for crash in crashes:
            self.assertEqual(-9, self.run_it("client-secret", "add", TROUBLE=crash).code, crash)
            if "," in self.text(CLIENT) and "update" not in crash:
                self.refused("the new secret does not sign yet", "client-secret", "drop")
        self.run_well("client-secret", "add")
        new = self.text(CLIENT).split(",")[0]
        self.everywhere(f"{new},whsec_{SECRET}")
        for crash in crashes:
            self.assertEqual(-9, self.run_it("client-secret", "drop", TROUBLE=crash).code, crash)
        self.run_well("client-secret", "drop")
        self.everywhere(new)

    def test_bad_words_change_nothing(self):
        self.refused("client-secret takes", "client-secret", "rotate", code=2)


class ApiDotKeyTest(StackTest):
    def everywhere(self, key):
        self.assertEqual(key, self.text(APIDOT))
        for function in ("SubmitFunction", "SettleFunction"):
            self.assertEqual(key, self.live(function, "APIDOT_API_KEY"))

    def test_a_key_from_standard_input_becomes_live(self):
        self.seen.add("new-apidot-key")
        for _ in ("once", "again"):
            self.assertIn("can be revoked at APIDot from", self.run_well("apidot-key", "set", given="new-apidot-key\n").out)
            self.everywhere("new-apidot-key")
        self.assertEqual(1, self.stack.updates)
        self.assertIn("is live", self.run_well("apidot-key").out)

    def test_a_bad_key_changes_nothing(self):
        for bad in ("", "\n", "short", "with a space in it", "umlaut-ä-key-12", "k" * 513):
            with self.subTest(bad):
                self.refused("key", "apidot-key", "set", given=bad, code=2)

    def test_after_a_crash_at_any_write_the_same_command_goes_on(self):
        for call in ("secretsmanager put-secret-value", "cloudformation update-stack"):
            for when in ("crash_before", "crash_after"):
                self.assertEqual(-9, self.run_it("apidot-key", "set", given="new-apidot-key", TROUBLE=f"{when} {call}").code)
                if (when, call[:5]) == ("crash_after", "secre"):
                    self.assertIn("is not live", self.run_well("apidot-key").out)
        self.run_well("apidot-key", "set", given="new-apidot-key")
        self.everywhere("new-apidot-key")
