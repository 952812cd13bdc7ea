"""Keys that a hand puts on a curve: edits that move what was generated, so that its detail stays.

A layer holds the keys of one channel. It acts from its first key to its last one and dies out beside them, so that a
single key is a bump and not a shift of the whole take.
"""

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

import numpy as np

from dimitra_studio.core.timebase import TimeRange, frame_at
from dimitra_studio.editing.edits import Edit
from dimitra_studio.editing.keyed import Keys
from dimitra_studio.editing.keys import Handle, Handles, Interpolation, Key, KeyCurve, control_points
from dimitra_studio.editing.shaping import LARGEST

Edits: TypeAlias = tuple[Edit, ...]
DIES_OUT = 0.3  # seconds beside the outer keys
_SHORT = 0.1  # seconds: a handle of a key that has no neighbour there
_ENDLESS = 1 << 40  # frames
_HANDLES = tuple(Handles)
_WAYS = tuple(Interpolation)


@dataclass(frozen=True, order=True)
class KeyRef:
    """One key among a take's edits: its layer's id and its place in it."""

    layer: str
    place: int


def is_layer(edit: Edit, channel: int) -> bool:
    """Whether an edit holds keys of this channel that can be dragged."""
    return edit.channels == (channel,) and isinstance(edit.operation, Keys) and edit.operation.additive


def keys_on(edits: Edits, channel: int) -> dict[KeyRef, Key]:
    """The channel's keys; their values are what they add."""
    return {
        KeyRef(edit.id, place): key
        for edit in edits
        if is_layer(edit, channel)
        for place, key in enumerate(_keys(edit))
    }


def with_key(edits: Edits, channel: int, seconds: float, by: float, fps: float) -> tuple[Edits, KeyRef]:
    """One more key, which changes what is shown at a frame's start by so much; on the uppermost edit of the channel
    where that is a layer, else on a new one. A key that was there moves."""
    above = [edit for edit in edits if channel in edit.channels]
    if above and is_layer(above[-1], channel) and above[-1].is_active and above[-1].amount == 1:
        layer = above[-1]
        key = Key(seconds, _held(_added(layer, seconds, fps) + by))
        others = [other for other in _keys(layer) if abs(other.seconds - seconds) >= 0.5 / fps]
        keys = tuple(sorted((*others, key), key=lambda each: each.seconds))
        made = _layer(layer, keys, fps)
        return tuple(made if edit.id == made.id else edit for edit in edits), KeyRef(layer.id, keys.index(key))
    keys = (Key(seconds, _held(by)),)
    empty = Edit(secrets.token_hex(4), Keys((KeyCurve(keys),), additive=True), (channel,), TimeRange(0, 1))
    made = _layer(empty, keys, fps)
    return (*edits, made), KeyRef(made.id, 0)


def without_keys(edits: Edits, gone: Iterable[KeyRef], fps: float) -> Edits:
    """Without these keys; a layer that loses its last one goes as well."""
    lost = set(gone)
    kept: list[Edit] = []
    for edit in edits:
        if all(ref.layer != edit.id for ref in lost):
            kept.append(edit)
        elif keys := tuple(key for place, key in enumerate(_keys(edit)) if KeyRef(edit.id, place) not in lost):
            kept.append(_layer(edit, keys, fps))
    return tuple(kept)


def with_changed(edits: Edits, changed: dict[KeyRef, Key], fps: float) -> tuple[Edits, frozenset[KeyRef]]:
    """Keys as they are to be; one that lands on another key of its layer takes its place. Also where they are now."""
    found: list[Edit] = []
    now: set[KeyRef] = set()
    for edit in edits:
        mine = {ref.place: key for ref, key in changed.items() if ref.layer == edit.id}
        if not mine:
            found.append(edit)
            continue
        still = [key for place, key in enumerate(_keys(edit)) if place not in mine]
        # Of two keys on one frame the one in the hand stays.
        moved = list({key.seconds: key for key in mine.values()}.values())
        still = [key for key in still if all(abs(key.seconds - other.seconds) >= 0.5 / fps for other in moved)]
        keys = tuple(sorted((*still, *moved), key=lambda key: key.seconds))
        found.append(_layer(edit, keys, fps))
        now |= {KeyRef(edit.id, place) for place, key in enumerate(keys) if any(key is other for other in moved)}
    return tuple(found), frozenset(now)


def handle_ends(keys: Sequence[Key], place: int) -> tuple[Handle | None, Handle | None]:
    """Where a key's left and right handles are, seen from it; None where the way there has none."""
    times, values = control_points(keys)
    key = keys[place]
    left = right = None
    if place > 0 and keys[place - 1].interpolation is Interpolation.BEZIER:
        left = Handle(float(times[place - 1, 2]) - key.seconds, float(values[place - 1, 2]) - key.value)
    if place < len(keys) - 1 and key.interpolation is Interpolation.BEZIER:
        right = Handle(float(times[place, 1]) - key.seconds, float(values[place, 1]) - key.value)
    return left, right


def with_handle(keys: Sequence[Key], place: int, left: bool, end: Handle) -> Key:
    """A key whose left or right handle ends there; the other one turns with it unless it is free."""
    key = fixed_handles(keys, place)
    if left:
        end = Handle(min(end.seconds, 0.0), _held(end.value))
        other = key.right if key.handles is Handles.FREE else _aligned(end, key.right)
        return replace(key, left=end, right=other)
    end = Handle(max(end.seconds, 0.0), _held(end.value))
    other = key.left if key.handles is Handles.FREE else _aligned(end, key.left)
    return replace(key, right=end, left=other)


def fixed_handles(keys: Sequence[Key], place: int) -> Key:
    """The key with its handles as they stand, so that they can be dragged."""
    key = keys[place]
    if key.handles in (Handles.ALIGNED, Handles.FREE):
        return key
    left, right = handle_ends(keys, place)
    left, right = left or Handle(-_SHORT, 0.0), right or Handle(_SHORT, 0.0)
    return replace(key, handles=Handles.ALIGNED, left=left, right=right)


def next_handles(keys: Sequence[Key], place: int) -> Key:
    """The key with the next kind of handles."""
    kind = _HANDLES[(_HANDLES.index(keys[place].handles) + 1) % len(_HANDLES)]
    return replace(fixed_handles(keys, place), handles=kind)


def next_way(key: Key) -> Key:
    """The key with the next kind of way to the one behind it."""
    return replace(key, interpolation=_WAYS[(_WAYS.index(key.interpolation) + 1) % len(_WAYS)])


def layer_keys(edits: Edits, ref: KeyRef) -> tuple[Key, ...]:
    """All keys of a key's layer."""
    return _keys(next(edit for edit in edits if edit.id == ref.layer))


def _keys(edit: Edit) -> tuple[Key, ...]:
    assert isinstance(edit.operation, Keys)
    return edit.operation.curves[0].keys


def _layer(edit: Edit, keys: tuple[Key, ...], fps: float) -> Edit:
    """The layer with other keys; the outer ones say where it acts."""
    span = TimeRange(keys[0].seconds, max(keys[-1].seconds, keys[0].seconds + 1 / fps))
    return replace(
        edit,
        operation=Keys((KeyCurve(keys),), additive=True),
        span=span,
        blend_in=DIES_OUT,
        blend_out=DIES_OUT,
    )


def _added(edit: Edit, seconds: float, fps: float) -> float:
    """What a layer adds at a frame's start."""
    assert isinstance(edit.operation, Keys)
    frame = frame_at(seconds, fps)
    share = edit.weights(range(frame, frame + 1), fps, _ENDLESS)
    return float(edit.operation.curves[0](np.array([seconds]))[0] * share[0])


def _aligned(end: Handle, other: Handle) -> Handle:
    """A handle as long in time as `other`, on one line with `end`."""
    if end.seconds == 0:
        return other
    return Handle(other.seconds, _held(end.value / end.seconds * other.seconds))


def _held(value: float) -> float:
    return min(max(value, -LARGEST), LARGEST)
