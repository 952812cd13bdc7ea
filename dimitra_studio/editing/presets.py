"""Presets: edits without a place in time, to be applied anywhere and shared as JSON."""

import json
import secrets
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from dimitra_studio.core.errors import InputError
from dimitra_studio.core.files import DAMAGE, check_input, replacing
from dimitra_studio.core.timebase import TimeRange
from dimitra_studio.editing.edits import Edit
from dimitra_studio.editing.serialise import describe_edit, read_edit

_FORMAT = 1
_LARGEST = 4 << 20  # bytes
_MOST = 1000


@dataclass(frozen=True)
class Preset:
    """Edits under a name. Their spans count from the moment at which the preset is applied; one as long as the preset
    was is as long as the stretch to which it is applied."""

    name: str
    edits: tuple[Edit, ...]

    @property
    def duration(self) -> float:
        """Seconds of the longest edit."""
        return max((edit.span.end for edit in self.edits), default=0.0)


def as_preset(name: str, edits: Iterable[Edit]) -> Preset:
    """What these edits do, wherever they did it."""
    edits = tuple(edits)
    start = min((edit.span.start for edit in edits), default=0.0)
    return Preset(name, tuple(edit.moved(-start) for edit in edits))


def applied(preset: Preset, span: TimeRange) -> tuple[Edit, ...]:
    """The preset's edits, new ones, from the start of `span` on; those that are as long as the preset fill it."""
    whole = preset.duration
    return tuple(
        replace(
            moved := edit.moved(span.start),
            id=secrets.token_hex(4),
            span=span if edit.span.start == 0 and edit.span.end == whole else moved.span,
        )
        for edit in preset.edits
    )


def save_preset(preset: Preset, path: Path) -> None:
    """Writes a preset as JSON. Raises InputError where `path` cannot be written."""
    described = {
        "format": _FORMAT,
        "kind": "dimitra edits",
        "name": preset.name,
        "edits": [_without_id(describe_edit(edit)) for edit in preset.edits],
    }
    with replacing(path) as part:
        part.write_text(json.dumps(described, indent=1, ensure_ascii=False, allow_nan=False), encoding="utf-8")


def load_preset(path: Path) -> Preset:
    """Reads a preset. Raises InputError for what is none."""
    check_input(path, "preset")
    if path.stat().st_size > _LARGEST:
        raise InputError(f"{path.name} is too large for a preset.", "Choose a file that was saved as a preset.")
    try:
        described = json.loads(path.read_text(encoding="utf-8"))
        if described["kind"] != "dimitra edits" or len(described["edits"]) > _MOST:
            raise ValueError("no edits")
        version, name = int(described["format"]), described["name"]
        if not isinstance(name, str):
            raise TypeError("no name")
    except (*DAMAGE, RecursionError) as error:
        raise InputError(f"{path.name} is not a preset, or is damaged.", "Save the preset again.") from error
    if version > _FORMAT:
        raise InputError(f"{path.name} was written by a newer version of Dimitra Studio.", "Update this one.")
    return Preset(name, tuple(read_edit(_with_id(each)) for each in described["edits"]))


def _without_id(described: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in described.items() if name != "id"}


def _with_id(described: object) -> object:
    return described | {"id": secrets.token_hex(4)} if isinstance(described, dict) else described
