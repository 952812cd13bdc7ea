"""What PyInstaller collects and no user needs: plugins of Qt for other screens, with all that they alone bring, and
what only a debugger reads in libraries, a sixth of a build."""

import re
import struct
import subprocess
from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import chain
from pathlib import Path, PurePath

Entry = tuple[str, str, str]  # PyInstaller's: where in the build, from which file (of links: their target), which kind
_LIBRARIES = ("BINARY", "EXTENSION")
_WORTH = 1 << 20  # bytes: small libraries win nothing
_NEEDED = re.compile(r"\(NEEDED\).*\[(.+)\]")
# Of an ELF header of 64 bits: where the table of segments is, how long each entry is, how many there are.
_ELF, _LOAD = struct.Struct("<16x16xQ14xHH"), 1
# Of such an entry: its kind, its place in the file and in memory, its alignment.
_SEGMENT = struct.Struct("<I4xQQ24xQ")


def without(binaries: Sequence[Entry], unwanted: Collection[str]) -> list[Entry]:
    """All but what lies in the folders or files `unwanted` (with `/`) and the libraries that nothing else needs."""
    needs = {entry[0]: frozenset(_needed(Path(entry[1]))) for entry in binaries if entry[2] in _LIBRARIES}
    gone = {place for place in needs if any(PurePath(place).is_relative_to(folder) for folder in unwanted)}
    theirs = _reached(chain.from_iterable(needs[place] for place in gone), needs)
    others = [place for place in needs if place not in gone and PurePath(place).name not in theirs]
    kept = _reached(chain.from_iterable(needs[place] for place in others), needs)
    gone |= {place for place in needs if PurePath(place).name in theirs - kept}
    names = {PurePath(place).name for place in gone} - {PurePath(place).name for place in needs if place not in gone}
    return [entry for entry in binaries if entry[0] not in gone and not (_is_link(entry) and _target(entry) in names)]


def without_symbols(binaries: Iterable[Entry], scratch: Path) -> Iterator[Entry]:
    """The same with lighter libraries, written into `scratch`. One that the loader would refuse afterwards, as some do
    whose tables patchelf has moved, stays as it is."""
    for place, source, kind in binaries:
        if kind not in _LIBRARIES or Path(source).stat().st_size < _WORTH:
            yield place, source, kind
            continue
        lighter = scratch / place
        lighter.parent.mkdir(parents=True, exist_ok=True)
        subprocess.run(["strip", "--strip-unneeded", "-o", str(lighter), source], check=True)
        yield place, str(lighter) if is_loadable(lighter) else source, kind


def is_loadable(library: Path) -> bool:
    """Whether every segment can be mapped: its place in the file and in memory are alike within a page."""
    content = library.read_bytes()
    table, size, count = _ELF.unpack_from(content)
    segments = (_SEGMENT.unpack_from(content, table + size * number) for number in range(count))
    return all(kind != _LOAD or place % page == address % page for kind, place, address, page in segments)


def _reached(names: Iterable[str], needs: dict[str, frozenset[str]]) -> set[str]:
    """Libraries by name, with those that they need, and so on."""
    by_name = {PurePath(place).name: needed for place, needed in needs.items()}
    found, left = set[str](), list(names)
    while left:
        name = left.pop()
        if name in by_name and name not in found:
            found.add(name)
            left.extend(by_name[name])
    return found


def _needed(library: Path) -> Iterator[str]:
    told = subprocess.run(["readelf", "--dynamic", "--wide", str(library)], capture_output=True, text=True, check=True)
    for match in _NEEDED.finditer(told.stdout):
        yield match[1]


def _is_link(entry: Entry) -> bool:
    return entry[2] == "SYMLINK"


def _target(entry: Entry) -> str:
    return PurePath(entry[1]).name
