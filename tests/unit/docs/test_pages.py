"""What the pages tell the reader to type, press and choose is there."""

import re
import shlex

import pytest

from dimitra_studio.cli.main import _build_parser, _completed
from dimitra_studio.cli.options import joined
from dimitra_studio.core.paths import shipped_root
from dimitra_studio.studio.actions import TABLE, Menu

ROOT = shipped_root()
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
KNOWN_WITHOUT_THE_TABLE = {
    "Ctrl", "Shift", "Alt", "⌘", # with the mouse
    "X", "Y", "←", "→", # of a hand that pulls, and of alternatives
}  # fmt: skip
PROGRAM = ("dimitra", ".venv/bin/dimitra", ".venv/Scripts/dimitra")
PANELS = "Panels"  # a menu that the docks make


def typed(page):
    """The `dimitra` lines of a page, without comments, with continued lines as one."""
    text = page.read_text(encoding="utf-8").replace("\\\n", " ")
    code = re.findall(r"^```(?:sh|powershell)\n(.*?)^```", text, flags=re.DOTALL | re.MULTILINE)
    code += re.findall(r"^    \S.*$", text, flags=re.MULTILINE)
    code += re.findall(
        r"^\|.*\| `(dimitra [^`]+)`[^|]*\|$", text, flags=re.MULTILINE
    )  # examples at the end of a table's line
    for line in "\n".join(code).splitlines():
        words = shlex.split(line.replace("\\", "/"), comments=True)
        if words and words[0] in PROGRAM and not words[-1].endswith("..."):
            yield tuple(words[1:])


LINES = [pytest.param(words, id=f"{page.stem}: {' '.join(words)}") for page in PAGES for words in typed(page)]


def test_lines_are_found():
    assert len(LINES) > 40


@pytest.mark.parametrize("words", LINES)
def test_what_is_typed_is_understood(words):
    parser, commands = _build_parser()
    parser.parse_args(_completed(joined(list(words)), tuple(commands.choices)))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_keys_that_are_named_do_something(page):
    keys = {key for row in TABLE for key in row.keys} | KNOWN_WITHOUT_THE_TABLE
    named = re.findall(r"\{kbd\}`+ ?(.+?) ?`+(?!`)", page.read_text(encoding="utf-8"))
    assert not [key for key in named if key not in keys]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_menus_that_are_named_are_there_with_the_keys_beside_them(page):
    found = re.findall(r"\*(\w+) → ([^*→]+)(?:→ [^*]+)?\*(?: \(\{kbd\}`([^`]+)`\))?", page.read_text(encoding="utf-8"))
    menus = {menu.replace("&", ""): menu for menu in Menu}
    for menu, title, key in found:
        if menu not in menus:
            assert menu == "Settings"
            continue
        rows = [row for row in TABLE if row.menu is menus[menu]]
        named = [row for row in rows if title.strip().rstrip("…") in (row.name, row.submenu.replace("&", ""))]
        assert named or title == PANELS, f"{menu} → {title}"
        assert not key or any(key in row.keys for row in named), f"{menu} → {title}: {key}"
