"""Markdown of plain texts."""

import html
import re
from collections.abc import Iterable, Sequence

_SIGNS = re.compile(r"([\\`*_{}\[\]|#~$<>])")


def plain(text: str) -> str:
    """A text in which no sign means anything."""
    return _SIGNS.sub(r"\\\1", text)


def code(text: str) -> str:
    """A text as it is typed; a table's bar does not end its cell."""
    return f"`{text}`".replace("|", r"\|")


def key(name: str) -> str:
    """A key of the keyboard."""
    return f"<kbd>{html.escape(name)}</kbd>".replace("`", "&#96;").replace("\\", "&#92;").replace("*", "&#42;")


def table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table whose cells are Markdown already."""
    lines = [headings, ["---"] * len(headings), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines) + "\n"
