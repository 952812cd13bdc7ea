"""How a former format's `project.json` becomes the present one: one step a version, on plain JSON.

A step is written once and never changed; `tests/golden` holds a file of every format.
"""

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from dimitra_studio.core.errors import InputError
from dimitra_studio.project.format import CURRENT, Format

Described: TypeAlias = dict[str, Any]

# Of format 2: the ids of the sliders' edits of a whole take, and what format 3 writes for an end that is open.
_WHOLE_TAKE = frozenset(
    f"macro {name}"
    for name in (
        "smile", "open", "pucker", "brows", "blink", "gaze_x", "gaze_y", "nod", "turn", "tilt", "lip_energy",
        "face_energy", "head_energy", "lead",
    )
)  # fmt: skip
_OPEN_END = 1e9


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


def _to_chosen_faces(described: Described) -> Described:
    """The largest face of the portrait was meant always. The sliders' edits of a whole take become open: what they do
    grows with the take."""
    takes = [{**take, "edits": [_opened(edit) for edit in take["edits"]]} for take in described["takes"]]
    return {**described, "format": int(Format.CHOSEN_FACES), "takes": takes, "face": 0}


def _opened(edit: Described) -> Described:
    if edit["id"] not in _WHOLE_TAKE:
        return edit
    return {**edit, "span": {**edit["span"], "end": _OPEN_END}}


_STEPS: Mapping[Format, Callable[[Described], Described]] = {
    Format.FIRST_TAKES: _to_edited_takes,
    Format.EDITED_TAKES: _to_chosen_faces,
}
