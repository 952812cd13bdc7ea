"""The parts of the manual that are written by the program itself, when the manual is built.

A line `<!-- written by the program: NAME -->` in a page is replaced by what the generator of that name writes.
"""

import re
from collections.abc import Callable, Mapping
from types import MappingProxyType

from generators import commands, models, shortcuts

Generator = Callable[[], str]
GENERATORS: Mapping[str, Generator] = MappingProxyType(
    {
        "commands": commands.write,
        "key presets": shortcuts.write_presets,
        "models": models.write,
        "shortcuts": shortcuts.write,
    }
)
_MARK = re.compile(r"^<!-- written by the program: (.+) -->$", re.MULTILINE)


def fill(page: str) -> str:
    """The page with its generated parts. Raises ValueError for a name that no generator has."""
    return _MARK.sub(lambda mark: _generator(mark[1])(), page)


def _generator(name: str) -> Generator:
    if name not in GENERATORS:
        raise ValueError(f"No generator is called {name!r}; there are {', '.join(GENERATORS)}.")
    return GENERATORS[name]
