"""Tests of the commands that stop submits and rotate secrets, with a stand-in for CloudFormation and moto's Secrets Manager."""

import os
import re

import pytest

import bench

SIGNING, CLIENT, APIDOT = IDS = [f"{name}-{os.getpid()}" for name in ("signing-secret", "client-secret", "darkroom/apidot-key")]
KEY, SECRET, OLD_API_KEY = "K" * 48, "S" * 32, "old-apidot-key"
DAY = 86400
PUT, TAG, UPDATE = "secretsmanager put-secret-value", "secretsmanager tag-resource", "cloudformation update-stack"


class Deployed:
    """A stack with its secrets, and an operator whose every word is searched for a secret."""

    def __init__(self, deploy, new_operator):
        self.vault = bench.client("secretsmanager")
        for id, text in zip(IDS, (KEY, SECRET, OLD_API_KEY), strict=True):
            self.vault.delete_secret(SecretId=id, ForceDeleteWithoutRecovery=True)
            self.vault.create_secret(Name=id, SecretString=text)
        functions = ("SubmitFunction", "CallbackFunction", "SettleFunction", "NotifyFunction")
        self.stack, environment = deploy(
            parameters={"ApiDotKeySecret": APIDOT},
            resources={"CallbackSigningKeys": SIGNING, "ClientWebhookSecrets": CLIENT} | {id: f"darkroom-{id}-1AB" for id in functions},
            secrets=self.text,
        )
        self.operator = new_operator(**environment)
        self.seen = {KEY, SECRET, OLD_API_KEY}

    def text(self, id=SIGNING):
        return self.vault.get_secret_value(SecretId=id)["SecretString"]

    def run(self, *words, **more):
        outcome = self.operator.run(*words, **more)
        for id in IDS:
            self.seen |= {part.removeprefix("whsec_") for part in self.text(id).split(",")}
        told = "\n".join(outcome.calls) + outcome.error + ("" if "reveal" in words else outcome.out)
        assert not [secret for secret in self.seen if secret in told], "a secret is printed, or an argument of a program"
        return outcome

    def run_well(self, *words, **more):
        outcome = self.run(*words, **more)
        assert outcome.code == 0, outcome
        return outcome

    def crashes(self, call, *words, **more):
        outcome = self.run(*words, TROUBLE=call, **more)
        assert outcome.code == -9, f"{call}: {outcome}"

    def state(self):
        return [self.text(id) for id in IDS], dict(self.stack.parameters), len(self.stack.history)

    def refuses(self, says, *words, code=1, **more):
        before = self.state()
        outcome = self.run(*words, **more)
        assert outcome.code == code, outcome
        assert says in outcome.error
        assert self.state() == before

    def everywhere(self, id, text, setting, *functions, prefix=""):
        """Checks that the secret has this text, and that it is live behind the prefix from the template."""
        assert self.text(id) == text
        assert {self.stack.live[function][setting] for function in functions} == {prefix + text}


@pytest.fixture
def deployed(deploy, new_operator):
    return Deployed(deploy, new_operator)


# ---- Submits ---------------------------------------------------------------------------------------------------------


def no_submit_since_the_stop(stack):
    taking = stack.taking
    assert False in taking
    assert True not in taking[taking.index(False) :], "a submit was accepted after the stop"


def test_submits_stop_and_resume_and_no_other_parameter_changes(deployed):
    stack, before = deployed.stack, dict(deployed.stack.parameters)
    assert "New submits are accepted." in deployed.run_well("submits").out
    for _ in ("once", "again"):
        assert "New submits get 503" in deployed.run_well("submits", "stop").out
        assert stack.parameters == before | {"AcceptSubmits": "false"}
        assert stack.live["SubmitFunction"]["ACCEPT_SUBMITS"] == "false"
    assert stack.updates == 1, "the second time deployed nothing"
    deployed.run_well("submits", "resume")
    assert stack.parameters == before


def test_a_stop_is_at_once_and_leaves_no_limit_behind(deployed):
    outcome = deployed.run_well("submits", "stop")
    order = [" ".join(call.split()[1:3]) for call in outcome.calls]
    stages = ("lambda put-function-concurrency", "cloudformation describe-stacks", UPDATE, "lambda delete-function-concurrency")
    assert sorted(stages, key=order.index) == list(stages)
    assert deployed.stack.limits == {}
    no_submit_since_the_stop(deployed.stack)


def test_a_stop_whose_deployment_is_rolled_back_stays_a_stop_until_resume_or_another_stop(deployed):
    stack = deployed.stack
    stack.fails = True
    outcome = deployed.run("submits", "stop")
    assert outcome.code == 1 and "UPDATE_ROLLBACK_COMPLETE" in outcome.error
    assert "by a concurrency limit of 0" in deployed.run_well("submits").out
    assert stack.limits == {"SubmitFunction": 0}
    no_submit_since_the_stop(stack)
    assert "New submits are accepted." in deployed.run_well("submits", "resume").out
    assert stack.limits == {}
    deployed.run("submits", "stop")
    stack.fails = False
    assert "New submits get 503" in deployed.run_well("submits", "stop").out
    assert stack.limits == {}


def test_a_stop_without_the_permission_to_be_quick_is_said_and_deploys(deployed):
    outcome = deployed.run_well("submits", "stop", TROUBLE="fail lambda put-function-concurrency")
    assert "cannot be stopped at once" in outcome.error
    assert deployed.stack.live["SubmitFunction"]["ACCEPT_SUBMITS"] == "false"


def test_a_limit_of_the_operators_own_is_told_of_and_resume_keeps_it(deployed):
    deployed.stack.limit("SubmitFunction", 50)
    assert "limit of 50" in deployed.run_well("submits", "stop").out
    deployed.stack.limit("SubmitFunction", 50)
    deployed.run_well("submits", "resume")
    assert deployed.stack.limits == {"SubmitFunction": 50}


def test_the_stacks_own_limit_comes_back(deployed):
    deployed.stack.parameters["SubmitConcurrency"] = "7"
    deployed.stack.limit("SubmitFunction", 7)
    deployed.run_well("submits", "stop")
    assert deployed.stack.limits == {"SubmitFunction": 7}


@pytest.mark.parametrize(
    ("words", "says", "code"),
    [
        (["submits", "halt"], "submits takes stop, resume or nothing", 2),
        (["--stack", "nobodys", "submits", "stop"], "cannot read the stack nobodys", 1),
        (["--stack"], "needs the name of a stack", 2),
        (["signing-key", "rotate"], "signing-key takes", 2),
        (["client-secret", "rotate"], "client-secret takes", 2),
        (["apidot-key", "rotate"], "apidot-key takes", 2),
    ],
)
def test_bad_words_and_unknown_stacks_change_nothing(deployed, words, says, code):
    deployed.refuses(says, *words, code=code)


def test_a_deployment_under_way_is_waited_for(deployed):
    stack = deployed.stack
    stack.status = "UPDATE_IN_PROGRESS"
    stack.queue = [("TasksFunction", dict(stack.live["TasksFunction"]))] * 8
    assert "waiting" in deployed.run_well("submits", "stop").out
    assert stack.live["SubmitFunction"]["ACCEPT_SUBMITS"] == "false"


@pytest.mark.parametrize("crash", ["crash_before", "crash_after"])
def test_after_a_crash_of_the_deployment_the_same_command_goes_on(deployed, crash):
    deployed.crashes(f"{crash} {UPDATE}", "submits", "stop")
    assert "New submits get 503" in deployed.run_well("submits", "stop").out
    no_submit_since_the_stop(deployed.stack)


@pytest.mark.parametrize("crash", ["crash_after lambda put-function-concurrency", "crash_before lambda delete-function-concurrency"])
def test_after_a_crash_around_the_limit_the_next_command_takes_it_away(deployed, crash):
    for command in ("stop", "resume"):
        deployed.crashes(crash, "submits", "stop")
        assert deployed.stack.limits == {"SubmitFunction": 0}
        deployed.run_well("submits", command)
        assert deployed.stack.limits == {}
        if command == "stop":
            no_submit_since_the_stop(deployed.stack)


# ---- The key that signs our webhook URLs -----------------------------------------------------------------------------


class Rotation(Deployed):
    def __init__(self, *fixtures):
        super().__init__(*fixtures)
        self.dropped_at = None

    def step(self, *words):
        return self.run_well("signing-key", *words)

    def drop(self, *words, **more):
        self.dropped_at = self.dropped_at or len(self.stack.history)
        return self.run("signing-key", "drop", *words, **more)

    def days_pass(self, days):
        tags = {tag["Key"]: tag["Value"] for tag in self.vault.describe_secret(SecretId=SIGNING)["Tags"]}
        key, since = tags["darkroom:signs-since"].split("@")
        tag = {"Key": "darkroom:signs-since", "Value": f"{key}@{int(since) - int(days * DAY)}"}
        self.vault.tag_resource(SecretId=SIGNING, Tags=[tag])

    def is_live(self, text):
        self.everywhere(SIGNING, text, "CALLBACK_SIGNING_KEYS", "SubmitFunction", "CallbackFunction")

    def no_webhook_was_lost(self):
        """Checks that every key that has signed was verified from then on, until it was dropped on purpose."""
        listed = lambda at, function: at[function]["CALLBACK_SIGNING_KEYS"].split(",")
        for i, at in enumerate(self.stack.history):
            signer = listed(at, "SubmitFunction")[0]
            until = self.dropped_at if signer == KEY else None
            for after in self.stack.history[i:until]:
                assert signer in listed(after, "CallbackFunction"), "a webhook in flight is lost"


@pytest.fixture
def rotation(deploy, new_operator):
    rotation = Rotation(deploy, new_operator)
    yield rotation
    rotation.no_webhook_was_lost()


def test_a_rotation_goes_by_three_steps_each_of_which_may_be_repeated(rotation):
    assert "No rotation is under way" in rotation.step().out
    for _ in ("once", "again"):
        rotation.step("add")
        new = rotation.text().split(",")[1]
        rotation.is_live(f"{KEY},{new}")
        assert re.fullmatch("[A-Za-z0-9]{48}", new)
        assert "Next: signing-key switch" in rotation.step().out
    for _ in ("once", "again"):
        rotation.step("switch")
        rotation.is_live(f"{new},{KEY}")
    assert "signing-key drop, from" in rotation.step().out
    rotation.refuses("may arrive until", "signing-key", "drop")
    rotation.days_pass(0.99)
    rotation.refuses("may arrive until", "signing-key", "drop")
    rotation.days_pass(0.02)
    for _ in ("once", "again"):
        assert rotation.drop().code == 0
        rotation.is_live(new)
    assert rotation.stack.updates == 3, "one for each step"
    rotation.step("add")
    assert rotation.text().startswith(f"{new},")


def test_no_step_goes_before_the_one_before_it_is_live(rotation):
    rotation.refuses("run signing-key add first", "signing-key", "switch")
    for call in (f"crash_after {PUT}", f"fail {UPDATE}"):
        assert rotation.run("signing-key", "add", TROUBLE=call).code != 0
        rotation.refuses("the new key is not live yet", "signing-key", "switch")
    rotation.refuses("the next step is signing-key switch", "signing-key", "drop")
    rotation.step("add")
    assert rotation.run("signing-key", "switch", TROUBLE=f"fail {UPDATE}").code != 0
    rotation.refuses("not live yet", "signing-key", "drop")
    rotation.refuses("the new key signs already", "signing-key", "add")


def test_after_a_crash_at_any_write_the_same_step_goes_on(rotation):
    for crash in (f"crash_after {TAG}", f"crash_before {PUT}", f"crash_after {PUT}", f"crash_after {UPDATE}"):
        rotation.crashes(crash, "signing-key", "add")
    rotation.step("add")
    old, new = rotation.text().split(",")
    assert old == KEY
    for crash in (f"crash_before {PUT}", f"crash_after {PUT}", f"crash_after {UPDATE}", f"crash_before {TAG}"):
        rotation.crashes(crash, "signing-key", "switch")
    rotation.refuses("switch was interrupted", "signing-key", "drop")
    rotation.step("switch")
    rotation.is_live(f"{new},{KEY}")
    rotation.days_pass(1.1)
    for crash in (f"crash_after {PUT}", f"crash_before {UPDATE}"):
        assert rotation.drop(TROUBLE=crash).code == -9
    assert rotation.drop().code == 0
    rotation.is_live(new)


def test_a_key_that_strangers_know_can_be_dropped_now(rotation):
    rotation.step("add")
    rotation.step("switch")
    new = rotation.text().split(",")[0]
    assert rotation.drop("--now").code == 0
    rotation.is_live(new)


@pytest.mark.parametrize("step", ["add", "switch", "drop"])
def test_keys_that_somebody_else_listed_are_not_touched(rotation, step):
    rotation.vault.put_secret_value(SecretId=SIGNING, SecretString=f"{KEY},somebody-elses")
    rotation.refuses("this command added none of the first two", "signing-key", step)


def test_a_rotation_that_was_rolled_back_says_so(rotation):
    rotation.stack.fails = True
    assert "did not succeed" in rotation.run("signing-key", "add").error
    rotation.refuses("the new key is not live yet", "signing-key", "switch")
    rotation.stack.fails = False
    rotation.step("add")


# ---- The secret that signs clients' callbacks, and the APIDot key ----------------------------------------------------

WRITES = [f"{when} {call}" for call in (PUT, UPDATE) for when in ("crash_before", "crash_after")]


def signs(deployed, text):
    deployed.everywhere(CLIENT, text, "CLIENT_WEBHOOK_SECRETS", "NotifyFunction", prefix="whsec_")


def test_a_rotation_lets_both_sign_until_the_old_one_is_dropped(deployed):
    assert "No rotation is under way" in deployed.run_well("client-secret").out
    for _ in ("once", "again"):
        deployed.run_well("client-secret", "add")
        new = deployed.text(CLIENT).split(",")[0]
        assert re.fullmatch("[A-Za-z0-9]{32}", new)
        signs(deployed, f"{new},whsec_{SECRET}")
    assert deployed.run_well("client-secret", "reveal").out == f"whsec_{new}\n"
    for _ in ("once", "again"):
        deployed.run_well("client-secret", "drop")
        signs(deployed, new)
    assert deployed.stack.updates == 2


def test_after_a_crash_at_any_write_the_same_step_of_the_clients_secret_goes_on(deployed):
    for crash in WRITES:
        deployed.crashes(crash, "client-secret", "add")
        if "," in deployed.text(CLIENT) and UPDATE not in crash:
            deployed.refuses("the new secret does not sign yet", "client-secret", "drop")
    deployed.run_well("client-secret", "add")
    new = deployed.text(CLIENT).split(",")[0]
    signs(deployed, f"{new},whsec_{SECRET}")
    for crash in WRITES:
        deployed.crashes(crash, "client-secret", "drop")
    deployed.run_well("client-secret", "drop")
    signs(deployed, new)


def calls_apidot(deployed, key):
    deployed.everywhere(APIDOT, key, "APIDOT_API_KEY", "SubmitFunction", "SettleFunction")


def test_a_key_from_standard_input_becomes_live(deployed):
    deployed.seen.add("new-apidot-key")
    for _ in ("once", "again"):
        assert "can be revoked at APIDot from" in deployed.run_well("apidot-key", "set", given="new-apidot-key\n").out
        calls_apidot(deployed, "new-apidot-key")
    assert deployed.stack.updates == 1
    assert "is live" in deployed.run_well("apidot-key").out


@pytest.mark.parametrize("bad", ["", "\n", "short", "with a space in it", "umlaut-ä-key-12", "k" * 513])
def test_a_bad_key_changes_nothing(deployed, bad):
    deployed.refuses("key", "apidot-key", "set", given=bad, code=2)


def test_no_regular_expression_counts_further_than_the_bash_of_macos():
    files = [bench.ROOT / "scripts" / "operate", *(bench.ROOT / "scripts" / "operate.d").glob("*.bash")]
    counts = [int(most) for file in files for most in re.findall(r"\{\d*,?(\d+)\}", file.read_text(encoding="utf-8"))]
    assert counts and max(counts) <= 255


def test_after_a_crash_at_any_write_the_same_key_can_be_set_again(deployed):
    for crash in WRITES:
        deployed.crashes(crash, "apidot-key", "set", given="new-apidot-key")
        if crash == f"crash_after {PUT}":
            assert "is not live" in deployed.run_well("apidot-key").out
    deployed.run_well("apidot-key", "set", given="new-apidot-key")
    calls_apidot(deployed, "new-apidot-key")
