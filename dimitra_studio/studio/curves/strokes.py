"""Brush strokes over a curve, as edits. Strokes of one brush on one channel go on where the last one left off."""

import secrets
from collections.abc import Callable
from dataclasses import replace
from enum import StrEnum
from typing import TypeAlias

from dimitra_studio.core.timebase import TimeRange
from dimitra_studio.editing.brush import Dab, EraseBrush, Sculpt, SmoothBrush
from dimitra_studio.editing.edits import Edit
from dimitra_studio.studio.curves.key_layer import Edits

_Brush: TypeAlias = Sculpt | SmoothBrush | EraseBrush
STRENGTH = 0.4  # of one dab that smooths or leads back


class Tool(StrEnum):
    """What the mouse does on an open curve; the values are what the window says."""

    SELECT = "Select"
    SCULPT = "Sculpt"
    SMOOTH = "Smooth"
    ERASE = "Pull to generated"


_MADE: dict[Tool, Callable[[tuple[Dab, ...]], _Brush]] = {
    Tool.SCULPT: Sculpt,
    Tool.SMOOTH: SmoothBrush,
    Tool.ERASE: EraseBrush,
}


def painted(edits: Edits, tool: Tool, channel: int, dabs: tuple[Dab, ...], edit_id: str = "") -> Edits:
    """The edits with a stroke of so many dabs on top. A hand that goes on names the edit that comes of it, so that it
    stays the same one."""
    brush = _MADE[tool](dabs)
    last = edits[-1] if edits else None
    if last is not None and _goes_on(last, brush, channel):
        assert isinstance(last.operation, Sculpt | SmoothBrush | EraseBrush)
        joined = (*last.operation.dabs, *dabs)
        span = _span(joined)
        return (*edits[:-1], replace(last, operation=replace(last.operation, dabs=joined), span=span))
    return (*edits, Edit(edit_id or secrets.token_hex(4), brush, (channel,), _span(dabs)))


def _goes_on(edit: Edit, brush: _Brush, channel: int) -> bool:
    same = type(edit.operation) is type(brush) and edit.channels == (channel,)
    return same and edit.is_active and edit.amount == 1 and not (edit.blend_in or edit.blend_out)


def _span(dabs: tuple[Dab, ...]) -> TimeRange:
    start = max(min(dab.seconds - dab.radius for dab in dabs), 0.0)
    return TimeRange(start, max(start + 1e-3, *(dab.seconds + dab.radius for dab in dabs)))
