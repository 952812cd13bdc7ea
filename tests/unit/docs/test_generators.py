"""What the program writes of its manual holds every command, every key and every model."""

import argparse
import re
import subprocess
import sys

import pytest
from generators import GENERATORS, commands, fill, models, shortcuts
from generators.markdown import key, plain

from dimitra_studio.cli.main import _build_parser
from dimitra_studio.core.paths import shipped_root
from dimitra_studio.engine.registry import read_manifest
from dimitra_studio.studio.actions import TABLE, Menu
from dimitra_studio.studio.key_presets import PRESETS

DOCS = shipped_root() / "docs"


def parsers(parser):
    """The commands, and the parts of those that have several."""
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for each in action.choices.values():
                yield each
                yield from parsers(each)


@pytest.fixture(scope="module")
def page():
    return commands.write()


def part_about(page, prog):
    """From a command's heading to the next one."""
    return re.split(r"^#+ ", page.split(f" {prog}\n", 1)[1], maxsplit=1, flags=re.MULTILINE)[0]


@pytest.mark.parametrize("parser", tuple(parsers(_build_parser()[0])), ids=lambda parser: parser.prog)
def test_every_command_is_told_with_all_that_it_takes(page, parser):
    assert re.search(rf"^###? {re.escape(parser.prog)}$", page, re.MULTILINE)
    told = part_about(page, parser.prog)
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction) or set(action.option_strings) & set(commands.EVERYWHERE):
            continue
        for option in action.option_strings:
            assert re.search(rf"`{option}[` ]", told), option
        assert action.help, action.dest
        assert plain(action.help.split("%")[0].strip()) in told


def test_what_every_command_takes_is_told_once(page):
    own = (DOCS / "commands.md").read_text(encoding="utf-8")
    for option in commands.EVERYWHERE:
        assert f"`{option}`" in own
        assert option not in page


def test_every_action_is_told_with_its_keys():
    rows = [line for line in shortcuts.write().splitlines() if line.startswith("| ")]
    for action in TABLE:
        row = next(line for line in rows if line.startswith(f"| {plain(action.name)} |") and plain(action.tip) in line)
        assert row.count("<kbd>") == len(action.keys)
        for each in action.keys:
            assert key(each) in row


def test_every_action_is_told_once():
    lines = shortcuts.write().splitlines()
    rows = [line for line in lines if line.startswith("| ") and not line.startswith(("| Command |", "| ---"))]
    assert len(rows) == len(TABLE)
    assert [line[3:] for line in lines if line.startswith("## ")] == [menu.replace("&", "") for menu in Menu]


def test_the_keys_of_other_programs_are_told():
    told = shortcuts.write_presets()
    assert told.count("<kbd>") == sum(len(keys) for changed in PRESETS.values() for keys in changed.values())


def test_every_model_is_told_with_its_licence():
    told = models.write()
    for model in read_manifest():
        row = next(line for line in told.splitlines() if line.startswith(f"| `{model.id}` |"))
        assert f"| {plain(model.licence)} |" in row
        assert model.package in row
        assert model.publisher in row


def test_signs_of_texts_mean_nothing():
    assert plain("a|b *c* <d> [e] `f`") == r"a\|b \*c\* \<d\> \[e\] \`f\`"
    assert key("`") == "<kbd>&#96;</kbd>"


def test_every_generator_is_used_and_an_unknown_one_refused():
    pages = "\n".join(path.read_text(encoding="utf-8") for path in DOCS.glob("*.md"))
    assert set(re.findall("<!-- written by the program: (.+) -->", pages)) == set(GENERATORS)
    with pytest.raises(ValueError, match="No generator is called 'nothing'"):
        fill("<!-- written by the program: nothing -->")


def test_what_is_told_does_not_hang_on_the_terminal():
    """A build in a narrow terminal gives the same page."""
    script = "from generators import commands; print(commands.write())"
    pages = {
        subprocess.run(
            [sys.executable, "-c", script], cwd=DOCS, env={"PATH": "", "COLUMNS": width, "PYTHONIOENCODING": "utf-8"},
            capture_output=True, check=True,
        ).stdout
        for width in ("40", "200")
    }  # fmt: skip
    assert len(pages) == 1


@pytest.mark.parametrize("page", sorted(shipped_root().glob("*.md")), ids=lambda page: page.name)
def test_files_that_the_projects_own_pages_name_are_there(page):
    """Sphinx looks at the manual's links; these pages stand outside of it."""
    text = re.sub(r"```.*?```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
    named = re.findall(r"\]\((?!https?:|#)([^)#]+)", text) + re.findall(r"(?<![\w/])docs/[\w/.-]+\.\w+", text)
    for name in named:
        assert (page.parent / name).exists(), name
