"""How a former format's `project.json` becomes the present one: one step a version, on plain JSON.

A step is written once and never changed; `tests/golden` holds a file of every format.
"""

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from dimitra_studio.core.errors import InputError
from dimitra_studio.project.format import CURRENT, Format

Described: TypeAlias = dict[str, Any]


def migrated(described: Described, name: str) -> Described:
    """The document in the present format; `name` is the file's, for what is said of it.

    Raises InputError for a format that is newer than this program, ValueError for what is no format.
    """
    version = described["format"]
    if type(version) is not int or version < min(Format):
        raise ValueError(f"{version!r} is no format")
    if version > CURRENT:
        raise InputError(
            f"{name} was made by a newer Dimitra Studio (format {version}); this one reads up to format {CURRENT:d}.",
            "Update Dimitra Studio.",
        )
    for step in range(version, CURRENT):
        described = _STEPS[Format(step)](described)
    return described


def _to_edited_takes(described: Described) -> Described:
    """Takes have edits; documents know how far they are; media are kept as is wished; members have hashes;
    what is said may be told and put right."""
    return {
        **described,
        "format": int(Format.EDITED_TAKES),
        "document": "",
        "revision": 0,
        "branch": "",
        "keeping": "by size",
        "takes": [{**take, "edits": [], "speech": None} for take in described["takes"]],
        "script": None,
        "speech": None,
        "utterances": [],
        "members": None,  # none were written; the archive's own check sums stand alone
    }


_STEPS: Mapping[Format, Callable[[Described], Described]] = {Format.FIRST_TAKES: _to_edited_takes}
