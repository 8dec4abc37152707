"""Checks that the pages for operators say what the template and the code do. alarms.py has the same for alarms."""

import re

import pytest

import stacks
from alarms import OPERATE, SOURCES


def documented():
    """Returns the functions' settings in docs/settings.md: the default by name."""
    page = (stacks.ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
    table = re.search(r"^## Functions$(.*)", page, re.M | re.S).group(1)
    for line in re.findall(r"^\| (`[A-Z].*)$", table, re.M):
        names, default = [cell.strip() for cell in line.split("|")][:2]
        names = re.findall("`([A-Z0-9_]+)`", names)
        numbers = default.split(", ") if len(names) > 1 else [default]
        yield from zip(names, numbers if len(numbers) == len(names) else [default] * len(names))


SETTINGS = dict(documented())


def environments(world):
    functions = stacks.world(world).of("AWS::Lambda::Function")
    return {name: function.get("Environment", {}).get("Variables", {}) for name, function in functions.items()}


PLAIN = environments("as it comes")


@pytest.mark.parametrize("function", PLAIN)
def test_the_page_tells_of_each_setting_of_a_function(function):
    # Not settings that an operator could choose.
    ours = {"SECRETS_REVISION", "SIGN_IN", "USER_POOL_CLIENT_ID", "IMAGES_ORIGIN"}
    told = {name for name in PLAIN[function] if not name.startswith("AWS_ENDPOINT_URL_")}
    assert told - SETTINGS.keys() - ours == set()


@pytest.mark.parametrize(("setting", "default"), SETTINGS.items())
def test_a_setting_reaches_its_functions_with_the_pages_default(setting, default):
    for world in stacks.WORLDS:
        found = {variables[setting] for variables in environments(world).values() if setting in variables}
        assert len(found) == 1, "no function has it, or two functions differ"
    default = default.strip("`")
    found = {str(variables[setting]) for variables in PLAIN.values() if setting in variables}
    if default.startswith("empty"):
        assert found == {""}
    elif re.match(r"(true|false|https:|[0-9])", default):
        assert found == {default.split(":")[0] if default[0].isdigit() else default}


def test_the_outputs_tell_what_the_guide_names():
    guide = (stacks.ROOT / "docs" / "deploy.md").read_text(encoding="utf-8")
    named = set(re.findall(r"\$\(output (\w+)\)", guide))
    assert named and named <= stacks.world("as it comes").outputs.keys()


def test_the_operators_page_has_every_log_event_and_every_field():
    code = "".join(source for _, source in SOURCES)
    calls = [re.sub(r"(?s)\.with\(.*", "", call) for call in re.findall(r"\.(?:info|warn|error)\([^;]*;", code)]
    events = set(re.findall(r'"([a-z_]+)"', "".join(calls)))
    fields = set(re.findall(r'\.with\("([a-z_]+)"', code))
    assert len(events) > 30 and len(fields) > 10
    assert {event for event in events if f"| `{event}`" not in OPERATE} == set()
    assert {field for field in fields if f"`{field}`" not in OPERATE} == set()
