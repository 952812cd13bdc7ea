"""What stands in a project file's `project.json`: the document without its pictures, sounds and curves.

Every version of the format has a number and a name. Reading raises LookupError, TypeError or ValueError for a text that
does not hold a document: the reader of the file says so in a sentence.
"""

import math
import re
from collections.abc import Collection, Mapping
from dataclasses import asdict, replace
from datetime import datetime
from enum import IntEnum
from pathlib import Path
from typing import Any

from dimitra_studio.core.motion import MotionSequence
from dimitra_studio.core.requests import ByGroup
from dimitra_studio.editing.edits import Edit
from dimitra_studio.editing.serialise import describe_edit, read_edit
from dimitra_studio.project.document import Keeping, Marker, MediaRef, Project, Revision, Take, TakeSettings, TimeRange
from dimitra_studio.project.utterances import (
    describe_utterance,
    place_of,
    read_place,
    read_utterance,
    utterances_of,
)


class Format(IntEnum):
    """The versions, oldest first."""

    FIRST_TAKES = 1
    EDITED_TAKES = 2
    CHOSEN_FACES = 3


CURRENT = Format.CHOSEN_FACES
_SHA256 = re.compile("[0-9a-f]{64}")
_ID = re.compile("[A-Za-z0-9_-]{1,64}")  # of a take: it names a member of the archive
_MOST_STEPS = 10_000
_MOST_FACES = 1000


def describe(project: Project, revision: Revision) -> dict[str, Any]:
    """The document but for its media and motion."""
    utterances = utterances_of(project)
    return {
        "format": int(CURRENT),
        "format_name": CURRENT.name.lower().replace("_", " "),
        **describe_revision(revision),
        "takes": [_describe_take(take) | {"speech": place_of(take.speech, utterances)} for take in project.takes],
        "current": project.current,
        "markers": [asdict(marker) for marker in project.markers],
        "loop": None if project.loop is None else [project.loop.start, project.loop.end],
        "notes": project.notes,
        "keeping": str(project.keeping),
        "script": project.script,
        "speech": place_of(project.speech, utterances),
        "face": project.face,
        "utterances": [describe_utterance(each) for each in utterances],
    }


def read(
    described: Mapping[str, Any],
    portrait: MediaRef | None,
    voice: MediaRef | None,
    motions: Mapping[str, tuple[MotionSequence, Mapping[str, Any]]],
) -> Project:
    """The document; `motions` holds each take's motion and recipe by its id."""
    utterances = tuple(read_utterance(each) for each in described["utterances"])
    takes = tuple(
        replace(_read_take(take, *motions[_text(take["id"])]), speech=read_place(take["speech"], utterances))
        for take in described["takes"]
    )
    ids = [take.id for take in takes]
    if len(set(ids)) < len(ids):
        raise ValueError("two takes have the same id")
    current = described["current"]
    if current is not None and current not in ids:
        raise ValueError(f"the take {current} is not there")
    loop = described["loop"]
    return Project(
        portrait,
        voice,
        takes,
        current,
        tuple(
            Marker(_text(marker["id"]), _number(marker["seconds"]), _text(marker["name"]))
            for marker in described["markers"]
        ),
        None if loop is None else TimeRange(*map(_number, loop)),
        _text(described["notes"]),
        Keeping(described["keeping"]),
        None if described["script"] is None else _text(described["script"]),
        read_place(described["speech"], utterances),
        _face(described["face"]),
    )


def describe_revision(revision: Revision) -> dict[str, str | int]:
    """Which document it is, how far, and on which branch."""
    return {"document": revision.document, "revision": revision.number, "branch": revision.branch}


def read_revision(described: Mapping[str, Any]) -> Revision:
    """What `describe_revision` told. Raises as `read`."""
    number = described["revision"]
    if not isinstance(number, int) or number < 0:
        raise ValueError(f"{number!r} is no revision")
    return Revision(_text(described["document"]), number, _text(described["branch"]))


def take_ids(described: Mapping[str, Any]) -> tuple[str, ...]:
    """The takes' ids, fit to name files and members."""
    ids = tuple(_text(take["id"]) for take in described["takes"])
    for each in ids:
        if not _ID.fullmatch(each):
            raise ValueError(f"{each!r} is no id")
    return ids


def split(described: Mapping[str, Any], known: Collection[str]) -> tuple[Mapping[str, Any], tuple[str, ...]]:
    """The document with the takes alone whose ids are `known`, and the names of the others."""
    takes = [take for take in described["takes"] if take["id"] in known]
    if len(takes) == len(described["takes"]):
        return described, ()
    current = described["current"]
    if current not in known:
        current = takes[0]["id"] if takes else None
    lost = tuple(_text(take["name"]) for take in described["takes"] if take["id"] not in known)
    return {**described, "takes": takes, "current": current}, lost


def describe_media(media: MediaRef, place: Mapping[str, str | int]) -> dict[str, str | int]:
    """A picture or a recording; `place` says where it is: `member` of the file, or `link` to another."""
    return {"name": media.name, "sha256": media.sha256, **place}


def read_media(described: Mapping[str, Any], path: Path) -> MediaRef:
    """The reference to the file, which lies at `path`."""
    digest = _text(described["sha256"])
    if not _SHA256.fullmatch(digest):
        raise ValueError(f"{digest} is no SHA-256")
    return MediaRef(path, _text(described["name"]), digest)


def _describe_take(take: Take) -> dict[str, Any]:
    return {
        "id": take.id,
        "name": take.name,
        "seed": take.seed,
        "settings": asdict(take.settings),
        "created": take.created.isoformat(),
        "starred": take.starred,
        "note": take.note,
        "edits": [describe_edit(edit) for edit in take.edits],
    }


def _read_take(described: Mapping[str, Any], motion: MotionSequence, recipe: Mapping[str, Any]) -> Take:
    settings = described["settings"]
    scales = {name: _by_group(settings[name]) for name in ("guidance", "strength", "temperature")}
    return Take(
        _text(described["id"]),
        _text(described["name"]),
        int(described["seed"]),
        TakeSettings(_steps(settings["steps"]), **scales),
        motion,
        datetime.fromisoformat(described["created"]),
        bool(described["starred"]),
        _text(described["note"]),
        recipe,
        _read_edits(described["edits"]),
    )


def _read_edits(described: object) -> tuple[Edit, ...]:
    if not isinstance(described, list):
        raise TypeError("a take's edits are no list")
    edits = tuple(read_edit(each) for each in described)
    if len({edit.id for edit in edits}) < len(edits):
        raise ValueError("two edits of a take have the same id")
    return edits


def _by_group(described: Mapping[str, Any]) -> ByGroup:
    return ByGroup(*(_number(described[name]) for name in ("lips", "expression", "pose")))


def _steps(value: object) -> int:
    if not isinstance(value, int) or not 1 <= value <= _MOST_STEPS:
        raise ValueError(f"{value!r} is no number of steps")
    return value


def _face(value: object) -> int:
    if type(value) is not int or not 0 <= value < _MOST_FACES:
        raise ValueError(f"{value!r} is no face")
    return value


def _number(value: object) -> float:
    if not isinstance(value, int | float) or not math.isfinite(value):
        raise TypeError(f"{value!r} is no number")
    return float(value)


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{value!r} is no text")
    return value
