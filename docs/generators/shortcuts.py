"""Every row of the window's action table with its keys, and the keys of other programs."""

from itertools import groupby

from dimitra_studio.studio.actions import TABLE, Action, Menu, Scope
from dimitra_studio.studio.key_presets import PRESETS
from generators.markdown import key, plain, table

_PLACES = {
    Scope.EVERYWHERE: "",
    Scope.TIMELINE: "timeline",
    Scope.PREVIEW: "preview",
    Scope.EDITS: "Edit",
    Scope.HEAD: "Head",
}


def write() -> str:
    """A table for each menu and each of its submenus."""
    text = []
    for menu in Menu:
        rows = [row for row in TABLE if row.menu is menu]
        text.append(f"## {_named(menu)}\n")
        own = [row for row in rows if not row.submenu]
        text += [_table(own)] if own else []
        others = sorted((row for row in rows if row.submenu), key=lambda row: _order(rows, row))
        for submenu, inside in groupby(others, key=lambda row: row.submenu):
            text += [f"### {_named(menu)} → {_named(submenu)}\n", _table(list(inside))]
    return "\n".join(text)


def write_presets() -> str:
    """What is different with the keys of other programs."""
    titles = {row.id: row.full_name for row in TABLE}
    return "\n".join(
        f"**{preset}**\n\n"
        + table(("Command", "Keys"), ([plain(titles[each]), _told(keys)] for each, keys in changed.items()))
        for preset, changed in PRESETS.items()
        if changed
    )


def _table(rows: list[Action]) -> str:
    cells = ([plain(row.name), _told(row.keys), _PLACES[row.scope], plain(row.tip)] for row in rows)
    return table(("Command", "Keys", "Where", "What it does"), cells)


def _order(rows: list[Action], row: Action) -> int:
    """The place of the first row of the same submenu."""
    return next(place for place, each in enumerate(rows) if each.submenu == row.submenu)


def _named(title: str) -> str:
    return title.replace("&", "")


def _told(keys: tuple[str, ...]) -> str:
    return " or ".join(map(key, keys))
